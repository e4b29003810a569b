"""Changes to the forms of departments."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gridgov.errors import NotPermitted
from gridgov.language import listed
from grids.attributes import Definition
from grids.models import DepartmentForm, User
from grids.permissions import can_change_department_forms
from grids.services.object_types import lost_fields


@transaction.atomic
def save_form(form: DepartmentForm, *, actor: User | None) -> DepartmentForm:
    """Add or change a form. Raises `NotPermitted`, ValidationError for a field that records still have."""
    if not can_change_department_forms(actor):
        raise NotPermitted("save_form")
    form.full_clean()
    check_form(form)
    with pghistory.context(user=actor.pk if actor else None):
        form.save()
    return form


def check_form(form: DepartmentForm) -> None:
    """Raises ValidationError by field: what tells records apart is one of the fields, and no record loses one."""
    if form.key_field and form.key_field not in {field["key"] for field in form.fields}:
        message = _("There is no field with this key.")
        raise ValidationError({"key_field": ValidationError(message, code="no_such_field")})
    before: list[Definition] = []
    if form.pk:
        before = DepartmentForm.objects.get(pk=form.pk).fields
    lost = lost_fields(before, form.fields)
    if lost and form.records.filter(data__has_any_keys=lost).exists():
        message = _("Records still have these fields, so they stay with their type: %(names)s")
        raise ValidationError(
            {"fields": ValidationError(message % {"names": listed(lost)}, code="field_in_use")}
        )

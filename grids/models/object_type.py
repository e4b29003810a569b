"""What an object in a grid can be, and what is known of each kind."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov.language import in_language
from grids.attributes import check_definitions


class ObjectKind(models.TextChoices):
    """What of 人、地、事、物、组织 stands in a place; people are not objects, and matters are cases."""

    COMPONENT = "component", _("component")
    PREMISES = "premises", _("premises or enterprise")
    BUILDING = "building", _("building")
    DWELLING = "dwelling", _("dwelling")
    SITE = "site", _("site")
    RESOURCE = "resource", _("resource")


@pghistory.track()
class ObjectType(models.Model):
    """A kind of object with attributes of its own, such as a street lamp, a restaurant or a hydrant.

    A component type bears the class code of its standard, from which the ids of its components are made.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ObjectKind)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    # GB/T 47678.5: 2 + 3 digits, GB/T 30428.2: 2 + 2; part of a component's id.
    class_digits = models.CharField(_("class code of the standard"), max_length=5, blank=True)
    # What else is known of such an object: see grids.attributes.
    attributes = models.JSONField(_("attributes"), default=list, blank=True, validators=[check_definitions])
    # That somebody is in need is nobody's business but of those who help.
    is_private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_("Such objects are shown only to those who may see who lives there."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("type of objects")
        verbose_name_plural = _("types of objects")
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(class_digits="") | Q(kind=ObjectKind.COMPONENT, class_digits__regex=r"^\d{4,5}$"),
                name="object_type_digits_of_components",
                violation_error_message=_(
                    "Only components have a class code of the standard, of 4 or 5 digits."
                ),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

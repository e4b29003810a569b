"""Types of objects, objects with their licences and residents, and who looked at a resident's record."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.gis.forms import PointField
from django.core.exceptions import ValidationError
from django.db.models import CharField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.forms import RowForm
from grids.admin.field_rows import FieldRowsField, ValuesWidget
from grids.admin.keeping import KeepingAdmin
from grids.admin.maps import map_widget
from grids.attributes import clean_values
from grids.models import (
    Area,
    AreaLevel,
    GridObject,
    Licence,
    ObjectKind,
    ObjectType,
    Resident,
    ResidentLook,
)
from grids.object_codes import code_problem
from grids.selectors import locate
from grids.services.licences import remove_licence, save_licence
from grids.services.object_types import check_type, save_type
from grids.services.registry import add_object, change_object
from grids.services.residents import remove_resident, save_resident
from grids.splitting import WGS84

# What the form of an object asks besides code, type and district.
_FIELDS = (
    "name", "state", "risk", "address", "point", "part_of", "owner", "credit_code", "business_scope", "attributes",
    "as_of", "source",
)  # fmt: skip


class ObjectTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A type with the fields of its objects as rows."""

    attributes = FieldRowsField(label=_("Fields of its objects"), required=False)

    class Meta:
        model = ObjectType
        fields = ("kind", "code", "name", "name_en", "class_digits", "attributes", "is_private", "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "attributes" in cleaned:
            check_type(ObjectType(pk=self.instance.pk, attributes=cleaned["attributes"]))
        return cleaned


@admin.register(ObjectType)
class ObjectTypeAdmin(KeepingAdmin):
    """What an object can be; its code is what imports and checklists name it by."""

    form = ObjectTypeForm
    list_display = ("name", "name_en", "code", "kind", "class_digits", "is_private", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "name_en", "code")
    fields = ObjectTypeForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: ObjectType | None = None) -> tuple[str, ...]:
        return ("code", "kind") if obj else ()

    def save_model(self, request: Any, obj: ObjectType, form: Any, change: bool) -> None:
        save_type(obj, actor=request.user)


class ObjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """An object; it finds its grid by its place."""

    point = PointField(label=_("Place"), srid=WGS84, required=False)
    in_district = forms.ModelChoiceField(
        Area.objects.current().filter(level=AreaLevel.DISTRICT),
        label=_("District"),
        required=False,
        help_text=_("Only for what has no place on the map."),
    )
    attributes = forms.Field(label=_("Fields of its type"), required=False, widget=ValuesWidget)

    class Meta:
        model = GridObject
        fields = ("type", "code", *_FIELDS)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if problem := code_problem(code):
            raise ValidationError(problem)
        return code

    def clean_attributes(self) -> dict[str, Any]:
        try:
            return clean_values(self.instance.type.attributes, self.cleaned_data["attributes"])
        except ValidationError as error:
            self.fields["attributes"].widget.wrong = error.message_dict.keys()
            raise ValidationError(error.messages) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        point = cleaned.get("point")
        lies_somewhere = point and locate(point, level=None)
        if (
            "point" in cleaned
            and not lies_somewhere
            and not cleaned.get("in_district")
            and not self.instance.pk
        ):
            self.add_error("point", _("Put it on the map inside one of our areas, or name its district."))
        return cleaned


class LicenceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Licence
    form = RowForm
    extra = 0
    fields = ("department", "kind", "number", "valid_from", "valid_to")
    autocomplete_fields = ("department",)


class ResidentForm(RowForm):
    """A resident's row; of those that are there already name and phone stay masked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name, masked in (
                ("name", self.instance.masked_name),
                ("phone", self.instance.masked_phone),
            ):
                self.fields[name].disabled = True
                self.initial[name] = masked


class ResidentInline(admin.TabularInline):  # type: ignore[type-arg]
    """Only under their dwelling: there is no list of residents, and no search for one."""

    model = Resident
    form = ResidentForm
    extra = 0
    fields = ("name", "phone", "service", "since", "until")
    formfield_overrides: ClassVar[Any] = {CharField: {"widget": forms.TextInput(attrs={"size": 14})}}


@admin.register(GridObject)
class GridObjectAdmin(KeepingAdmin):
    """What stands in the grids; every edit is a change in the feed."""

    form = ObjectForm
    list_display = ("name", "code", "type", "state", "risk", "area", "owner")
    list_filter = ("type__kind", "type", "state", "risk")
    list_select_related = ("type", "area", "owner")
    search_fields = ("code__startswith", "name", "=credit_code")
    autocomplete_fields = ("owner", "part_of")
    ordering = ("code",)
    inlines: ClassVar = [LicenceInline, ResidentInline]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First its type, which decides what else is asked."""
        if self._type_asked(request) is None:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Add an object"),
                "types": ObjectType.objects.filter(is_active=True),
            }
            return render(request, "admin/grids/choose_type.html", context)
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"as_of": clock.today()}

    def _type_asked(self, request: HttpRequest) -> ObjectType | None:
        asked = request.GET.get("type", "")
        return ObjectType.objects.filter(pk=asked).first() if asked.isdecimal() else None

    def get_fields(self, request: HttpRequest, obj: GridObject | None = None) -> Any:
        return ("type", "code", *_FIELDS) if obj else ("code", *_FIELDS[:5], "in_district", *_FIELDS[5:])

    def get_readonly_fields(self, request: HttpRequest, obj: GridObject | None = None) -> tuple[str, ...]:
        return ("type", "code") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: GridObject | None) -> Any:
        is_dwelling = obj is not None and obj.type.kind == ObjectKind.DWELLING
        return [LicenceInline, ResidentInline] if is_dwelling else [LicenceInline] if obj else []

    def get_form(
        self, request: HttpRequest, obj: GridObject | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        of = obj.type if obj else self._type_asked(request)
        if "attributes" in form.base_fields and of:
            form.base_fields["attributes"].widget = ValuesWidget(of.attributes)
            form.base_fields["point"].widget = map_widget(request, "Point")
            if obj is None:
                form = type("NewObjectForm", (form,), {"__init__": _born_as(form, of)})
        return form

    def save_model(self, request: Any, obj: GridObject, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        if not change:
            fields = {name: cleaned[name] for name in _FIELDS if name in cleaned}
            added = add_object(
                actor=request.user,
                type=form.instance.type,
                code=cleaned["code"],
                district=cleaned["in_district"],
                **fields,
            )
            obj.pk = added.pk
            return
        wanted = {name: cleaned[name] for name in _FIELDS if name in form.changed_data}
        change_object(obj.pk, actor=request.user, **wanted)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        save, remove = (
            (save_resident, remove_resident) if formset.model is Resident else (save_licence, remove_licence)
        )
        for row in formset.save(commit=False):
            save(row, actor=request.user)
        for row in formset.deleted_objects:
            remove(row, actor=request.user)


def _born_as(form: Any, of: ObjectType) -> Any:
    """Makes the form of a new object know its type before anything is judged."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        form.__init__(self, *args, **kwargs)
        self.instance.type = of

    return __init__


@admin.register(ResidentLook)
class ResidentLookAdmin(KeepingAdmin):
    """Who looked at a resident's record in full, when and what for; never changed."""

    list_display = ("at", "by", "post", "dwelling", "purpose")
    list_select_related = ("by", "post__user", "post__organisation", "dwelling")
    list_filter = ("at",)
    search_fields = ("=by__username", "=dwelling__code")
    fields = ("at", "by", "post", "dwelling", "resident_number", "purpose")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResidentLook]:
        looks: QuerySet[ResidentLook] = super().get_queryset(request)
        return looks

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

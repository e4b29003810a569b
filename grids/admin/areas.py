"""Areas with their outlines on a map."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.gis.forms import MultiPolygonField
from django.contrib.gis.geos import MultiPolygon
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gridgov import clock
from gridgov.days import plausible_day
from gridgov.errors import DomainError
from grids.admin.keeping import KeepingAdmin, ReadOnlyInline
from grids.admin.maps import map_widget
from grids.models import Area, AreaLevel, AreaVersion
from grids.services.areas import add_area, change_area, misfit, redraw_area, retire_area
from grids.splitting import WGS84, same_outline
from grids.templatetags.areas import surface

# Finer than this nobody draws: a difference comes from writing the outline down and reading it again.
_SAME_DEGREES = 1e-9


class AreaForm(forms.ModelForm):  # type: ignore[type-arg]
    """An area and its current outline; another outline makes a new version."""

    outline = MultiPolygonField(label=_("Outline"), srid=WGS84, required=False)
    from_date = forms.DateField(
        label=_("Outline valid from"),
        required=False,
        validators=[plausible_day],
        help_text=_("Today when left empty. The outline before ends on that day and stays for old cases."),
    )
    source = forms.CharField(label=_("Source of the outline"), max_length=120, required=False)

    class Meta:
        model = Area
        fields = ("code", "name", "level", "parent", "kind", "grade")

    current: AreaVersion | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.current = self.instance.versions.current().first()
        if self.current and "outline" in self.fields:
            self.initial["outline"] = self.current.outline

    def clean_outline(self) -> MultiPolygon | None:
        outline: MultiPolygon | None = self.cleaned_data["outline"]
        if outline is not None and not outline.valid:
            raise forms.ValidationError(
                _("The outline crosses itself: %(reason)s"), params={"reason": outline.valid_reason}
            )
        if outline is None and self.current:
            raise forms.ValidationError(
                _("An area that has an outline keeps one. Retire the area to end it.")
            )
        return outline

    def clean_from_date(self) -> Any:
        day = self.cleaned_data["from_date"] or clock.today()
        if day > clock.today():
            raise forms.ValidationError(_("A change of an area can't lie in the future."))
        if self.current and day < self.current.valid_from:
            raise forms.ValidationError(
                _("The present outline began on %(day)s."),
                params={"day": self.current.valid_from.isoformat()},
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.instance.pk and "code" in cleaned and "level" in cleaned:
            problem = misfit(cleaned["code"], AreaLevel(cleaned["level"]), cleaned.get("parent"))
            if problem:
                self.add_error("code", problem)
        return cleaned

    def is_redrawn(self) -> bool:
        """Whether the outline is another than the current one."""
        outline = self.cleaned_data.get("outline")
        if outline is None:
            return False
        return self.current is None or not same_outline(outline, self.current.outline, _SAME_DEGREES)


class VersionInline(ReadOnlyInline):
    model = AreaVersion
    fields = ("number", "valid_from", "valid_to", "area_m2", "source", "is_generated")
    readonly_fields = fields
    verbose_name_plural = _("outlines over time")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AreaVersion]:
        versions: QuerySet[AreaVersion] = super().get_queryset(request).defer("outline")
        return versions


class StreetFilter(admin.SimpleListFilter):
    """The street that areas lie in."""

    title = _("street or town")
    parameter_name = "street"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Area.objects.current().filter(level=AreaLevel.STREET).values_list("code", "name")[:100])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Area]) -> QuerySet[Area]:
        return queryset.filter(path__contains=f"/{self.value()}/") if self.value() else queryset


@admin.register(Area)
class AreaAdmin(KeepingAdmin):
    """Areas: drawn anew on the map, renamed, retired."""

    form = AreaForm
    list_display = ("code", "name", "level", "parent", "kind", "grade", "size")
    list_filter = ("level", StreetFilter, "kind", "grade", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name")
    autocomplete_fields = ("parent",)
    ordering = ("code",)
    inlines = (VersionInline,)
    actions = ("retire",)
    fields = ("code", "name", "level", "parent", "kind", "grade", "outline", "from_date", "source")
    _fixed: ClassVar = ("code", "level", "parent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        current = AreaVersion.objects.current().filter(area=OuterRef("pk"))
        areas: QuerySet[Area] = super().get_queryset(request)
        return areas.annotate(area_m2=Subquery(current.values("area_m2")[:1]))

    @admin.display(description=_("size"), ordering="area_m2")
    def size(self, area: Any) -> str:
        return surface(area.area_m2)

    def get_readonly_fields(self, request: HttpRequest, obj: Area | None = None) -> tuple[str, ...]:
        return self._fixed if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Area | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "outline" in form.base_fields:
            form.base_fields["outline"].widget = map_widget(request, "MultiPolygon")
        return form

    def save_model(self, request: Any, obj: Area, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        words = {"name": cleaned["name"], "kind": cleaned["kind"], "grade": cleaned["grade"]}
        drawing = {"from_date": cleaned["from_date"], "actor": request.user, "source": cleaned["source"]}
        if not change:
            added = add_area(
                cleaned["code"],
                level=AreaLevel(cleaned["level"]),
                parent=cleaned["parent"],
                outline=cleaned["outline"],
                **words,
                **drawing,
            )
            obj.pk, obj.path = added.pk, added.path
            return
        change_area(obj, actor=request.user, **words)
        if form.is_redrawn():
            redraw_area(obj, cleaned["outline"], **drawing)

    @admin.action(description=_("Retire from today"), permissions=["change"])
    def retire(self, request: Any, areas: QuerySet[Area]) -> None:
        """Retire the chosen areas, lowest first, so that a branch goes in one."""
        retired = 0
        for area in areas.filter(retired_on=None).order_by("-level", "code"):
            try:
                retire_area(area, on=clock.today(), actor=request.user)
                retired += 1
            except DomainError as error:
                self.message_user(request, f"{area.code} {area.name}: {error.message}", messages.ERROR)
        text = ngettext("%(count)d area retired.", "%(count)d areas retired.", retired) % {"count": retired}
        self.message_user(request, text, messages.SUCCESS if retired else messages.WARNING)

"""Versions of schemes: written, checked against the last period, put in force; then they are to look at."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessment.admin.bands_text import in_text
from assessment.admin.rows import (
    AdjustmentForm,
    AdjustmentRows,
    ItemForm,
    ItemRows,
    LevelForm,
    LevelRows,
    name_of,
)
from assessment.indicators import INDICATORS
from assessment.models import Adjustment, Level, SchemeItem, SchemeVersion, Way
from assessment.permissions import can_change_schemes
from assessment.scoring import Extra, Item, Rules
from assessment.services.schemes import (
    VersionInForce,
    drop_version,
    lock_version,
    make_next_version,
    put_in_force,
)
from assessment.version_preview import period_to_compare, preview
from gridgov.what_would_happen import WhatWouldHappenAdmin
from grids.admin.keeping import KeepingAdmin
from grids.models import User


class RowInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows of a version: who may change the version may change them, until it is in force."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_see(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit(request, obj)

    @admin.display(description=gettext_lazy("indicator"))
    def counted(self, row: Any) -> str:
        indicator = INDICATORS.get(row.indicator)
        return name_of(indicator) if indicator else row.indicator or row.label


class ItemInline(RowInline):
    model = SchemeItem
    form, formset = ItemForm, ItemRows
    verbose_name_plural = gettext_lazy("what is scored: the weights add up to 100")

    def get_fields(self, request: HttpRequest, obj: SchemeVersion | None = None) -> Any:
        if can_edit(request, obj):
            return ("indicator", "label", "way", "weight", "bands_text")
        return ("counted", "way", "weight", "bands")

    def get_readonly_fields(self, request: HttpRequest, obj: SchemeVersion | None = None) -> Any:
        return () if can_edit(request, obj) else ("counted", "way", "weight", "bands")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchemeItem]:
        return super().get_queryset(request).prefetch_related("bands")

    @admin.display(description=gettext_lazy("bands"))
    def bands(self, item: SchemeItem) -> str:
        return in_text((band.at_least, band.points) for band in item.bands.all()) or "–"


class AdjustmentInline(RowInline):
    model = Adjustment
    form, formset = AdjustmentForm, AdjustmentRows

    def get_fields(self, request: HttpRequest, obj: SchemeVersion | None = None) -> Any:
        return ("indicator" if can_edit(request, obj) else "counted", "each", "cap")

    def get_readonly_fields(self, request: HttpRequest, obj: SchemeVersion | None = None) -> Any:
        return () if can_edit(request, obj) else ("counted", "each", "cap")


class LevelInline(RowInline):
    model = Level
    verbose_name, verbose_name_plural = pgettext_lazy("of a score", "level"), gettext_lazy("levels")
    form, formset = LevelForm, LevelRows
    fields = ("letter", "colour", "at_least")


@admin.register(SchemeVersion)
class SchemeVersionAdmin(WhatWouldHappenAdmin, KeepingAdmin):
    """One not in force yet is written here; `make_next_version` makes it, `put_in_force` freezes it, `drop_version` drops it."""

    list_display = ("__str__", "note", "in_force_at", "in_force_by")
    list_filter = (("in_force_at", admin.EmptyFieldListFilter), "scheme")
    list_select_related = ("scheme", "in_force_by")
    fields = ("scheme", "who", "number", "note", "in_force_at", "in_force_by")
    readonly_fields = ("scheme", "who", "number", "in_force_at", "in_force_by")
    inlines = (ItemInline, AdjustmentInline, LevelInline)
    actions = ("put_them_in_force",)
    change_form_template = "admin/scheme_version_form.html"

    class Media:
        css: ClassVar = {"all": ("assessment/css/version_admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        # The next version of a scheme is a copy of the one before: it is made there.
        return False

    def has_change_permission(self, request: HttpRequest, obj: SchemeVersion | None = None) -> bool:
        return can_edit(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: SchemeVersion | None = None) -> bool:
        return can_see(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # A draft on its own page; there is nothing to be ticked off in the table.
        return isinstance(obj, SchemeVersion) and can_edit(request, obj)

    def delete_model(self, request: HttpRequest, obj: SchemeVersion) -> None:
        drop_version(obj.pk, actor=cast(User, request.user))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SchemeVersion | None:
        """Locked while it is written, so that nobody puts it in force halfway; raises `VersionInForce`."""
        found: SchemeVersion | None = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        found = lock_version(found.pk)
        if found.in_force_at:
            raise VersionInForce()
        return found

    @admin.display(description=gettext_lazy("who is scored"))
    def who(self, version: SchemeVersion) -> str:
        return version.scheme.get_kind_display()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.make_next)
        return [
            path("<int:version_id>/next/", view, name="assessment_schemeversion_next"),
            *super().get_urls(),
        ]

    # Putting in force

    def response_change(self, request: HttpRequest, obj: SchemeVersion) -> HttpResponse:
        if "_put_in_force" not in request.POST:
            return super().response_change(request, obj)
        try:
            put_in_force(obj.pk, actor=cast(User, request.user))
        except ValidationError as error:
            self.message_user(request, _("Saved, but not put in force:"), messages.WARNING)
            for text in error.messages:
                self.message_user(request, text, messages.ERROR)
        else:
            said = _("In force: periods that are first computed from now on are scored by it.")
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    @admin.action(description=gettext_lazy("Put in force"), permissions=["change"])
    def put_them_in_force(self, request: HttpRequest, versions: QuerySet[SchemeVersion]) -> None:
        for version in versions.order_by("scheme_id", "number"):
            try:
                put_in_force(version.pk, actor=cast(User, request.user))
            except ValidationError as error:
                for text in error.messages:
                    self.message_user(request, f"{version}: {text}", messages.ERROR)
            else:
                self.message_user(
                    request, _("%(version)s is in force.") % {"version": version}, messages.SUCCESS
                )

    def make_next(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The copy of the newest version that may be changed; one not in force yet is it already."""
        found = SchemeVersion.objects.filter(pk=version_id).first()
        if request.method != "POST" or found is None:
            raise Http404
        version = make_next_version(found.scheme_id, actor=cast(User, request.user))
        return HttpResponseRedirect(reverse("admin:assessment_schemeversion_change", args=[version.pk]))

    # What would happen

    def consequences(self, rule: SchemeVersion) -> list[str]:
        """Nothing by itself: a ranking takes a moment, so it is worked out when somebody asks."""
        return []

    def what_would_happen(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """The last computed period's ranking by what was typed into the form, beside the present one; nothing is saved."""
        version = KeepingAdmin.get_object(self, request, object_id) if object_id else None
        if version is None or request.method != "POST":
            raise Http404
        if version.in_force_at:
            raise VersionInForce()
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        form = self.get_form(request, version, change=True)(request.POST, instance=version)
        formsets, _inlines = self._create_formsets(request, form.instance, change=True)  # type: ignore[attr-defined]
        valid = all([form.is_valid(), all_valid(formsets)])
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.opts.verbose_name,
            "errors": [] if valid else list(_errors(form, formsets)),
        }
        if valid:
            context |= _previewed(version, *formsets)
        template = "admin/scheme_version_check.html"
        return render(
            request,
            template + "#check" if request.headers.get("HX-Request") else template,
            context,
            status=200 if valid else 422,
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        version = context["original"]
        context["next_url"] = (
            reverse("admin:assessment_schemeversion_next", args=[version.pk])
            if version.in_force_at and can_change_schemes(cast(User, request.user))
            else ""
        )
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)


def can_see(request: HttpRequest) -> bool:
    user = cast(User, request.user)
    return can_change_schemes(user) or user.has_perm("assessment.view_schemeversion")


def can_edit(request: HttpRequest, version: SchemeVersion | None) -> bool:
    """Whoever writes schemes, until the version is in force."""
    return can_change_schemes(cast(User, request.user)) and not (version and version.in_force_at)


def _previewed(
    version: SchemeVersion, items: ItemRows, adjustments: AdjustmentRows, levels: LevelRows
) -> dict[str, Any]:
    """What the page says of forms that are valid."""
    weights = sum(form.cleaned_data["weight"] for form in items.kept)
    period = period_to_compare(version.scheme)
    if period is None:
        return {"weights": weights, "preview": None}
    letters = {n: form.cleaned_data["letter"] for n, form in enumerate(levels.kept)}
    typed = {item.label: item.pk for item in period.version.items.filter(way=Way.TYPED)}
    rules = Rules(
        [_item(n, form, typed) for n, form in enumerate(items.kept, 1)],
        [_extra(n, form) for n, form in enumerate(adjustments.kept, 1)],
        sorted(((form.cleaned_data["at_least"], n) for n, form in enumerate(levels.kept)), reverse=True),
    )
    return {"weights": weights, "preview": preview(period, rules, letters)}


def _item(n: int, form: Any, typed: dict[str, int]) -> Item:
    """One of the form; what is typed in has the id under which it was typed in then."""
    given = form.cleaned_data
    # Below 0 there is nothing in the database.
    pk = typed.get(given["label"], -n) if given["way"] == Way.TYPED else -n
    return Item(pk, given["indicator"], given["way"], given["weight"], tuple(form.bands))


def _extra(n: int, form: Any) -> Extra:
    given = form.cleaned_data
    return Extra(-n, given["indicator"], given["each"], given["cap"])


def _errors(form: BaseForm, formsets: list[Any]) -> Any:
    """Everything that is wrong, each with the name of its field."""
    for each in (form, *(row for rows in formsets for row in rows.forms)):
        for name, texts in each.errors.items():
            label = capfirst(str(each.fields[name].label or "")) if name in each.fields else ""
            yield from (f"{label}: {text}" if label else str(text) for text in texts)
    for rows in formsets:
        yield from rows.non_form_errors()

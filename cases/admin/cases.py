"""Cases, their timeline and photos: to look at; changes go through the pages, where each leaves its trace."""

from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, CasePhoto
from grids.models import User

# How far a list counts and leads; beyond it one searches.
COUNTED = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than it leads: an exact count of a city's cases takes seconds."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return len(rows.values_list("pk").order_by()[:COUNTED])


class ReadOnly(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """What nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PhotoInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = CasePhoto
    fields = ("thumb", "kind", "step", "origin", "size")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CasePhoto]:
        return super().get_queryset(request).select_related("case", "photo", "event")

    @admin.display(description=_("photo"))
    def thumb(self, photo: CasePhoto) -> SafeString:
        return _thumb(photo)

    @admin.display(description=_("came with"))
    def step(self, photo: CasePhoto) -> str:
        return photo.event.get_action_display()

    @admin.display(description=_("origin"))
    def origin(self, photo: CasePhoto) -> str:
        return photo.photo.origin

    @admin.display(description=_("pixels"))
    def size(self, photo: CasePhoto) -> str:
        return f"{photo.photo.width} × {photo.photo.height}"


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = CaseEvent
    fields = (
        "seq",
        "at",
        "action",
        "actor",
        "capacity",
        "to_status",
        "holder",
        "unit",
        "note",
        "due_before",
        "due_after",
        "elapsed_minutes",
    )
    readonly_fields = fields
    ordering = ("seq",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseEvent]:
        return super().get_queryset(request).select_related("actor", "holder", "unit")


class OfCases(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """A list of rows that may run into the millions, newest first."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)
    actions = None


@admin.register(Case)
class CaseAdmin(OfCases):
    """A case as it stands in the database, with its timeline and photos."""

    list_display = (
        "number",
        "case_class",
        "status",
        "level",
        "holder",
        "unit",
        "stage_due_at",
        "reported_at",
        "page",
    )
    list_filter = ("status", "level", "channel", "settled_on_the_spot")
    list_select_related = ("case_class", "holder", "unit")
    search_fields = ("number__startswith", "external_id__exact")
    search_help_text = _("The beginning of a number, or the whole number of another channel.")
    inlines = (EventInline, PhotoInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        cases: QuerySet[Case] = super().get_queryset(request)
        return cases & Case.objects.visible_to(cast(User, request.user))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return self._with_names(request).filter(pk=object_id).first() if object_id.isdigit() else None

    def view_on_site(self, case: Case) -> str:
        return reverse("cases:case_detail", args=[case.number])

    @admin.display(description=_("page"))
    def page(self, case: Case) -> SafeString:
        return _link_to(case)

    def _with_names(self, request: HttpRequest) -> QuerySet[Case]:
        """The cases with every row that their page names."""
        related = [field.name for field in Case._meta.concrete_fields if field.many_to_one]
        return self.get_queryset(request).select_related(*related)


@admin.register(CaseEvent)
class CaseEventAdmin(OfCases):
    """The timelines of all cases."""

    list_display = ("case", "seq", "action", "actor", "capacity", "at", "to_status", "holder", "unit")
    list_filter = ("action", "capacity")
    list_select_related = ("case", "actor", "holder", "unit")
    search_fields = ("case__number__startswith",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseEvent]:
        return _of_visible_cases(super().get_queryset(request), request)


@admin.register(CasePhoto)
class CasePhotoAdmin(OfCases):
    """The photos of all cases."""

    list_display = ("thumb", "case", "kind", "step", "page")
    list_filter = ("kind",)
    list_select_related = ("case", "event", "photo")
    search_fields = ("case__number__startswith", "photo__sha256__exact")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CasePhoto]:
        return _of_visible_cases(super().get_queryset(request), request)

    @admin.display(description=_("photo"))
    def thumb(self, photo: CasePhoto) -> SafeString:
        return _thumb(photo)

    @admin.display(description=_("came with"))
    def step(self, photo: CasePhoto) -> str:
        return photo.event.get_action_display()

    @admin.display(description=_("page"))
    def page(self, photo: CasePhoto) -> SafeString:
        return _link_to(photo.case)


def _of_visible_cases(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    if request.user.is_superuser:
        return rows
    return rows.filter(case__in=Case.objects.visible_to(cast(User, request.user)))


def _link_to(case: Case) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("cases:case_detail", args=[case.number]), _("open"))


def _thumb(photo: CasePhoto) -> SafeString:
    address = [
        reverse("api-case-photo", args=[photo.case.number, photo.photo_id, size])
        for size in ("display", "thumb")
    ]
    return format_html(
        '<a href="{}"><img src="{}" alt="{}" height="64"></a>', *address, photo.get_kind_display()
    )

"""Visits, findings, duties and diaries: to look at; what happens outside is written on the phone."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.admin.cases import OfCases, ReadOnly
from grids.models import User
from inspections.models import Answer, DiaryEntry, Duty, Finding, Visit


class AnswerInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Answer
    fields = ("item", "result", "note")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).select_related("item")


@admin.register(Visit)
class VisitAdmin(OfCases):
    """Calls at objects, with what was answered."""

    list_display = ("object", "area", "inspector", "reason", "finished_at", "too_soon", "page")
    list_filter = ("reason", "too_soon", "task_moved_on")
    list_select_related = ("object", "area", "inspector")
    search_fields = ("object__code__startswith", "object__name", "=inspector__username")
    # Without the places: they are on the visit's own page.
    fields = (
        "object", "area", "inspector", "post", "reason", "task", "task_moved_on", "too_soon", "started_at",
        "finished_at", "received_at", "accuracy_m", "away_m", "away_reason", "note",
    )  # fmt: skip
    inlines = (AnswerInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Visit]:
        visits: QuerySet[Visit] = super().get_queryset(request)
        return visits & Visit.objects.visible_to(cast(User, request.user))

    @admin.display(description=_("page"))
    def page(self, visit: Visit) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("inspections:visit_detail", args=[visit.pk]), _("open")
        )


@admin.register(Finding)
class FindingAdmin(OfCases):
    """What was abnormal, and what became of it."""

    list_display = ("question", "object", "area", "state", "case", "found_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("answer__item", "object", "area", "case")
    search_fields = ("object__code__startswith", "object__name", "case__number__startswith")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        findings: QuerySet[Finding] = super().get_queryset(request)
        if request.user.is_superuser:
            return findings
        return findings.filter(
            answer__visit__in=Visit.objects.visible_to(cast(User, request.user)).order_by()
        )

    @admin.display(description=_("item"))
    def question(self, finding: Finding) -> str:
        return str(finding.answer.item)


@admin.register(Duty)
class DutyAdmin(OfCases):
    """Who was out when; where they walked stands on nobody's list."""

    list_display = ("user", "started_at", "ended_at", "district")
    list_filter = ("started_at", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "district")
    search_fields = ("=user__username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Duty]:
        duties: QuerySet[Duty] = super().get_queryset(request)
        return duties if request.user.is_superuser else duties.filter(user=cast(User, request.user))


@admin.register(DiaryEntry)
class DiaryEntryAdmin(OfCases):
    """Pages of diaries, with their ratings."""

    list_display = ("author", "area", "written_at", "__str__", "rating", "rated_by")
    list_filter = ("rating", "written_at")
    list_select_related = ("author", "area", "rated_by")
    search_fields = ("=author__username", "area__code__startswith")
    fields = ("author", "area", "written_at", "text", "rating", "remark", "rated_by", "rated_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DiaryEntry]:
        entries: QuerySet[DiaryEntry] = super().get_queryset(request)
        return entries if request.user.is_superuser else entries & DiaryEntry.objects.visible_to(request.user)

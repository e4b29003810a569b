"""Plans, campaigns and skills to edit; tasks, their story and coverage to look at."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.admin.cases import OfCases, ReadOnly
from gridgov import clock
from grids.admin.keeping import KeepingAdmin
from grids.models import User
from inspections.campaign_progress import progress_of
from inspections.models import Campaign, GridCoverage, PatrolPlan, Skill, Task, TaskEvent
from inspections.services.plans import slots_of


@admin.register(Skill)
class SkillAdmin(KeepingAdmin):
    """What not everybody can do, and who can."""

    list_display = ("name", "name_en")
    search_fields = ("name", "name_en")
    autocomplete_fields = ("people",)


@admin.register(PatrolPlan)
class PatrolPlanAdmin(KeepingAdmin):
    """Patrols by a rhythm; a plan that is over gets an end."""

    list_display = ("name", "area", "rhythm", "to_grid_inspector", "valid_from", "valid_to")
    list_filter = ("rhythm",)
    list_select_related = ("area",)
    search_fields = ("name", "area__name", "area__code__startswith")
    autocomplete_fields = ("area", "types")
    readonly_fields = ("what_would_happen",)

    @admin.display(description=_("Today it means"))
    def what_would_happen(self, plan: PatrolPlan) -> SafeString | str:
        """The times of today's patrols, so that a slip of rhythm or day shows before the morning."""
        if plan.pk is None:
            return str(_("Save the plan to see."))
        slots = [
            f"{starts:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"
            for starts, ends in slots_of(plan, clock.today())
        ]
        return ", ".join(slots) or str(_("Nothing more today."))


@admin.register(Campaign)
class CampaignAdmin(KeepingAdmin):
    """Themes for some weeks."""

    list_display = ("theme", "area", "starts_on", "ends_on", "target_percent")
    list_select_related = ("area",)
    search_fields = ("theme", "area__name", "area__code__startswith")
    autocomplete_fields = ("area", "types", "departments")
    readonly_fields = ("progress",)

    @admin.display(description=_("Visited"))
    def progress(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return str(_("Save the campaign to see."))
        found = progress_of([campaign])[campaign.pk]
        return f"{found.visited} / {found.objects} ({found.percent} %)"


class TaskEventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = TaskEvent
    fields = ("seq", "at", "action", "actor", "assignee", "note")
    readonly_fields = fields
    ordering = ("seq",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskEvent]:
        return super().get_queryset(request).select_related("actor", "assignee")


@admin.register(Task)
class TaskAdmin(OfCases):
    """A task as it stands in the database, with its story."""

    list_display = ("title", "kind", "area", "state", "assignee", "starts_at", "due_at", "page")
    list_filter = ("kind", "state")
    list_select_related = ("area", "assignee")
    search_fields = ("title", "area__code__startswith")
    inlines = (TaskEventInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        tasks: QuerySet[Task] = super().get_queryset(request)
        return tasks & Task.objects.visible_to(cast(User, request.user))

    @admin.display(description=_("page"))
    def page(self, task: Task) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("inspections:task_detail", args=[task.pk]), _("open")
        )


@admin.register(TaskEvent)
class TaskEventAdmin(OfCases):
    """What happened to all tasks."""

    list_display = ("task", "seq", "action", "actor", "assignee", "at", "note")
    list_filter = ("action",)
    list_select_related = ("task", "actor", "assignee")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        events: QuerySet[TaskEvent] = super().get_queryset(request)
        if request.user.is_superuser:
            return events
        return events.filter(task__in=Task.objects.visible_to(cast(User, request.user)))


@admin.register(GridCoverage)
class GridCoverageAdmin(OfCases):
    """How much of each grid was walked, day by day."""

    list_display = ("day", "grid", "percent", "metres_walked")
    list_filter = ("day",)
    list_select_related = ("grid",)
    search_fields = ("grid__code__startswith", "grid__name")

    @admin.display(description=_("share covered"), ordering="share")
    def percent(self, row: GridCoverage) -> str:
        return f"{row.share:.0%}"

    @admin.display(description=_("metres walked"), ordering="metres")
    def metres_walked(self, row: GridCoverage) -> int:
        return round(row.metres)

"""Plans, campaigns and skills to edit; tasks, their story and coverage to look at."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.admin.cases import OfCases, ReadOnly
from gridgov.counting import percent_of
from gridgov.what_would_happen import WhatWouldHappenAdmin
from grids.admin.keeping import KeepingAdmin
from grids.models import Area, AreaLevel, User
from inspections.campaign_progress import progress_of
from inspections.models import Campaign, GridCoverage, PatrolPlan, Skill, Task, TaskEvent
from inspections.services.plans import next_slots


@admin.register(Skill)
class SkillAdmin(KeepingAdmin):
    """What not everybody can do, and who can."""

    list_display = ("name", "name_en")
    search_fields = ("name", "name_en")
    autocomplete_fields = ("people",)


@admin.register(PatrolPlan)
class PatrolPlanAdmin(KeepingAdmin, WhatWouldHappenAdmin):
    """Patrols by a rhythm; a plan that is over gets an end."""

    list_display = ("name", "area", "rhythm", "to_grid_inspector", "valid_from", "valid_to")
    list_filter = ("rhythm",)
    list_select_related = ("area",)
    search_fields = ("name", "area__name", "area__code__startswith")
    autocomplete_fields = ("area", "types")

    class Media:
        css: ClassVar = {"all": ("inspections/css/plan_admin.css",)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "on_day":
            kwargs["help_text"] = _("Of a weekly plan: 1, Monday, to 7, Sunday. Of a monthly one: 1 to 28.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def consequences(self, rule: PatrolPlan) -> list[str]:
        """The next patrols and how many, so that a slip of rhythm, day or area shows before the morning."""
        grids = Area.objects.current().within(rule.area).filter(level=AreaLevel.GRID).count()
        if not grids:
            return [_("There is no grid in this area: nobody gets a task.")]
        said = ngettext(
            "%(from)s – %(to)s: %(n)d task, one in each grid.",
            "%(from)s – %(to)s: %(n)d tasks, one in each grid.",
            grids,
        )
        return [
            said % {"from": f"{starts:%Y-%m-%d %H:%M}", "to": f"{ends:%Y-%m-%d %H:%M}", "n": grids}
            for starts, ends in next_slots(rule)
        ] or [_("The plan is over: nobody gets a task.")]


@admin.register(Campaign)
class CampaignAdmin(KeepingAdmin):
    """Themes for some weeks."""

    list_display = ("theme", "area", "starts_on", "ends_on", "target_percent")
    list_select_related = ("area",)
    search_fields = ("theme", "area__name", "area__code__startswith")
    autocomplete_fields = ("area", "types", "departments")
    readonly_fields = ("progress", "maker")

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        if not change:
            obj.maker = cast(User, request.user)
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("Visited"))
    def progress(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return _("Save the campaign to see.")
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

    @admin.display(description=gettext_lazy("page"))
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # What is known by now.
        return super().get_queryset(request).filter(superseded_at=None)

    @admin.display(description=gettext_lazy("share covered"), ordering="share")
    def percent(self, row: GridCoverage) -> str:
        return f"{percent_of(row.share)} %"

    @admin.display(description=gettext_lazy("metres walked"), ordering="metres")
    def metres_walked(self, row: GridCoverage) -> int:
        return round(row.metres)

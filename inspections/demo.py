"""Plans, a campaign, skills and volunteers of the demo city; all made up, and named so."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.errors import DomainError
from grids.demo.people import STORY_COMMUNITY, STORY_STREET
from grids.models import Area, AreaLevel, ObjectKind, ObjectType, Organisation, Post, Role, User
from grids.services.staff import add_people, appoint
from inspections.models import Campaign, PatrolPlan, Rhythm, Skill, Task, TaskKind
from inspections.services.campaigns import make_campaign_tasks
from inspections.services.plans import make_planned_tasks
from inspections.services.tasks import make_task

SKILLS = (("燃气检查", "Gas"), ("电气检查", "Electrical wiring"))
# Each with its rhythm and what is looked at; the monthly one goes on whatever the hour and the day.
TWICE_A_DAY, WEEKLY, MONTHLY = "一日双巡", "每周巡查", "消火栓每月巡查"
CAMPAIGN = "演示安全生产月"
# The last so many grids of the story's community lack volunteers, so that the board has something to say.
WITHOUT_VOLUNTEERS = 3


class NoPlaceToPatrol(DomainError):
    """The demo city is not loaded yet."""

    code = "no_place_to_patrol"
    message = _("Load the demo city first: load_demo_city.")


@transaction.atomic
def load_plans() -> int:
    """Add what the demo plans, and today's tasks of it; returns how many tasks were new.

    May run again: what is there stays as it is. Raises `NoPlaceToPatrol`.
    """
    street = Area.objects.filter(code=STORY_STREET).first()
    community = Area.objects.filter(code=STORY_COMMUNITY).first()
    if street is None or community is None:
        raise NoPlaceToPatrol
    _add_skills(community)
    _add_volunteers(community)
    _add_second_inspector(community)
    _add_plans(street, community)
    _add_campaign(community)
    return make_planned_tasks() + make_campaign_tasks() + _add_orders(community)


def _add_skills(community: Area) -> None:
    for name, name_en in SKILLS:
        skill, new = Skill.objects.get_or_create(name=name, defaults={"name_en": name_en})
        if new:
            skill.people.set(User.objects.filter(username="inspector"))


def _grids(community: Area) -> list[Area]:
    return list(Area.objects.current().within(community).filter(level=AreaLevel.GRID).order_by("code"))


def _add_volunteers(community: Area) -> None:
    """One for each grid but the last ones."""
    station = Organisation.objects.get(code=f"{community.code}-command")
    grids = _grids(community)[:-WITHOUT_VOLUNTEERS]
    names = {f"{community.code}-volunteer-{number:02d}": grid for number, grid in enumerate(grids, start=1)}
    there = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    new = {
        name: User(username=name, display_name=f"演示志愿者{name[-2:]}")
        for name in names
        if name not in there
    }
    add_people(list(new.values()), actor=None)
    appoint([_post(person, Role.VOLUNTEER, station, names[name]) for name, person in new.items()], actor=None)


def _add_second_inspector(community: Area) -> None:
    """A colleague walks the first grids too, so that some have their two inspectors and others have not."""
    station = Organisation.objects.get(code=f"{community.code}-command")
    colleague = (
        User.objects.filter(posts__role=Role.INSPECTOR, posts__organisation=station)
        .exclude(username="inspector")
        .order_by("pk")
        .first()
    )
    if colleague is None:
        return
    walked = set(Post.objects.filter(user=colleague).values_list("area", flat=True))
    appoint(
        [
            _post(colleague, Role.INSPECTOR, station, grid)
            for grid in _grids(community)[:4]
            if grid.pk not in walked
        ],
        actor=None,
    )


def _post(person: User, role: Role, station: Organisation, grid: Area) -> Post:
    return Post(
        user=person,
        role=role,
        organisation=station,
        area=grid,
        title="志愿者" if role == Role.VOLUNTEER else "",
        valid_from=clock.today() - timedelta(days=30),
    )


def _add_plans(street: Area, community: Area) -> None:
    begins = clock.today() - timedelta(days=30)
    # It began a few days ago, so that it neither begins nor ends today.
    monthly_on = min((clock.today() - timedelta(days=3)).day, 28)
    for area, name, rhythm, on_day, looked_at in (
        (community, TWICE_A_DAY, Rhythm.TWICE_A_DAY, 1, "street"),
        (street, WEEKLY, Rhythm.WEEKLY, 1, "street"),
        (community, MONTHLY, Rhythm.MONTHLY, monthly_on, "hydrant"),
    ):
        plan, new = PatrolPlan.objects.get_or_create(
            name=f"{area.name}{name}",
            area=area,
            defaults={"rhythm": rhythm, "on_day": on_day, "valid_from": begins},
        )
        if new:
            plan.types.set(ObjectType.objects.filter(code=looked_at))


def _add_orders(community: Area) -> int:
    """What the grid leader asks for besides: something to grab, and something urgent for one person."""
    leader, inspector = (User.objects.filter(username=name).first() for name in ("gridleader", "inspector"))
    if leader is None or inspector is None or Task.objects.filter(kind=TaskKind.ORDER).exists():
        return 0
    first, second = _grids(community)[:2]
    due_at = clock.now() + timedelta(hours=20)
    make_task(actor=leader, title="查看河涌边堆放物", area=first, due_at=due_at, note="重点看桥下和排水口。")
    make_task(
        actor=leader, title="回访独居老人", area=second, due_at=due_at, assignee=inspector, is_urgent=True
    )
    return 2


def _add_campaign(community: Area) -> None:
    types = ObjectType.objects.filter(kind=ObjectKind.PREMISES)
    today = clock.today()
    campaign, new = Campaign.objects.get_or_create(
        theme=CAMPAIGN,
        area=community,
        defaults={
            "starts_on": today - timedelta(days=7),
            "ends_on": today + timedelta(days=21),
            "target_percent": 80,
        },
    )
    if new:
        campaign.types.set(types)

"""The demo city's organisations and people; all made up, and nine of them can log in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from grids.demo.places import FOUNDED, Places
from grids.models import Area, AreaLevel, Organisation, OrganisationKind, Post, Role, User
from grids.services.organisations import add_organisations
from grids.services.staff import add_people, appoint

PASSWORD = "demo-grid-2026"  # noqa: S105 - printed on the log-in page of the demo

# The departments of the inspection checklists: code, the checklists' name, the name of the office.
DEPARTMENTS = (
    ("labour", "人社", "人力资源和社会保障"),
    ("health", "卫计", "卫生健康"),
    ("urban", "城管", "城市管理"),
    ("safety", "安监", "应急管理"),
    ("civil", "民政/国土", "民政和国土资源"),
    ("residents", "流管", "流动人口服务管理"),
    ("fire", "消防", "消防安全"),
    ("planning", "规划", "规划建设"),
)
STORY_STREET = "440605011"
STORY_COMMUNITY = "440605011001"
LOGINS = {
    "inspector": "演示网格员",
    "gridleader": "演示网格长",
    "operator": "演示受理员",
    "dispatcher": "演示派遣员",
    "handler": "演示处置员",
    "officer": "演示城管科员",
    "supervisor": "演示督查员",
    "chief": "演示领导",
    "admin": "演示管理员",
}
# Of eleven grids the demo's inspector walks the first six; a colleague walks the others.
STORY_GRIDS = 6
GRIDS_PER_INSPECTOR = 2

_CENTRE = {
    AreaLevel.DISTRICT: "网格化指挥中心",
    AreaLevel.STREET: "网格化指挥分中心",
    AreaLevel.COMMUNITY: "网格工作站",
}
_ROLE_NAMES = {
    Role.INSPECTOR: "网格员",
    Role.GRID_LEADER: "网格长",
    Role.OPERATOR: "受理员",
    Role.DISPATCHER: "派遣员",
    Role.HANDLER: "处置员",
    Role.OFFICER: "科员",
    Role.SUPERVISOR: "督查员",
    Role.LEADER: "领导",
}
# How many of each role sit in a command centre, by its level; who answers for the area is the first.
_CENTRE_STAFF: dict[AreaLevel, dict[Role, int]] = {
    AreaLevel.DISTRICT: {Role.OPERATOR: 2, Role.DISPATCHER: 2, Role.SUPERVISOR: 2, Role.LEADER: 1},
    AreaLevel.STREET: {Role.OPERATOR: 2, Role.DISPATCHER: 2, Role.SUPERVISOR: 1, Role.LEADER: 1},
    AreaLevel.COMMUNITY: {Role.OPERATOR: 1, Role.DISPATCHER: 1, Role.GRID_LEADER: 1},
}
_ANSWERS = (Role.LEADER, Role.GRID_LEADER, Role.INSPECTOR)
_TITLES = {Role.LEADER: "总网格长", Role.GRID_LEADER: "网格长", Role.INSPECTOR: "网格员"}
# These seats are taken by people who can log in, wherever the story passes.
_STORY_SEATS = {
    ("440605-command", Role.LEADER): "chief",
    ("440605-command", Role.SUPERVISOR): "supervisor",
    ("440605-command", Role.OPERATOR): "operator",
    ("440605-command", Role.DISPATCHER): "dispatcher",
    (f"{STORY_STREET}-command", Role.OPERATOR): "operator",
    (f"{STORY_STREET}-command", Role.DISPATCHER): "dispatcher",
    (f"{STORY_STREET}-urban", Role.OFFICER): "officer",
    (f"{STORY_COMMUNITY}-command", Role.OPERATOR): "operator",
    (f"{STORY_COMMUNITY}-command", Role.DISPATCHER): "dispatcher",
    (f"{STORY_COMMUNITY}-command", Role.GRID_LEADER): "gridleader",
    (f"{STORY_COMMUNITY}-command", Role.INSPECTOR): "inspector",
    (f"{STORY_COMMUNITY}-team", Role.HANDLER): "handler",
}


@dataclass
class _Roster:
    """People and posts as they are thought up, to be written in one go."""

    people: dict[str, User] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)

    def seat(self, organisation: Organisation, role: Role, number: int, areas: Iterable[Area]) -> None:
        """Fill the number-th seat (from 1) of a role; the first seats of the story by those who log in."""
        username = _STORY_SEATS.get((organisation.code, role), "") if number == 1 else ""
        username = username or f"{organisation.code}-{role.value.replace('_', '')}-{number:02d}"
        place = str(organisation.area).removesuffix("街道").removesuffix("镇")
        person = self.people.setdefault(
            username,
            User(
                username=username,
                display_name=LOGINS.get(username) or f"{place}{_ROLE_NAMES[role]}{number:02d}",
            ),
        )
        for area in areas:
            self.posts.append(
                Post(
                    user=person,
                    role=role,
                    organisation=organisation,
                    area=area,
                    is_responsible=role in _ANSWERS,
                    title=_TITLES.get(role, ""),
                    valid_from=FOUNDED,
                )
            )


def add_offices(places: Places) -> dict[str, Organisation]:
    """Add command centres, departments and teams, each level after the one above it; by code."""
    offices: dict[str, Organisation] = {}
    for areas in ([places.district], places.streets, places.communities):
        new = [office for area in areas for office in _offices_of(area, offices)]
        offices |= {office.code: office for office in add_organisations(new, actor=None)}
    return offices


def add_staff(places: Places, offices: dict[str, Organisation]) -> None:
    """Add people and their posts: every seat filled, every area with somebody who answers for it."""
    roster = _Roster()
    for office in offices.values():
        for role, seats in _seats_of(office):
            for number in range(1, seats + 1):
                roster.seat(office, role, number, [office.area])
    for community in places.communities:
        station = offices[f"{community.code}-command"]
        for number, grids in enumerate(_rounds(community, places.grids[community.code]), start=1):
            roster.seat(station, Role.INSPECTOR, number, grids)
    roster.people["admin"] = User(
        username="admin", display_name=LOGINS["admin"], is_staff=True, is_superuser=True
    )
    password = make_password(PASSWORD)
    for username in LOGINS:
        roster.people[username].password = password
    add_people(list(roster.people.values()), actor=None)
    appoint(roster.posts, actor=None)


def _offices_of(area: Area, above: dict[str, Organisation]) -> Iterator[Organisation]:
    level = AreaLevel(area.level)
    parent_code = area.parent.code if area.parent else ""
    short = area.name.removesuffix("街道").removesuffix("镇").removesuffix("区")
    yield Organisation(
        name=f"{area.name}{_CENTRE[level]}",
        short_name=f"{area.name}{'工作站' if level == AreaLevel.COMMUNITY else '指挥中心'}",
        code=f"{area.code}-command",
        kind=OrganisationKind.COMMAND,
        area=area,
        parent=above.get(f"{parent_code}-command"),
    )
    if level != AreaLevel.COMMUNITY:
        for code, checklist_name, office in DEPARTMENTS:
            yield Organisation(
                name=f"{area.name}{office}{'局' if level == AreaLevel.DISTRICT else '办公室'}",
                short_name=f"{short}{checklist_name}",
                code=f"{area.code}-{code}",
                kind=OrganisationKind.DEPARTMENT,
                area=area,
                parent=above.get(f"{parent_code}-{code}"),
            )
    if level != AreaLevel.DISTRICT:
        yield Organisation(
            name=f"{area.name}{'综合执法队' if level == AreaLevel.STREET else '处置队'}",
            code=f"{area.code}-team",
            kind=OrganisationKind.TEAM,
            area=area,
            parent=above.get(f"{parent_code}-team"),
        )


def _seats_of(office: Organisation) -> Iterator[tuple[Role, int]]:
    if office.kind == OrganisationKind.COMMAND:
        yield from _CENTRE_STAFF[AreaLevel(office.level)].items()
    elif office.kind == OrganisationKind.DEPARTMENT:
        yield Role.OFFICER, 2
    else:
        yield Role.HANDLER, 2


def _rounds(community: Area, grids: list[Area]) -> Iterator[list[Area]]:
    """The grids that each inspector of a community walks."""
    size = STORY_GRIDS if community.code == STORY_COMMUNITY else GRIDS_PER_INSPECTOR
    for start in range(0, len(grids), size):
        yield grids[start : start + size]

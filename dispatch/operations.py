"""Questions about joint operations and whistles: which rule holds, whom one may call, which wait for whom."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from cases.models import Case
from cases.permissions import units_of
from dispatch.models import Operation, OperationKind, OperationRule, OperationState, OperationUnit
from dispatch.permissions import where_may_decide
from grids.models import Area, Organisation, OrganisationKind, Post, Role, User
from grids.selectors import chain_of, locate

MINE, ASKED, RUNNING, DONE = "mine", "asked", "running", "done"
ON_A_PAGE = 30
MOST_FOUND = 8


def rule_for(kind: str, level: int) -> OperationRule:
    """The rule for a caller's level, before the one for any; without either a joint operation is approved first."""
    rules = OperationRule.objects.filter(Q(level=level) | Q(level=None), kind=kind)
    found: OperationRule | None = rules.order_by(F("level").asc(nulls_last=True)).first()
    return found or OperationRule(kind=kind, needs_approval=kind == OperationKind.JOINT)


def callable_units(caller: Organisation) -> QuerySet[Organisation]:
    """All that may be called: the units in use of the caller's district, but the caller itself."""
    return (
        Organisation.objects.filter(is_active=True, area__path__startswith=f"/{caller.area.district_code}/")
        .exclude(kind=OrganisationKind.COMMAND)
        .exclude(pk=caller.pk)
    )


def units_at_hand(
    caller: Organisation, point: Point | None = None, case: Case | None = None
) -> list[Organisation]:
    """Of these, the ones of the areas above and at the place: the higher ones first, whom a whistle is blown for."""
    area = (located.area if (located := locate(point, None)) else caller.area) if point else caller.area
    ids = {one.pk for one in chain_of(area)} | (case.touched_area_ids if case else set())
    return list(callable_units(caller).filter(area__in=ids).order_by("level", "code"))


def find_units(caller: Organisation, words: str) -> list[Organisation]:
    """Units of the district whose name holds every one of the words."""
    found = callable_units(caller)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__startswith=word)
        )
    return list(found.order_by("level", "code")[:MOST_FOUND])


def deciders(caller: Organisation, area: Area, *, but: int) -> QuerySet[Post]:
    """The posts that may approve what is called: the rule of `can_decide_operation`."""
    return (
        Post.objects.current()
        .filter(
            Q(area__code__in=area.ancestor_codes) | Q(organisation=caller.parent_id), role=Role.SUPERVISOR
        )
        .exclude(user=but)
    )


def waiting_for(user: User) -> QuerySet[Operation]:
    """What waits for the person: a decision, their unit's report-in, or its part."""
    mine = OperationUnit.objects.filter(
        operation=OuterRef("pk"), organisation__in=units_of(user), done_at=None
    )
    return Operation.objects.filter(
        where_may_decide(user) | (Q(state=OperationState.CALLED) & Q(Exists(mine)))
    )


def operations_of(user: User, show: str) -> QuerySet[Operation]:
    """One of the lists of operations, newest first, with how many units were called, have come and are done."""
    seen = Operation.objects.visible_to(user)
    chosen = {
        MINE: seen.filter(pk__in=waiting_for(user).values("pk")),
        ASKED: seen.filter(state=OperationState.ASKED),
        RUNNING: seen.filter(state=OperationState.CALLED),
        DONE: seen.exclude(state__in=[OperationState.ASKED, OperationState.CALLED]),
    }
    return (
        chosen[show]
        .select_related("caller", "case", "called_by", "area")
        .annotate(
            n_units=Count("units"),
            n_there=Count("units", filter=Q(units__reported_in_at__isnull=False)),
            n_done=Count("units", filter=Q(units__done_at__isnull=False)),
            n_missed=Count("units", filter=Q(units__missed_at__isnull=False, units__reported_in_at=None)),
        )
        .order_by("-pk")
    )


@dataclass(frozen=True)
class BoardRow:
    """One unit on the board of an operation; minutes from the beginning, negative before it."""

    unit: OperationUnit
    after_minutes: int | None
    is_late: bool
    is_mine: bool


def board_of(operation: Operation, user: User) -> list[BoardRow]:
    """Who was called, who has come after how long, who is done; one query, photos by a second."""
    mine = units_of(user)
    units = (
        operation.units.select_related("organisation", "reported_in_by", "done_by")
        .prefetch_related("photos")
        .order_by("-leads", "pk")
    )
    return [
        BoardRow(
            unit,
            int((unit.reported_in_at - operation.starts_at).total_seconds() // 60)
            if unit.reported_in_at
            else None,
            is_late=bool(unit.reported_in_at and unit.reported_in_at > operation.report_in_by),
            is_mine=unit.organisation_id in mine,
        )
        for unit in units
    ]

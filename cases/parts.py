"""What the joint units of a case do: each part read from the timeline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from cases.models import Case, CaseEvent, CasePhoto
from cases.models.case import CaseQuerySet
from cases.permissions import units_of, with_joint_unit
from cases.workflow import WITH_UNIT, Action
from grids.models import Organisation, User

# The steps of a part, as its state when they were the last.
PART_STEPS = (Action.JOIN, Action.ACCEPT_PART, Action.FEED_BACK_PART, Action.RELEASE)
# How the API calls them.
PART_STATES = {
    Action.JOIN: "called_in",
    Action.ACCEPT_PART: "accepted",
    Action.FEED_BACK_PART: "done",
    Action.RELEASE: "released",
}
# What a part waits for after a step of it.
_NEXT = {
    Action.JOIN: (Action.ACCEPT_PART, Action.FEED_BACK_PART),
    Action.ACCEPT_PART: (Action.FEED_BACK_PART,),
}


@dataclass
class Part:
    """What one joint unit does of a case: its duty, and how far it is."""

    unit: Organisation
    duty: str
    called_in_at: datetime
    state: Action = Action.JOIN
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    released_at: datetime | None = None
    # What the unit said of what it did, or the dispatcher of why it is no longer needed.
    note: str = ""
    # Why the lead reported the case as handled without it.
    left_because: str = ""
    photos: list[CasePhoto] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.state in _NEXT

    @property
    def waits_for(self) -> tuple[Action, ...]:
        """The steps that the unit may take with it."""
        return _NEXT.get(self.state, ())


def parts_of(case: Case) -> list[Part]:
    """Every part that was ever given, in the order in which the units were called in; three queries at most."""
    return parts_in(
        case.events.filter(action__in=[*PART_STEPS, Action.FEED_BACK, Action.REOPEN])
        .select_related("unit")
        .prefetch_related(Prefetch("photos", CasePhoto.objects.order_by("pk")))
    )


def parts_in(events: Iterable[CaseEvent]) -> list[Part]:
    """The same from a timeline that is at hand, oldest first, with its units and photos."""
    parts: list[Part] = []
    for event in events:
        if event.action in PART_STEPS and event.unit is not None:
            _tell(parts, event, event.unit)
        elif event.action == Action.FEED_BACK:
            left = event.data.get("without", {})
            for part in parts:
                if part.is_open:
                    part.left_because = left.get(part.unit.code, "")
        elif event.action == Action.REOPEN:
            # What was left undone then is not asked of anybody any more.
            for part in parts:
                if part.is_open:
                    part.state, part.released_at = Action.RELEASE, event.happened_at
    return parts


def open_parts(case: Case) -> list[Part]:
    """The parts that are still to be done; no query where no joint unit takes part."""
    return [part for part in parts_of(case) if part.is_open] if case.joint_unit_ids else []


def part_of(user: User, case: Case, action: Action) -> Part | None:
    """The part that waits for this step from one of the person's units."""
    mine = units_of(user)
    return next(
        (part for part in open_parts(case) if part.unit.pk in mine and action in part.waits_for), None
    )


def parts_by_case(cases: Collection[Case], user: User) -> dict[int, Part]:
    """The open part that each case asks of this person's units, by the case's id; two queries at most."""
    mine = units_of(user)
    joint = [case.pk for case in cases if mine & set(case.joint_unit_ids)]
    if not joint:
        return {}
    rows: dict[int, list[CaseEvent]] = {}
    for event in (
        CaseEvent.objects.filter(case__in=joint, action__in=[*PART_STEPS, Action.REOPEN], unit__in=mine)
        .select_related("unit")
        .prefetch_related("photos")
        .order_by("case_id", "seq")
    ):
        rows.setdefault(event.case_id, []).append(event)
    found = {pk: [part for part in parts_in(events) if part.is_open] for pk, events in rows.items()}
    return {pk: parts[-1] for pk, parts in found.items() if parts}


def with_open_part(units: Collection[int], *states: Action) -> Q:
    """The filter of the cases of which one of these units still has a part to do.

    `states`: only those whose part waits since one of these steps.
    """
    where = Q(pk__in=[])
    for unit in sorted(units):
        steps = CaseEvent.objects.filter(case=OuterRef(OuterRef("pk")), unit=unit, action__in=PART_STEPS)
        last = Subquery(steps.order_by("-seq").values("pk")[:1])
        waits = CaseEvent.objects.filter(pk=last, action__in=states or tuple(_NEXT))
        where |= with_joint_unit([unit]) & Q(Exists(waits))
    return where


def cases_of_part(user: User, *states: Action) -> CaseQuerySet:
    """The cases that wait for a part of this person's units now."""
    return Case.objects.filter(with_open_part(units_of(user), *states), status__in=WITH_UNIT)


def _tell(parts: list[Part], event: CaseEvent, unit: Organisation) -> None:
    """Go on with a unit's part, or begin one."""
    if event.action == Action.JOIN:
        parts.append(Part(unit, duty=event.note, called_in_at=event.happened_at))
        return
    part = next((part for part in reversed(parts) if part.unit == unit), None)
    if part is None:
        return
    part.state = Action(event.action)
    match part.state:
        case Action.ACCEPT_PART:
            part.accepted_at = event.happened_at
        case Action.FEED_BACK_PART:
            part.done_at, part.note = event.happened_at, event.note
            part.accepted_at = part.accepted_at or event.happened_at
            part.photos = list(event.photos.all())
        case Action.RELEASE:
            part.released_at, part.note = event.happened_at, event.note

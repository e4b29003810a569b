"""Which units a case could go to, who works there, and why one of them is proposed."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent
from cases.parts import open_parts
from cases.permissions import IN_UNIT
from cases.workflow import Action
from dispatch.models import Responsibility
from dispatch.routing import matching_responsibilities
from dispatch.unit_load import Load, loads_of
from grids.models import Organisation, OrganisationKind, Post


@dataclass(frozen=True)
class Candidate:
    """A unit as the dispatcher sees it: why it is proposed (or empty), and who would hear of the case."""

    unit: Organisation
    people: list[Post]
    why: str = ""
    has_just_returned_it: bool = False
    takes_part: bool = False
    load: Load = field(default_factory=Load)


def selectable_units(case: Case) -> QuerySet[Organisation]:
    """The units in use of the areas that a case lies in, the lowest level first."""
    return (
        Organisation.objects.filter(is_active=True, area__in=case.area_ids)
        .exclude(kind=OrganisationKind.COMMAND)
        .order_by("-level", "code")
    )


def joinable_units(case: Case) -> QuerySet[Organisation]:
    """The units that may have a part in a case: those that could lead, and those of the areas that it reaches into."""
    return (
        Organisation.objects.filter(is_active=True, area__in=case.touched_area_ids)
        .exclude(kind=OrganisationKind.COMMAND)
        .order_by("-level", "code")
    )


def candidates(case: Case) -> list[Candidate]:
    """The units to choose from, the proposed one first; eight queries at most, however many there are."""
    staff = Post.objects.current().filter(role__in=IN_UNIT).select_related("user")
    units = selectable_units(case).prefetch_related(Prefetch("posts", staff))
    line = _winning_line(case)
    returned_by = just_returned_by(case)
    taking_part = {part.unit.pk for part in open_parts(case)}
    loads = loads_of([unit.pk for unit in units])
    found = [
        Candidate(
            unit,
            people=list(unit.posts.all()),
            why=_reason(line) if line and line.unit_id == unit.pk else "",
            has_just_returned_it=unit.pk == returned_by,
            takes_part=unit.pk in taking_part,
            load=loads[unit.pk],
        )
        for unit in units
    ]
    return sorted(found, key=lambda candidate: not candidate.why)


def _winning_line(case: Case) -> Responsibility | None:
    if case.case_class is None:
        return None
    return matching_responsibilities(
        level=case.level, area_ids=case.area_ids, case_class=case.case_class
    ).first()


def _reason(line: Responsibility) -> str:
    """Why a unit is proposed: the line of the responsibility list that wins."""
    subject = line.case_class or line.major or _("every class")
    return _("answers for %(subject)s in %(area)s") % {"subject": subject, "area": line.area}


def just_returned_by(case: Case) -> int | None:
    """The unit that may not get the case straight back."""
    last = (
        CaseEvent.objects.filter(case=case, action__in=[Action.RETURN, Action.DISPATCH])
        .order_by("-seq")
        .first()
    )
    return last.unit_id if last and last.action == Action.RETURN else None

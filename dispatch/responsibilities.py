"""What the responsibility list says about a place and a class, and what one line of it changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.models import CaseClass
from dispatch.models import Responsibility
from dispatch.routing import CLOSENESS, matching_responsibilities
from grids.models import Area


@dataclass(frozen=True)
class Candidate:
    """A line that fits a case, with the reason for its place in the order."""

    line: Responsibility
    wins: bool
    why: str


def candidates(*, level: int, areas: Iterable[Area], case_class: CaseClass) -> list[Candidate]:
    """Every line that names the class or a wider one in these areas (district to grid) at a level.

    In the order in which they win; those out of force, which never do, at the end. Two queries.
    """
    area_ids = [area.pk for area in areas]
    fitting = list(matching_responsibilities(level=level, area_ids=area_ids, case_class=case_class))
    passed_over = (
        Responsibility.objects.filter(
            _about(case_class.pk, case_class.major_id), level=level, area__in=area_ids
        )
        .exclude(pk__in=[line.pk for line in fitting])
        .annotate(closeness=CLOSENESS)
        .select_related("area", "major", "case_class", "unit")
        .order_by("-closeness", "-area__level", "id")
    )
    return [
        *(Candidate(line, line is fitting[0], _why(line, fitting[0])) for line in fitting),
        *(Candidate(line, False, _why_never(line)) for line in passed_over),
    ]


def rivals_of(line: Responsibility) -> tuple[QuerySet[Responsibility], QuerySet[Responsibility]]:
    """The lines in force that win over a line for some of its cases, and those that it wins over; saved or not."""
    major_id = line.case_class.major_id if line.case_class else line.major_id
    overlapping = (
        Responsibility.objects.filter(
            _about(line.case_class_id, major_id),
            Q(area__path__startswith=line.area.path) | Q(area__code__in=line.area.ancestor_codes),
            level=line.level,
            is_active=True,
            unit__is_active=True,
        )
        .exclude(pk=line.pk)
        .annotate(closeness=CLOSENESS)
        .select_related("area", "major", "case_class", "unit")
        .order_by("-closeness", "-area__level", "area__code", "id")
    )
    closeness = _closeness(line)
    same = Q(closeness=closeness)
    stronger = Q(closeness__gt=closeness) | same & Q(area__level__gt=line.area.level)
    weaker = Q(closeness__lt=closeness) | same & Q(area__level__lt=line.area.level)
    return overlapping.filter(stronger), overlapping.filter(weaker)


def _about(case_class_id: int | None, major_id: int | None) -> Q:
    """Lines that share cases with a class, with a major class, or (neither given) with everything."""
    if major_id is None:
        return Q()
    wider = Q(major=major_id) | Q(case_class=None, major=None)
    return wider | (Q(case_class=case_class_id) if case_class_id else Q(case_class__major=major_id))


def _why(line: Responsibility, winner: Responsibility) -> str:
    if line is winner:
        return {
            2: _("Names the class itself, in the smallest area that does."),
            1: _("Names its major class, in the smallest area that does; no line names the class itself."),
            0: _("Stands for every class; no line names the class or its major class."),
        }[_closeness(line)]
    if _closeness(line) < _closeness(winner):
        return _("Names the class less closely than the line that wins.")
    return _("Names it as closely, but for a larger area.")


def _why_never(line: Responsibility) -> str:
    return _("Passed over: the unit no longer works.") if line.is_active else _("Passed over: not in force.")


def _closeness(line: Responsibility) -> int:
    return 2 if line.case_class_id else 1 if line.major_id else 0

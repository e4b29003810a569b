"""What stands in the selects above a list: from where one is, one step up, and what lies directly below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from cases.models import CaseClass, MajorClass
from grids.models import Area, AreaLevel, Organisation, OrganisationKind, User


@dataclass(frozen=True)
class Choice:
    """One line of a select."""

    value: str
    label: str
    chosen: bool = False
    # How many levels it lies under the first line.
    depth: int = 0


def area_choices(user: User, chosen: str) -> list[Choice]:
    """The areas of the person's posts and those under them; once one is chosen, it, its parent and its children."""
    found = list(_areas(user, chosen).order_by("path").values_list("code", "name", "level"))
    top = min((level for _, _, level in found), default=0)
    return [Choice(code, name, code == chosen, level - top) for code, name, level in found]


def class_choices(major: str, case_class: str) -> tuple[list[Choice], list[Choice]]:
    """The major classes in use, and the classes of the chosen one; a query each."""
    majors = MajorClass.objects.filter(Exists(CaseClass.objects.filter(major=OuterRef("pk"), is_active=True)))
    classes = (
        CaseClass.objects.filter(major=int(major), is_active=True)
        if major.isdigit()
        else CaseClass.objects.none()
    )
    return (
        _choices(majors.values_list("pk", "name"), major),
        _choices(classes.values_list("pk", "name"), case_class),
    )


def organisation_choices(user: User, chosen: QueryDict) -> tuple[list[Choice], list[Choice]]:
    """The command centres and the units of the areas in the area's select; one query."""
    holder, unit = chosen.get("holder", ""), chosen.get("unit", "")
    found = list(
        Organisation.objects.filter(
            Q(area__in=_areas(user, chosen.get("area", "")).order_by()) | Q(code__in=[holder, unit]),
            is_active=True,
        ).values_list("code", "name", "kind")
    )
    command = OrganisationKind.COMMAND
    return (
        _choices([(code, name) for code, name, kind in found if kind == command], holder),
        _choices([(code, name) for code, name, kind in found if kind != command], unit),
    )


def _areas(user: User, chosen: str) -> QuerySet[Area]:
    areas = Area.objects.current()
    if chosen:
        here = Area.objects.filter(code=chosen)
        return areas.filter(Q(pk__in=here) | Q(parent__in=here) | Q(pk__in=here.values("parent")))
    tops = {post.area_id for post in user.current_posts}
    if not tops:
        return areas.filter(level=AreaLevel.DISTRICT)
    return areas.filter(Q(pk__in=tops) | Q(parent__in=tops))


def _choices(found: Iterable[Sequence[object]], chosen: str) -> list[Choice]:
    return [Choice(str(value), str(label), str(value) == chosen) for value, label in found]

"""Questions about cases and classes."""

from collections import Counter

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from cases.models import Case, CaseClass, CaseEvent, CasePhoto
from cases.models.case import CaseQuerySet
from cases.workflow import Action
from gridgov.errors import NotFoundForYou
from grids.models import Area, User

# A person's last reports show what they meet on their round.
RECENT_REPORTS = 200
# What a case's own pages name; its areas come by a query of their own, the planner weighs every join.
_NAMED = ("case_class__major", "condition", "holder", "unit", "reporter")
_AREAS = ("district", "street", "subdistrict", "community", "grid")


def for_cards(cases: CaseQuerySet) -> CaseQuerySet:
    """Cases with what a card on the phone shows: class, place and photos, in two queries."""
    return (
        cases.select_related("case_class", "street", "community", "grid")
        .defer("point", "device_point")
        .prefetch_related(Prefetch("photos", CasePhoto.objects.order_by("id")))
    )


def reports_of(user: User) -> CaseQuerySet:
    """What a person reported, newest first, as cards, each with the reason (`ended_because`) when it was turned down."""
    turned_down = CaseEvent.objects.filter(
        case=OuterRef("pk"), to_status=OuterRef("status"), action__in=[Action.REFUSE, Action.VOID]
    )
    reason = Subquery(turned_down.order_by("-seq").values("note")[:1])
    return for_cards(Case.objects.filter(reporter=user)).annotate(ended_because=reason).order_by("-id")


def case_for(user: User, number: str) -> Case:
    """The case with this number, with all that its pages name, in two queries; raises `NotFoundForYou` to strangers."""
    case = Case.objects.visible_to(user).select_related(*_NAMED).filter(number=number).order_by().first()
    if case is None:
        raise NotFoundForYou(number)
    areas = Area.objects.in_bulk(case.area_ids)
    for name in _AREAS:
        setattr(case, name, areas.get(getattr(case, f"{name}_id")))
    return case


def used_classes(user: User, limit: int = 6) -> list[CaseClass]:
    """The classes a person is most likely to report: the one used last, then the most used; two queries."""
    return _ranked(_recent_classes(Case.objects.filter(reporter=user)), limit)


def classes_used_around(user: User, limit: int = 6) -> list[CaseClass]:
    """The same for whoever has not reported yet: what is reported in the district of their first post."""
    posts = user.current_posts
    if not posts:
        return []
    return _ranked(_recent_classes(Case.objects.filter(district__code=posts[0].area.district_code)), limit)


def search_classes(words: str, limit: int = 8) -> QuerySet[CaseClass]:
    """Classes in use whose name, major class or code holds every one of the words."""
    found = CaseClass.objects.filter(is_active=True).select_related("major")
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(major__name__icontains=word) | Q(full_code__startswith=word)
        )
    return found[:limit]


def _recent_classes(cases: QuerySet[Case]) -> list[int]:
    """The class ids of the last reports, newest first."""
    newest = cases.order_by("-id").values_list("case_class_id", flat=True)[:RECENT_REPORTS]
    return [pk for pk in newest if pk is not None]


def _ranked(recent: list[int], limit: int) -> list[CaseClass]:
    ids = list(dict.fromkeys(recent[:1] + [pk for pk, _ in Counter(recent).most_common(limit)]))[:limit]
    found = CaseClass.objects.filter(is_active=True).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]

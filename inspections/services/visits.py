"""A visit as a whole: its answers, what was settled on the spot, and the cases it raises."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.days import plausible_day
from gridgov.errors import KeyReused, NotFoundForYou, NotPermitted
from gridgov.models import Photo
from gridgov.photos_ahead import claim_photos
from grids.models import GridObject, ObjectType, User
from grids.object_history import before
from grids.permissions import could_see_object, posts_covering
from inspections.checklists import left_alone_until
from inspections.models import (
    Answer,
    AskedType,
    ChecklistItem,
    Result,
    Task,
    TaskEvent,
    TaskKind,
    VersionState,
    Visit,
    VisitPhoto,
    VisitPhotoKind,
    VisitReason,
)
from inspections.notices import tell_of_visit
from inspections.permissions import can_visit_objects
from inspections.services.findings import confirm, find, open_matters
from inspections.services.tasks import finish_by_visit, finish_tasks_there
from inspections.times import day_of_deed, time_of_deed

_REASON_OF = {
    TaskKind.RECHECK: VisitReason.RECHECK,
    TaskKind.CAMPAIGN: VisitReason.CAMPAIGN,
    TaskKind.ORDER: VisitReason.ORDER,
    TaskKind.PATROL: VisitReason.PATROL,
}
# These may disturb an object again within days.
_AT_ANY_TIME = (VisitReason.RECHECK, VisitReason.ORDER, VisitReason.PATROL)
# A phone without signal goes by the day that it fetched last.
_PHONE_IS_BEHIND = timedelta(days=7)


@dataclass(frozen=True)
class Given:
    """What a phone sends for one item; photos by the names it sent them under."""

    item: int
    result: str
    note: str = ""
    photos: Sequence[UUID] = ()
    settled: bool = False
    after_photos: Sequence[UUID] = ()


@transaction.atomic
def record_visit(
    *,
    actor: User,
    client_uuid: UUID,
    object: GridObject,
    answers: Sequence[Given],
    started_at: datetime,
    finished_at: datetime,
    reason: str = VisitReason.ROUTINE,
    task_id: int | None = None,
    point: Point | None = None,
    device_point: Point | None = None,
    accuracy_m: float | None = None,
    away_reason: str = "",
    note: str = "",
    photos: Sequence[UUID] = (),
) -> Visit:
    """Keep a visit: every answer, a finding for each abnormal one, settled on the spot or raised as a case.

    A visit is what happened out there, so it is judged by the posts held, the places and the lists of then, and kept
    even when its task has gone to somebody else meanwhile (`task_moved_on`), or when it came too soon after the last
    one (`too_soon`). Times are the phone's; a clock that runs ahead is set back. An item that is abnormal again while
    its case is open goes into that case. One visit replaces many: what it answers of other tasks is done too.

    Raises `NotPermitted`, `NotFoundForYou`, `KeyReused` when the actor sent another object's visit under this
    name, `PhotosMissing`, and ValidationError for answers that don't fit their item, and for impossible times.
    """
    actor = actor.as_on(day_of_deed(started_at))
    if not can_visit_objects(actor):
        raise NotPermitted("visit")
    if not could_see_object(actor, object, since=time_of_deed(started_at) - _PHONE_IS_BEHIND):
        raise NotFoundForYou(object.pk)
    # One visit of an object after the other, so that what was found last is known, and where it lies by then. Without
    # its area: a join is not looked at again when the lock had to wait.
    object = GridObject.objects.select_for_update(no_key=True).get(pk=object.pk)
    there = Visit.objects.filter(inspector=actor, client_uuid=client_uuid).first()
    if there:
        if there.object_id != object.pk:
            raise KeyReused(client_uuid)
        return there
    items = _items_of(object, answers)
    _judge(answers, items)
    started_at, finished_at = _set_back(started_at, finished_at)
    task = _task_of(actor, task_id) if task_id else None
    if task and reason == VisitReason.ROUTINE:
        reason = _REASON_OF.get(TaskKind(task.kind), VisitReason.ROUTINE)
    visit = Visit.objects.create(
        client_uuid=client_uuid,
        object=object,
        area_id=object.area_id,
        district_id=object.district_id,
        inspector=actor,
        post=next(iter(posts_covering(actor, object.area)), None),
        reason=reason,
        task=task,
        too_soon=reason not in _AT_ANY_TIME and _is_left_alone(object, finished_at),
        started_at=started_at,
        finished_at=finished_at,
        received_at=clock.now(),
        point=point,
        device_point=device_point,
        accuracy_m=accuracy_m,
        away_reason=away_reason.strip(),
        away_m=_metres_between(object, device_point or point),
        note=note.strip(),
    )
    kept = _keep_answers(visit, answers, items)
    found = _Photos(claim_photos(_names_of(answers, photos), actor=actor))
    _hang_photos(visit, answers, kept, found, photos)
    _follow_up(answers, kept, found)
    if task_id and not (task and finish_by_visit(task.pk, actor=actor, visit=visit)):
        Visit.objects.filter(pk=visit.pk).update(task_moved_on=True)
        visit.task_moved_on = True
        if task:
            tell_of_visit(visit, task)
    finish_tasks_there(visit, actor=actor)
    return visit


class _Photos:
    """The visit's photos by the names the phone gave them."""

    def __init__(self, photos: Iterable[Photo]) -> None:
        self._by_name = {photo.client_uuid: photo for photo in photos}

    def named(self, names: Iterable[UUID]) -> list[Photo]:
        return [self._by_name[name] for name in names]


def _items_of(object: GridObject, answers: Sequence[Given]) -> dict[int, ChecklistItem]:
    """The items answered, of any version that was ever published of a list for such objects."""
    if not answers:
        raise ValidationError(_("A visit needs at least one answer."), code="no_answers")
    twice = [item for item, times in Counter(given.item for given in answers).items() if times > 1]
    if twice:
        raise ValidationError(_("An item is answered twice."), code="answered_twice")
    named = (
        ChecklistItem.objects.filter(pk__in=[given.item for given in answers])
        .exclude(version__state=VersionState.DRAFT)
        .select_related("version", "case_class")
    )
    found = {item.pk: item for item in named.filter(version__checklist__types=object.type_id)}
    if len(found) < len(answers):
        lists = _lists_ever_for(object)
        found = {item.pk: item for item in named if item.version.checklist_id in lists}
    if len(found) < len(answers):
        foreign = "; ".join(str(item) for item in named if item.pk not in found)
        raise ValidationError(
            _("Not asked of such objects (any more): %(items)s. Take these answers back and send the rest."),
            code="foreign_item",
            params={"items": foreign or "?"},
        )
    return found


def _lists_ever_for(object: GridObject) -> set[int]:
    """The checklists that are or were for such objects, or for what this one was taken for before."""
    types = ObjectType.objects.filter(Q(pk=object.type_id) | Q(code__in=before(object).types))
    asked, no_more = AskedType.objects, AskedType.pgh_event_model.objects
    return {
        pk
        for rows in (asked, no_more)
        for pk in rows.filter(objecttype__in=types).values_list("checklist_id", flat=True)
    }


def _judge(answers: Sequence[Given], items: Mapping[int, ChecklistItem]) -> None:
    """Raises ValidationError that names every answer which does not fit its item."""
    problems = [
        ValidationError("%(item)s: %(problem)s", code="bad_answer", params={"item": item, "problem": problem})
        for given in answers
        for item in [items[given.item]]
        for problem in _problems_of(given, item)
    ]
    if problems:
        raise ValidationError(problems)


def _problems_of(given: Given, item: ChecklistItem) -> Iterable[str]:
    if given.result not in Result:
        yield _("answer normal, abnormal or not applicable.")
    if given.result != Result.ABNORMAL:
        if given.settled or given.after_photos:
            yield _("only something abnormal is settled.")
        return
    if item.photo_required and not given.photos:
        yield _("something abnormal needs a photo here.")
    if given.settled and not item.may_settle:
        yield _("this may not be settled on the spot: report it.")
    if given.settled and not given.after_photos:
        yield _("settling on the spot needs a photo of the result.")


def _task_of(actor: User, task_id: int) -> Task | None:
    """A task that they see or once had: any other's number opens nothing."""
    had = TaskEvent.objects.filter(task=OuterRef("pk"), assignee=actor)
    seen = Q(pk__in=Task.objects.visible_to(actor).order_by()) | Exists(had)
    task: Task | None = Task.objects.filter(seen, pk=task_id).first()
    return task


def _set_back(started_at: datetime, finished_at: datetime) -> tuple[datetime, datetime]:
    for at in (started_at, finished_at):
        plausible_day(at.date())
    if finished_at < started_at:
        raise ValidationError(_("The visit ends before it begins."), code="bad_times")
    ahead = finished_at - clock.now()
    return (started_at - ahead, finished_at - ahead) if ahead > timedelta(0) else (started_at, finished_at)


def _is_left_alone(object: GridObject, at: datetime) -> bool:
    until = left_alone_until(object, at)
    return until is not None and localdate(at) < until


def _metres_between(object: GridObject, point: Point | None) -> float | None:
    if point is None or object.point is None:
        return None
    metres = (
        GridObject.objects.filter(pk=object.pk)
        .annotate(away=Distance("point", point))
        .values_list("away", flat=True)
        .get()
    )
    return round(float(metres.m), 1)


def _keep_answers(
    visit: Visit, answers: Sequence[Given], items: Mapping[int, ChecklistItem]
) -> dict[int, Answer]:
    """The answers by item."""
    kept = Answer.objects.bulk_create(
        Answer(
            visit=visit,
            object_id=visit.object_id,
            item=items[given.item],
            checklist_id=items[given.item].version.checklist_id,
            item_key=items[given.item].key,
            result=given.result,
            note=given.note.strip(),
            answered_at=visit.finished_at,
        )
        for given in answers
    )
    return {answer.item_id: answer for answer in kept}


def _names_of(answers: Sequence[Given], photos: Sequence[UUID]) -> list[UUID]:
    return [*photos, *(name for given in answers for name in (*given.photos, *given.after_photos))]


def _hang_photos(
    visit: Visit,
    answers: Sequence[Given],
    kept: Mapping[int, Answer],
    found: _Photos,
    of_the_whole: Sequence[UUID],
) -> None:
    hung = [VisitPhoto(visit=visit, photo=photo) for photo in found.named(of_the_whole)]
    for given in answers:
        for kind, names in (
            (VisitPhotoKind.BEFORE, given.photos),
            (VisitPhotoKind.AFTER, given.after_photos),
        ):
            hung += [
                VisitPhoto(visit=visit, answer=kept[given.item], photo=photo, kind=kind)
                for photo in found.named(names)
            ]
    VisitPhoto.objects.bulk_create(hung)


def _follow_up(answers: Sequence[Given], kept: Mapping[int, Answer], found: _Photos) -> None:
    """A finding for what is abnormal; what was found before and is in order now is told so."""
    matters = open_matters(kept.values())
    for given in answers:
        answer = kept[given.item]
        same = matters[answer.checklist_id, answer.item_key]
        if given.result == Result.NORMAL:
            confirm(answer, same)
        elif given.result == Result.ABNORMAL:
            photos = found.named(given.after_photos if given.settled else given.photos)
            find(answer, same, photos, settled=given.settled)


def answers_from(sent: Iterable[Mapping[str, Any]]) -> list[Given]:
    """Answers as the API takes them."""
    return [
        Given(
            item=one["item"],
            result=one["result"],
            note=one.get("note", ""),
            photos=one.get("photo_uuids", ()),
            settled=one.get("settled", False),
            after_photos=one.get("after_photo_uuids", ()),
        )
        for one in sent
    ]

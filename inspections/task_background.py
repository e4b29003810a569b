"""Where a task comes from and what came of it, as far as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse

from cases.models import Case
from cases.story import essentials_of
from gridgov.models import Photo
from grids.models import GridObject, User
from inspections.models import Finding, Task, TaskAction, TaskEvent, TaskState, Visit, VisitPhoto
from inspections.visits import for_rows

MOST_VISITS = 5


@dataclass(frozen=True)
class Background:
    """What a task is about; what the reader may not open is None, or not there."""

    sees_object: bool = False
    case: Case | None = None
    # As pages of cases show them: a pair of before and after, and the others.
    case_photos: dict[str, Any] = field(default_factory=dict)
    finding: Finding | None = None
    found_at: Visit | None = None
    found_photos: list[dict[str, Any]] = field(default_factory=list)
    # Made for the task, the newest first.
    visits: list[Visit] = field(default_factory=list)
    # When it was done, and by whom.
    done: TaskEvent | None = None


def background_of(task: Task, events: Sequence[TaskEvent], user: User) -> Background:
    """The object, case and finding behind a task, and the visits and the step that ended it; ten queries at most.

    `events` is the task's story with its actors, the oldest first.
    """
    is_done = task.state == TaskState.DONE
    finished = [event for event in events if event.action == TaskAction.FINISH]
    done = finished[-1] if is_done and finished else None
    case = Case.objects.visible_to(user).filter(pk=task.case_id).first() if task.case_id else None
    finding = _finding_of(task)
    found_at = _visible(user, finding.answer.visit_id) if finding else None
    return Background(
        sees_object=task.object_id is not None
        and GridObject.objects.visible_to(user).filter(pk=task.object_id).exists(),
        case=case,
        case_photos=dict(essentials_of(case)) if case else {},
        finding=finding,
        found_at=found_at,
        found_photos=_photos_of(finding) if finding and found_at else [],
        visits=_visits_of(task, done, user),
        done=done,
    )


def shown_photo(url_name: str, pk: int, photo: Photo, words: str) -> dict[str, Any]:
    """A photo as `components/photo_grid.html` takes it; the page of `url_name` serves it, by `pk`, photo and size."""
    return {
        "url": reverse(url_name, args=[pk, photo.pk, "display"]),
        "thumb_url": reverse(url_name, args=[pk, photo.pk, "thumb"]),
        "alt": words,
        "caption": words,
        "photo": photo,
    }


def _finding_of(task: Task) -> Finding | None:
    findings = Finding.objects.select_related("answer__item", "answer__visit__inspector", "case")
    return findings.filter(pk=task.finding_id).first() if task.finding_id else None


def _visible(user: User, visit_id: int) -> Visit | None:
    found: Visit | None = Visit.objects.visible_to(user).filter(pk=visit_id).first()
    return found


def _photos_of(finding: Finding) -> list[dict[str, Any]]:
    visit_id = finding.answer.visit_id
    return [
        shown_photo("inspections:visit_photo", visit_id, hung.photo, hung.get_kind_display())
        for hung in VisitPhoto.objects.filter(answer=finding.answer_id).select_related("photo").order_by("id")
    ]


def _visits_of(task: Task, done: TaskEvent | None, user: User) -> list[Visit]:
    """Those made for the task; one that was made for another and ended this too is the last before its end."""
    ended_by = Visit.objects.none()
    if done and task.object_id:
        there = Visit.objects.filter(object=task.object_id, inspector=done.actor, received_at__lte=done.at)
        ended_by = there.order_by("-received_at", "-pk")[:1]
    visits = for_rows(Visit.objects.visible_to(user).filter(Q(task=task) | Q(pk__in=ended_by.values("pk"))))
    return list(visits.order_by("-finished_at", "-pk")[:MOST_VISITS])

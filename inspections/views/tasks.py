"""A task: what, where, until when, what happened to it, and the steps that one may take."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.views.steps import lead_to
from gridgov.errors import AlreadyTaken, DomainError, NotFoundForYou, PhotoRefused, StepNotAllowed
from gridgov.evidence import Size, serve_photo, stored_photos
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import User
from grids.requests import StaffRequest
from inspections.forms.tasks import AssignForm, CancelForm, FinishForm, NoteForm, NothingForm
from inspections.models import Task, TaskAction, TaskEvent
from inspections.people import walkers_of
from inspections.permissions import available_task_actions, can_lead
from inspections.services import tasks as services
from inspections.task_background import background_of, shown_photo
from inspections.task_cards import TaskCard, as_cards, for_cards, objects_to_visit, work_url

OBJECTS_SHOWN = 50
# The form of each step; those without one are a single press.
FORMS: dict[TaskAction, type[forms.Form]] = {
    TaskAction.FINISH: FinishForm,
    TaskAction.PUT_BACK: NoteForm,
    TaskAction.ASSIGN: AssignForm,
    TaskAction.CANCEL: CancelForm,
}


@require_safe
def task_detail(request: StaffRequest, task_id: int) -> HttpResponse:
    return _page(request, _task_for(request.user, task_id))


@once
@require_POST
def grab_task(request: StaffRequest, task_id: int) -> HttpResponse:
    said = _("Yours. Begin within %(minutes)d minutes, or it goes back.")
    return _take(request, task_id, services.grab_task, NothingForm, said)


@once
@require_POST
def begin_task(request: StaffRequest, task_id: int) -> HttpResponse:
    """Begun; on to where it is worked on."""
    task = _task_for(request.user, task_id)
    try:
        services.begin_task(task.pk, actor=request.user)
    except StepNotAllowed as refused:
        return _too_late(request, task, refused)
    return redirect(work_url(task))


@once
@require_POST
def put_back_task(request: StaffRequest, task_id: int) -> HttpResponse:
    return _take(request, task_id, services.put_back_task, NoteForm, _("Put back: it is open to others."))


@once
@require_POST
def finish_task(request: StaffRequest, task_id: int) -> HttpResponse:
    return _take(request, task_id, services.finish_task, FinishForm, _("Done. Thank you."))


@once
@require_POST
def assign_task(request: StaffRequest, task_id: int) -> HttpResponse:
    return _take(request, task_id, services.assign_task, AssignForm, _("Assigned to %(assignee)s."))


@once
@require_POST
def cancel_task(request: StaffRequest, task_id: int) -> HttpResponse:
    return _take(request, task_id, services.cancel_task, CancelForm, _("Cancelled."))


@require_safe
def task_photo(request: StaffRequest, task_id: int, photo_id: UUID, size: Size) -> HttpResponseBase:
    """A photo that was handed in with a task, for whoever may see the task."""
    seen = Task.objects.visible_to(request.user).filter(pk=task_id)
    event = TaskEvent.objects.filter(task__in=seen, photos=photo_id).first()
    if event is None or size not in ("display", "thumb"):
        raise NotFoundForYou(task_id, photo_id, size)
    return serve_photo(request, event.photos.get(pk=photo_id), size)


def _take(
    request: StaffRequest,
    task_id: int,
    service: Callable[..., Task],
    form_class: type[forms.Form],
    said: str | Promise,
) -> HttpResponse:
    """Take a step; what the service refuses stands on the task's page, with what was typed."""
    task = _task_for(request.user, task_id)
    form = form_class(request.POST, request.FILES)
    try:
        is_taken = form.is_valid() and _taken(service, task, request.user, form)
    except (AlreadyTaken, StepNotAllowed) as refused:
        return _too_late(request, task, refused)
    if is_taken:
        words = {"minutes": services.begin_minutes(), **form.cleaned_data}
        messages.success(request, str(said) % words if "%(" in str(said) else str(said))
        return lead_to(request, _way_back(request, task))
    action = TaskAction(service.__name__.removesuffix("_task"))
    return _page(request, task, {action: form}, status=422)


def _taken(service: Callable[..., Task], task: Task, actor: User, form: forms.Form) -> bool:
    values = dict(form.cleaned_data)
    files = values.pop("photos", [])
    try:
        with stored_photos(files, actor=actor) as photos:
            service(task.pk, actor=actor, **values, **({"photos": photos} if files else {}))
    except PhotoRefused as refused:
        form.add_error("photos", refused.words(len(files)))
    except ValidationError as error:
        add_errors(form, error)
    return form.is_valid()


def _too_late(request: StaffRequest, task: Task, refused: DomainError) -> HttpResponse:
    """The task as it stands now, with what came between."""
    messages.error(request, f"{refused.message} {_('This is how it stands now.')}")
    return _page(request, _task_for(request.user, task.pk), status=refused.status)


def _page(
    request: StaffRequest,
    task: Task,
    bound: dict[TaskAction, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    actions = available_task_actions(request.user, task)
    bound = bound or {}
    card = as_cards([task])[0]
    failed = next(iter(bound), "")
    events = list(task.events.select_related("actor", "assignee").prefetch_related("photos").order_by("seq"))
    board = _board_of(request.user, task)
    context: dict[str, Any] = {
        "task": task,
        "card": card,
        "step": TaskAction.FINISH if failed == TaskAction.FINISH else _step(request.user, card, actions),
        "forms": {action: bound.get(action) or FORMS[action]() for action in actions if action in FORMS},
        "failed": failed,
        "people": _people_for(task) if TaskAction.ASSIGN in actions else None,
        "objects": objects_to_visit(task, OBJECTS_SHOWN),
        "background": background_of(task, events, request.user),
        "story": [(event, _photos_of(event)) for event in events],
        "board": board,
        "next": _next(request),
        "home": home_of(request.user),
        "layout": layout_of(request),
    }
    return render(request, "inspections/task_detail.html", context, status=status)


def _step(user: User, card: TaskCard, actions: Collection[TaskAction]) -> str:
    """The one next step, of all that the person may take; "" where it is somebody else's, or none has a button."""
    if TaskAction.GRAB in actions:
        return TaskAction.GRAB
    is_mine = card.task.assignee_id == user.pk
    return card.next_step if is_mine and card.next_step != "campaign" else ""


def _people_for(task: Task) -> list[User]:
    walkers = walkers_of(task.area)
    return [one.user for one in walkers if one.user.pk != task.assignee_id and one.may_be_given(task)]


def _photos_of(event: TaskEvent) -> list[dict[str, Any]]:
    return [
        shown_photo("inspections:task_photo", event.task_id, photo, event.note)
        for photo in event.photos.all()
    ]


def _board_of(user: User, task: Task) -> str:
    """The board on which the person leads this task, of its community where they lead that; "" where they don't."""
    areas = [area for area in (task.area.parent, task.area) if area and can_lead(user, area)]
    return f"{reverse('inspections:board')}?area={areas[0].code}" if areas else ""


def _task_for(user: User, task_id: int) -> Task:
    found: Task | None = (
        for_cards(Task.objects.visible_to(user))
        .select_related("plan", "area__parent")
        .filter(pk=task_id)
        .first()
    )
    if found is None:
        raise NotFoundForYou(task_id)
    return found


def _next(request: StaffRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def _way_back(request: StaffRequest, task: Task) -> str:
    return _next(request) or reverse("inspections:task_detail", args=[task.pk])

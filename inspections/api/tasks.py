"""The API of tasks: one's own, those to be grabbed, and the steps."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input, ObjectField
from cases.api.serializers import Shape
from cases.api.steps import view_of_step
from cases.forms.photos import MOST_PHOTOS
from cases.forms.report import UNKNOWN_OBJECT
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from grids.models import Area, GridObject, User
from inspections.models import Skill, Task, TaskAction, TaskKind, TaskState
from inspections.permissions import available_task_actions, where_may_have
from inspections.selectors import objects_to_order_about
from inspections.services import tasks as services
from inspections.task_cards import for_cards
from inspections.times import end_of_day

_AS_THEY_ARE = (
    "id",
    "kind",
    "title",
    "note",
    "is_urgent",
    "starts_at",
    "due_at",
    "state",
    "begin_by",
    "version",
)


class TaskRow(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(TaskKind.choices)
    title = serializers.CharField()
    note = serializers.CharField()
    area = serializers.CharField(help_text="Code of the grid, or of a larger area.")
    area_name = serializers.CharField()
    object = serializers.CharField(allow_null=True, help_text="Code of the object to visit.")
    object_name = serializers.CharField(allow_null=True)
    case = serializers.CharField(allow_null=True, help_text="Number of the case to look at.")
    campaign = serializers.CharField(allow_null=True, help_text="Theme of the campaign.")
    skill = serializers.CharField(allow_null=True)
    is_urgent = serializers.BooleanField()
    starts_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(TaskState.choices)
    assignee = serializers.CharField(allow_null=True)
    is_mine = serializers.BooleanField()
    begin_by = serializers.DateTimeField(allow_null=True, help_text="Goes back unless it is begun by then.")
    version = serializers.IntegerField()
    available_actions = serializers.ListField(child=serializers.ChoiceField(TaskAction.choices))


class MakeTaskInput(Input):
    title = serializers.CharField(max_length=120)
    area = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Area.objects.current(),
        required=False,
        help_text="Code of an area where you lead; with an object it is where that stands.",
    )
    object = ObjectField(required=False, help_text="Code of the object that it is about.")
    due_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    assignee = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        required=False,
        help_text="User name of somebody who walks there; without, it is open to be grabbed.",
    )
    skill = serializers.SlugRelatedField(
        slug_field="name", queryset=Skill.objects.all(), required=False, help_text="Name of a skill it takes."
    )
    is_urgent = serializers.BooleanField(required=False, help_text="Everybody there is told.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "object" in attrs:
            attrs.setdefault("area", attrs["object"].area)
        elif "area" not in attrs:
            raise serializers.ValidationError({"area": _("Say where, by an area or an object.")})
        return attrs

    def validate_object(self, given: GridObject) -> GridObject:
        """The same that the page offers: what is closed or removed is no place to go to any more."""
        offered = objects_to_order_about(self.context["request"].user, given.area)
        if not offered.filter(pk=given.pk).exists():
            raise serializers.ValidationError(UNKNOWN_OBJECT, code="unknown")
        return given


class TaskPagination(KeysetPagination):
    orderings: ClassVar = {"due": ("due_at", "id"), "newest": ("-id",)}


class TaskList(ListAPIView[Task]):
    queryset = Task.objects.none()
    serializer_class = TaskRow
    pagination_class = TaskPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_tasks",
        parameters=[
            OpenApiParameter(
                "of",
                str,
                enum=["me", "open", "all"],
                description="`me`: what you have in hand; `open`: what you may grab; `all`: what you may see. "
                "Without: `me`.",
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Pending tasks, those that end first on top."""
        user = cast(User, request.user)
        page = self.paginate_queryset(for_cards(_wanted(user, request.query_params.get("of", "me")))) or []
        return self.get_paginated_response([task_row(task, user) for task in page])

    @extend_schema(
        operation_id=services.make_task.__name__,
        request=MakeTaskInput,
        responses={201: TaskRow},
        tags=["tasks"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Order something to be done in an area or at an object, by somebody or by whoever grabs it."""
        user = cast(User, request.user)
        sent = MakeTaskInput(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        task = services.make_task(actor=user, **sent.validated_data)
        there = {"Location": reverse("api-task", args=[task.pk])}
        return Response(task_row(_task_for(user, task.pk), user), 201, headers=there)


class TaskView(APIView):
    @extend_schema(operation_id="get_task", responses=TaskRow)
    def get(self, request: Request, task_id: int) -> Response:
        """A task and what you may do with it now."""
        user = cast(User, request.user)
        return Response(task_row(_task_for(user, task_id), user))


class TaskNoteInput(Input):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class TaskFinishInput(TaskNoteInput):
    photo_uuids = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_PHOTOS,
        help_text="Photos that were sent ahead, see /photos/.",
    )


class TaskReasonInput(Input):
    reason = serializers.CharField(max_length=500)


class TaskAssignInput(TaskNoteInput):
    assignee = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        help_text="User name of somebody who walks there.",
    )


class TaskStepView(APIView):
    """Takes one step and answers with the task as it is then."""

    service: ClassVar[Any]
    input_class: ClassVar[type[Input]] = Input

    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        user = cast(User, request.user)
        sent = self.input_class(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        type(self).service(task_id, actor=user, **sent.validated_data)
        return Response(task_row(_task_for(user, task_id), user))


def task_row(task: Task, user: User) -> dict[str, Any]:
    """A task of `for_cards` with what the person may do with it."""
    return {
        **{name: getattr(task, name) for name in _AS_THEY_ARE},
        "area": task.area.code,
        "area_name": task.area.name,
        "object": task.object.code if task.object else None,
        "object_name": task.object.name if task.object else None,
        "case": task.case.number if task.case else None,
        "campaign": task.campaign.theme if task.campaign else None,
        "skill": str(task.skill) if task.skill else None,
        "assignee": str(task.assignee) if task.assignee else None,
        "is_mine": task.assignee_id == user.pk,
        "available_actions": available_task_actions(user, task),
    }


def _wanted(user: User, of: str) -> QuerySet[Task]:
    if of == "open":
        now = Task.objects.filter(state=TaskState.OPEN, starts_at__lt=end_of_day())
        return now.filter(where_may_have(user))
    tasks = Task.objects.pending()
    return tasks.visible_to(user) if of == "all" else tasks.filter(assignee=user)


def _task_for(user: User, task_id: int) -> Task:
    found: Task | None = for_cards(Task.objects.visible_to(user)).filter(pk=task_id).first()
    if found is None:
        raise NotFoundForYou(task_id)
    return found


def _step(service: Any, input_class: type[Input] = Input) -> URLPattern:
    """The address of a step, `tasks/<id>/<step>/`, named after the service."""
    step = service.__name__.removesuffix("_task").replace("_", "-")
    view = view_of_step(TaskStepView, service, input_class, responses=TaskRow, tags=["tasks"])
    return path(f"tasks/<int:task_id>/{step}/", view.as_view(), name=f"api-{step}-task")


step_paths = [
    _step(services.grab_task),
    _step(services.begin_task),
    _step(services.put_back_task, TaskNoteInput),
    _step(services.finish_task, TaskFinishInput),
    _step(services.assign_task, TaskAssignInput),
    _step(services.cancel_task, TaskReasonInput),
]

"""The endpoints of a case's steps: each is its service, with the case's number in front."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

from django.db import transaction
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input, PhotosInput
from cases.api.rows import case_detail, event_columns, event_rows
from cases.api.serializers import CaseDetail, EventRow
from cases.models import Case, CaseEvent
from cases.overtaken import Overtaken, as_seen
from gridgov.api.idempotency import idempotent
from gridgov.api.schema import ErrorAnswer
from gridgov.errors import DomainError, NotFoundForYou
from gridgov.evidence import stored_photos
from gridgov.photos_ahead import claim_photos
from grids.models import User

Service = Callable[..., Case]
View = TypeVar("View", bound=APIView)


class CaseMovedOn(DomainError):
    """The case is no longer in the version that the client saw."""

    code = "case_moved_on"
    status = 412
    message = _("The case has moved on since you looked at it.")


class SeenInput(Input):
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The version of the case that you saw. When somebody did more than comment since, nothing is done: "
        "409 `overtaken` with the timeline rows since.",
    )


class ConflictAnswer(ErrorAnswer):
    """Not possible now: things have moved on."""

    since = EventRow(many=True, required=False, help_text="What was done since the version that you named.")


class StepView(APIView):
    """Takes one step and answers with the case as it is then."""

    service: ClassVar[Service]
    input_class: ClassVar[type[Input]] = Input
    checks_version = True
    parser_classes = (JSONParser, MultiPartParser)

    @idempotent
    def post(self, request: Request, number: str) -> Response:
        user = cast(User, request.user)
        case_id, version = _seen(number, user)
        wanted_version = request.headers.get("If-Match")
        _require_version(wanted_version, version)
        # The service is a transaction by itself; a second look at the version must be in the same one.
        together = transaction.atomic() if wanted_version else nullcontext()
        seen: int | None = None
        try:
            with asked(self.input_class, request) as wanted, together:
                if wanted_version:
                    # Somebody may have been quicker meanwhile; one service may take several steps, so this comes first.
                    _require_version(wanted_version, _locked_version(case_id))
                seen = wanted.pop("version", None)
                with as_seen(case_id, seen):
                    case = type(self).service(case_id, actor=user, **wanted)
                return case_response(case, user)
        except Overtaken as error:
            return _conflict(error, number, case_id, seen)


def _conflict(error: Overtaken, number: str, case_id: int, seen: int | None) -> Response:
    """Who did what since the version that the client saw."""
    rows = event_columns(CaseEvent.objects.filter(case_id=case_id, seq__gt=seen).order_by("seq"))
    told = {"code": error.code, "detail": str(error.message), "attr": None}
    return Response(
        {"type": "client_error", "errors": [told], "since": event_rows(number, list(rows))}, error.status
    )


@cache
def _with_version(input_class: type[Input]) -> type[Input]:
    """The step's input, and the version that the client saw."""
    if input_class is Input:
        return SeenInput
    name = input_class.__name__.removesuffix("Input") + "StepInput"
    return type(name, (input_class, SeenInput), {"__doc__": input_class.__doc__})


def step_path(service: Service, input_class: type[Input] = Input) -> URLPattern:
    """The address of a step, `<number>/<step>/`, named after the service."""
    input_class = _with_version(input_class)
    step = service.__name__.removesuffix("_case").replace("_", "-")
    answers = {200: CaseDetail, 409: ConflictAnswer}
    view = view_of_step(StepView, service, input_class, responses=answers, tags=["steps"])
    return path(f"cases/<slug:number>/{step}/", view.as_view(), name=f"api-{step}-case")


def view_of_step(
    base: type[View],
    service: Callable[..., Any],
    input_class: type[Input],
    *,
    responses: Any,
    tags: list[str] | None = None,
    operation_id: str = "",
) -> type[View]:
    """A view of this kind for one service, by whose name and words the schema knows it."""
    made: type[View] = type(
        service.__name__, (base,), {"service": staticmethod(service), "input_class": input_class}
    )
    documented = extend_schema(
        operation_id=operation_id or service.__name__,
        description=_in_words(service),
        request=input_class if input_class is not Input else None,
        responses=responses,
        tags=tags,
    )
    return extend_schema_view(post=documented)(made)


def _in_words(service: Callable[..., Any]) -> str:
    """What the service says of itself; what it raises is said by the answers."""
    return (inspect.getdoc(service) or "").partition("Raises ")[0].strip()


@contextmanager
def asked(input_class: type[Input], request: Request) -> Iterator[dict[str, Any]]:
    """What the client asks for as the service's keywords; photos are kept only if the block succeeds."""
    sent = input_class(data=request.data, context={"request": request})
    sent.is_valid(raise_exception=True)
    wanted = dict(sent.validated_data)
    if not issubclass(input_class, PhotosInput):
        yield wanted
        return
    user = cast(User, request.user)
    files, hashes = wanted.pop("photos", []), wanted.pop("photo_sha256", None)
    # Photos that were sent ahead are claimed in the transaction of what they belong to.
    with stored_photos(files, actor=user, expected_sha256=hashes) as photos, transaction.atomic():
        for name in [name for name in wanted if name.endswith("photo_uuids")]:
            claimed = claim_photos(wanted.pop(name), actor=user)
            wanted[name.replace("photo_uuids", "photos")] = claimed
        yield {**wanted, "photos": [*wanted.get("photos", []), *photos]}


def case_response(
    case: Case, user: User, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The case in full, with its version as ETag."""
    return Response(case_detail(case, user), status, headers={**(headers or {}), "ETag": f'"{case.version}"'})


def _seen(number: str, user: User) -> tuple[int, int]:
    found = Case.objects.visible_to(user).filter(number=number).values_list("pk", "version").first()
    if found is None:
        raise NotFoundForYou(number)
    return found


def _locked_version(case_id: int) -> int:
    """The version that the service will find, for nobody else changes it until this transaction ends."""
    locked = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=case_id).order_by()
    return locked.values_list("version", flat=True).get()


def _require_version(wanted: str | None, version: int) -> None:
    """A client that says which version it saw is told when that is no longer so."""
    if wanted and wanted.strip() != "*" and f'"{version}"' not in [tag.strip() for tag in wanted.split(",")]:
        raise CaseMovedOn(wanted, version)

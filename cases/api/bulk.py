"""The endpoints that take one step with many cases: each is its service, with the cases' numbers in what is sent."""

from dataclasses import asdict
from functools import cache
from typing import Any, ClassVar, cast

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import LONGEST_TEXT, Input
from cases.api.steps import Service
from cases.bulk import MOST, take_each
from gridgov.api.idempotency import idempotent
from grids.models import User


class TextInput(Input):
    text = serializers.CharField(max_length=LONGEST_TEXT)


class NotDone(serializers.Serializer[Any]):
    number = serializers.CharField()
    code = serializers.CharField(help_text="As in the error of the step taken with this case alone.")
    reason = serializers.CharField()


class Outcome(serializers.Serializer[Any]):
    """Answers 200 also where nothing could be done: each case is told on its own."""

    done = serializers.ListField(child=serializers.CharField())
    not_done = NotDone(many=True)


class BulkView(APIView):
    """Takes one step with each of the cases, on its own: what one refuses holds back none of the others."""

    service: ClassVar[Service]
    input_class: ClassVar[type[Input]]

    @idempotent
    def post(self, request: Request) -> Response:
        sent = self.input_class(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        outcome = take_each(
            type(self).service,
            values.pop("cases"),
            actor=cast(User, request.user),
            seen=values.pop("versions", None),
            values=values,
        )
        return Response(asdict(outcome))


@cache
def _with_cases(input_class: type[Input]) -> type[Input]:
    """What a step takes with one case, and the cases; one class for all steps that take the same."""
    numbers = serializers.ListField(
        child=serializers.CharField(max_length=30),
        min_length=1,
        max_length=MOST,
        help_text="Numbers of the cases.",
    )
    versions = serializers.DictField(
        child=serializers.IntegerField(min_value=0),
        required=False,
        help_text="Number → the version that the client saw: what somebody has worked on since stays as it is.",
    )
    fields = {"cases": numbers, "versions": versions}
    found: type[Input] = type(f"Bulk{input_class.__name__}", (input_class,), fields)
    return found


def bulk_path(service: Service, input_class: type[Input] = Input) -> URLPattern:
    """The address of a step for many cases, `bulk/<step>/`, named after the service."""
    step = service.__name__.removesuffix("_case").replace("_", "-")
    with_cases = _with_cases(input_class)
    view: type[BulkView] = type(
        f"bulk_{service.__name__}",
        (BulkView,),
        {"service": staticmethod(service), "input_class": with_cases},
    )
    documented = extend_schema_view(
        post=extend_schema(
            operation_id=f"bulk_{service.__name__}",
            description=f"`{service.__name__}` for each of the cases, on its own.",
            request=with_cases,
            responses=Outcome,
            tags=["steps"],
        )
    )(view)
    return path(f"bulk/{step}/", documented.as_view(), name=f"api-bulk-{step}")

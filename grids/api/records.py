"""Departments' records by API: what their systems deliver."""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.idempotency import idempotent
from gridgov.errors import NotFoundForYou
from grids.models import FeedRun, FeedState, MatchBy, User
from grids.permissions import forms_fed_by
from grids.services.department_feeds import Delivered, deliver_records

MOST_RECORDS = 10_000
_SCALAR = {"type": ["string", "number", "boolean", "null"]}


@extend_schema_field(_SCALAR)
class ScalarField(serializers.Field[Any, Any, Any, Any]):
    """Text, a number, true or false, or nothing."""

    default_error_messages = {"invalid": _("This is neither text nor a number, true or false.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | int | float | bool) or (isinstance(data, str) and "\x00" in data):
            self.fail("invalid")
        return data


class Record(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=40, required=False, help_text="The object's code, where the form goes by it."
    )
    credit_code = serializers.CharField(
        max_length=18, required=False, help_text="The unified social credit code, where the form goes by it."
    )
    values = serializers.DictField(child=ScalarField(), help_text="By the keys of the form's fields.")


class Delivery(serializers.Serializer[Any]):
    as_of = serializers.DateField(help_text="The day as of which the records hold.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120, help_text="The system or person that it comes from."
    )
    complete = serializers.BooleanField(
        default=False, help_text="Records that are not in this delivery are removed."
    )
    removing = serializers.IntegerField(
        min_value=0,
        required=False,
        help_text="How many records `complete` may remove; without it a fifth of what is there. 409 where more would.",
    )
    records = Record(many=True)

    def validate_records(self, records: list[Any]) -> list[Any]:
        if len(records) > MOST_RECORDS:
            raise serializers.ValidationError(
                _("More than %(most)d records: deliver them as a file.") % {"most": MOST_RECORDS}
            )
        return records


class Problem(serializers.Serializer[Any]):
    row = serializers.IntegerField(allow_null=True, help_text="From 1; null where it is about the whole.")
    problem = serializers.CharField()


class DeliveryAnswer(serializers.ModelSerializer[FeedRun]):
    state = serializers.ChoiceField(
        FeedState.choices, help_text="A broken delivery changed nothing; `problems` says why."
    )
    problems = Problem(many=True)
    unknown_columns = serializers.ListField(
        child=serializers.CharField(),
        help_text="Of a file: headings that are no field, so that nothing was taken from them.",
    )

    class Meta:
        model = FeedRun
        fields = (
            "id", "state", "source", "as_of", "at", "taken", "refused", "removed", "problems",
            "unknown_columns",
        )  # fmt: skip


class DeliverRecords(APIView):
    @extend_schema(
        operation_id="deliver_registry_records",
        request=Delivery,
        responses={201: DeliveryAnswer},
        tags=["registry"],
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        """Deliver a form's records: taken as a whole, or nothing is changed.

        Look at the answer's `state`: a delivery is `broken` when more than a fifth of its records do not fit, when it
        is older than what is there, or as of a day to come, or when `complete` would remove more than a fifth of what
        is there without `removing`; it is written down as such, the last good data stay, and
        the department is told.
        """
        user = cast(User, request.user)
        form = forms_fed_by(user).filter(code=code).first()
        if form is None:
            raise NotFoundForYou(code)
        sent = Delivery(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        by_credit_code = form.match_by == MatchBy.CREDIT_CODE
        rows = (
            Delivered(
                number,
                record.get("credit_code", "").upper() if by_credit_code else record.get("code", ""),
                record["values"],
            )
            for number, record in enumerate(wanted["records"], start=1)
        )
        run = deliver_records(
            form.pk,
            actor=user,
            source=wanted["source"],
            as_of=wanted["as_of"],
            rows=rows,
            complete=wanted["complete"],
            removing=wanted.get("removing"),
        )
        return Response(DeliveryAnswer(run).data, status=201)

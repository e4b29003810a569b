"""What sensors and video analysis send."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input, MomentField
from cases.models import AlarmOutcome, DeviceAlarm
from cases.models.device import EVENT_ID_LENGTH
from cases.permissions import can_see_case
from cases.services.events import receive_event
from gridgov.api.idempotency import idempotent
from gridgov.evidence import stored_photos
from grids.models import User


class EventInput(Input):
    """One alarm of a device; with a photo as multipart/form-data."""

    device = serializers.CharField(max_length=60, help_text="The device's code.")
    event_id = serializers.RegexField(
        r"^[\x21-\x7e]+$",
        max_length=EVENT_ID_LENGTH,
        help_text="Your own name for this alarm: sent again it is counted once.",
    )
    at = MomentField(required=False, help_text="When it was, by the device's clock; now, if it is left out.")
    value = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text='What was measured, such as "83.5 dB".'
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    photo = serializers.FileField(required=False, allow_empty_file=True, help_text="JPEG, PNG, WebP or HEIC.")


class EventAnswer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(AlarmOutcome.choices, help_text="What became of the alarm.")
    case = serializers.CharField(
        allow_null=True, help_text="The number of the case that it belongs to, where you may see it."
    )
    alarms = serializers.IntegerField(help_text="How many alarms that case has had; 0 without a case.")


class Events(APIView):
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="send_event", request=EventInput, responses={200: EventAnswer, 201: EventAnswer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Send one alarm of a device: it is counted, opens a case, joins the open one, or comes in its silence.

        201 when it is new, 200 when it was there already.
        """
        sent = EventInput(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        user, code = cast(User, request.user), wanted.pop("device")
        file = wanted.pop("photo", None)
        with stored_photos([file] if file else [], actor=user) as photos:
            photo = photos[0] if photos else None
            alarm, is_new = receive_event(actor=user, device_code=code, photo=photo, **wanted)
        return Response(_answer(alarm, user), 201 if is_new else 200)


def _answer(alarm: DeviceAlarm, user: User) -> dict[str, Any]:
    case = alarm.case
    seen = case is not None and can_see_case(user, case)
    return {
        "outcome": alarm.outcome,
        "case": case.number if case and seen else None,
        "alarms": DeviceAlarm.objects.filter(case=case).count() if case else 0,
    }

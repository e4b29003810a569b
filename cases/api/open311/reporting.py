"""What an app sends for somebody: read with suspicion, and filed as a citizen's report."""

from __future__ import annotations

import math
import re
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files import File
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from cases.api.open311.base import argument
from cases.api.open311.services import CONDITION, OBJECT, questions_of, service_named
from cases.forms.photos import MOST_PHOTOS
from cases.models import Case, CaseClass, Condition, Publicity
from cases.promises import promise_of
from cases.public_limits import SenderBlocked, hashed
from cases.services import report_as_citizen
from cases.services.citizen import Sender
from cases.services.contact import contact_said
from cases.services.senders import is_blocked
from gridgov.evidence import stored_photos
from grids.models import Area, GridObject, User
from grids.selectors import locate, only_district

# The specification's own limit.
LONGEST_DESCRIPTION = 4000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\d*\])?")


class RequestInput(serializers.Serializer[Any]):
    """The arguments of the specification, all optional but for the service and one way to say where."""

    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    long = serializers.FloatField(min_value=-180, max_value=180, required=False)
    address_string = serializers.CharField(max_length=200, default="")
    address_id = serializers.CharField(max_length=40, default="")
    email = serializers.EmailField(default="")
    device_id = serializers.CharField(max_length=200, default="")
    account_id = serializers.CharField(max_length=200, default="")
    first_name = serializers.CharField(max_length=60, default="")
    last_name = serializers.CharField(max_length=60, default="")
    phone = serializers.CharField(max_length=30, default="")
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, default="")
    media_url = serializers.CharField(max_length=1000, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        degrees = [attrs.get("lat"), attrs.get("long")]
        if degrees.count(None) == 1 or any(each is not None and math.isnan(each) for each in degrees):
            raise serializers.ValidationError(_("Send lat and long, both as numbers of degrees."))
        if degrees[0] is None and not (attrs["address_string"] or attrs["address_id"]):
            raise serializers.ValidationError(
                _("Say where it is: lat and long, address_string or address_id.")
            )
        return attrs


def file_request(request: Request, app: User, district: Area | None) -> dict[str, Any]:
    """File what an app sends, and answer with the request's id and what happens next.

    It counts as a citizen's report: a person with an app is none of our staff, and no other system works on the matter.
    Whoever gave an e-mail address is told of its course; the tracking code goes to that address alone, because it lets
    its holder answer in their name, and apps write their answers into logs.
    """
    case_class = _service_asked(request)
    sent = _sent(request)
    sender = _sender(sent, app)
    if is_blocked(sender.device_hash):
        raise SenderBlocked("open311")
    condition, plate = _answers(request.POST, case_class)
    named_by = f"attribute[{OBJECT}]" if plate else "address_id"
    grid_object = _object_named(plate or sent["address_id"], named_by)
    point = _point(sent) or (grid_object.point if grid_object else None)
    with stored_photos(_files(request), actor=app) as photos:
        follower = report_as_citizen(
            district=_district_at(point, district),
            sender=sender,
            case_class=case_class,
            condition=condition,
            object=grid_object,
            point=point,
            address=sent["address_string"],
            description=_description(sent),
            photos=photos,
            **_contact(sent),
        )
    return {
        "service_request_id": follower.case.number,
        "service_notice": " ".join(_notices(follower.case, sent)),
        "account_id": sent["account_id"] or None,
    }


def _service_asked(request: Request) -> CaseClass:
    code = argument(request, "service_code")
    if not code:
        raise ValidationError({"service_code": [_("Say which service: it was not provided.")]})
    return service_named(code)


def _sent(request: Request) -> dict[str, Any]:
    """The arguments that are not empty: an empty one is the same as none."""
    given = {name: value for name in map(str, RequestInput().fields) if (value := argument(request, name))}
    read = RequestInput(data=given)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _sender(sent: dict[str, Any], app: User) -> Sender:
    # Of devices alone: an address on the network is the app's own, from where all its people come.
    device = hashed("device", f"{app.pk}:{sent['device_id']}") if sent["device_id"] else ""
    return Sender(email=sent["email"], language=get_language() or "", device_hash=device, app=app)


def _answers(data: QueryDict, case_class: CaseClass) -> tuple[Condition | None, str]:
    """The condition and the code on the plate, as the attributes say them."""
    answered: dict[str, list[str]] = {}
    for name in data:
        if match := _ATTRIBUTE.fullmatch(name):
            answered.setdefault(match[1], []).extend(
                filter(None, map(str.strip, map(str, data.getlist(name))))
            )
    questions = {question.code: question for question in questions_of(case_class)}
    for code, values in answered.items():
        if code not in questions:
            raise _wrong(code, _("This service has no such attribute."))
        if len(values) > 1:
            raise _wrong(code, _("Choose one value."))
    condition = None
    if key := next(iter(answered.get(CONDITION, ())), ""):
        condition = next((each for each in vars(case_class)["asked"] if str(each.pk) == key), None)
        if condition is None:
            raise _wrong(CONDITION, _("There is no such value."))
    return condition, next(iter(answered.get(OBJECT, ())), "")


def _object_named(code: str, said_by: str) -> GridObject | None:
    """What the code on a plate stands for; what nobody else may know of is as unknown as what isn't there."""
    if not code:
        return None
    objects = GridObject.objects.in_use().filter(type__is_private=False).select_related("type", "area")
    found: GridObject | None = objects.filter(code=code).first() if code.isprintable() else None
    if found is None:
        raise ValidationError({said_by: [_("There is no object with this code.")]})
    return found


def _files(request: Request) -> list[File[bytes]]:
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) > MOST_PHOTOS:
        raise ValidationError({"media": [_("Send at most nine photos.")]})
    return files


def _point(sent: dict[str, Any]) -> Point | None:
    return Point(sent["long"], sent["lat"], srid=4326) if "lat" in sent else None


def _description(sent: dict[str, Any]) -> str:
    """What was said. An address of a picture stands below as text: nothing is ever fetched from it."""
    address = sent["media_url"]
    return "\n".join(filter(None, [sent["description"], address and f"media_url: {address}"]))


def _contact(sent: dict[str, Any]) -> dict[str, str]:
    """Name and phone, masked for whoever reads the case; a phone of elsewhere stands behind the name."""
    first, last = sent["first_name"], sent["last_name"]
    name = f"{first} {last}".strip() if (first + last).isascii() else f"{last}{first}"
    return contact_said(name, sent["phone"])


def _district_at(point: Point | None, named: Area | None) -> Area:
    """The district that a point lies in; without one the district that was named, or the only one there is."""
    if point is not None:
        located = locate(point, None)
        if located is None:
            message = _("This place lies outside the area that this site is for.")
            raise ValidationError({"lat": [message]})
        return located.chain[0]
    district = named or only_district()
    if district is None:
        raise ValidationError({"jurisdiction_id": [_("Say for which district: it was not provided.")]})
    return district


def _notices(case: Case, sent: dict[str, Any]) -> list[str]:
    promise = promise_of(case, [])
    notices = [promise.words] if promise else []
    if case.case_class and case.case_class.publicity == Publicity.PRIVATE:
        notices.append(_("It is not shown in public; your key reads it."))
    if sent["media_url"]:
        notices.append(_("Nothing was fetched from media_url: send photos as files named media."))
    return notices


def _wrong(code: str, words: str) -> ValidationError:
    return ValidationError({f"attribute[{code}]": [words]})

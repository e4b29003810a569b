"""What a client sends with each step: field names are the service's keywords."""

import json
import math
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from cases.after_close import Satisfaction
from cases.extents import LINE, PLACES, make_extent
from cases.forms.extent import place_named
from cases.forms.photos import MOST_PHOTOS
from cases.forms.public_track import LONGEST_NOTE
from cases.forms.report import UNKNOWN_OBJECT
from cases.models import Case, CaseClass, Channel, Condition
from cases.models.case import LONGEST_DESCRIPTION
from cases.services.contact import LONGEST_NAME
from gridgov.api.position import PositionField
from gridgov.asked import number_asked
from grids.models import GridObject

LONGEST_TEXT = 2000
LONGEST_REASON = 200


class Input(serializers.Serializer[Any]):
    """Nothing is asked besides who and which case."""


# Fields


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^(component|event):.+$"}]}
)
class ClassField(serializers.Field[CaseClass, Any, Any, Any]):
    """A class in use by its id, or by kind and full code, such as event:01003."""

    default_error_messages = {
        "unknown": _("There is no such class in use."),
        "ambiguous": _("Several standards have this code: name the class by its id."),
    }

    def to_internal_value(self, data: Any) -> CaseClass:
        found = list(classes_named(str(data))[:2])
        if not found:
            self.fail("unknown")
        if len(found) > 1:
            self.fail("ambiguous")
        return found[0]


def classes_named(name: str) -> QuerySet[CaseClass]:
    """The classes in use that an id, or kind:code, stands for."""
    kind, colon, code = name.partition(":")
    classes = CaseClass.objects.filter(is_active=True)
    if colon and name.isprintable():  # PostgreSQL takes no NUL
        return classes.filter(major__kind=kind, full_code=code)
    pk = number_asked(name)
    return classes.none() if pk is None else classes.filter(pk=pk)


@extend_schema_field(str)
class CaseField(serializers.Field[int, Any, Any, Any]):
    """The number of a case that the caller may see; the service gets its id."""

    default_error_messages = {"unknown": _("There is no such case.")}

    def to_internal_value(self, data: Any) -> int:
        seen, number = Case.objects.visible_to(self.context["request"].user), str(data)
        pk = seen.filter(number=number).values_list("pk", flat=True).first() if number.isprintable() else None
        if pk is None:
            self.fail("unknown")
        return pk


@extend_schema_field(str)
class ObjectField(serializers.Field[GridObject, Any, Any, Any]):
    """An object of the registry that the caller may see, by its code."""

    default_error_messages = {"unknown": UNKNOWN_OBJECT}

    def to_internal_value(self, data: Any) -> GridObject:
        seen, code = GridObject.objects.visible_to(self.context["request"].user), str(data)
        found = seen.select_related("type", "area").filter(code=code).first() if code.isprintable() else None
        if found is None:
            self.fail("unknown")
        return found


class NamedField(serializers.SlugRelatedField[Any]):
    """Somebody or something by what it goes by: a code, a user name."""

    def to_internal_value(self, data: Any) -> Any:
        if not str(data).isprintable():  # PostgreSQL takes no NUL
            self.fail("invalid")
        return super().to_internal_value(data)


class AnswerField(serializers.BooleanField):
    """Yes or no. Said outright: a form that leaves it out has not said no."""

    default_empty_html = empty


class MetresField(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        metres = super().to_internal_value(data)
        if not 0 <= metres < math.inf:
            self.fail("invalid")
        return metres


class MomentField(serializers.DateTimeField):
    """A moment; the first hours there ever were are none in every time zone."""

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")


class PhotoNames(serializers.ListField):
    """Names of photos that were sent ahead, each once."""

    child = serializers.UUIDField()
    default_error_messages = {"twice": _("Name each photo once.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": MOST_PHOTOS, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        names = super().to_internal_value(data)
        if len(set(names)) < len(names):
            self.fail("twice")
        return names


# Inputs that several steps share


class NoteInput(Input):
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)


class ReasonInput(Input):
    reason = serializers.CharField(max_length=LONGEST_TEXT)


class PhotosInput(Input):
    """What is done on the spot. Photos go as multipart/form-data; everything else may."""

    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        max_length=MOST_PHOTOS,
        help_text="JPEG, PNG, WebP or HEIC.",
    )
    photo_sha256 = serializers.ListField(
        child=serializers.RegexField("^[0-9a-fA-F]{64}$"),
        required=False,
        max_length=MOST_PHOTOS,
        help_text="One for each photo, in their order: a photo that was damaged on its way is refused.",
    )
    photo_uuids = PhotoNames(help_text="Photos that were sent ahead to photos/, by the client's own ids.")
    done_at = MomentField(
        required=False, help_text="When it was done, for a phone that had no signal; at most a week ago."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.get("photos", [])) + len(attrs.get("photo_uuids", [])) > MOST_PHOTOS:
            raise serializers.ValidationError({"photo_uuids": _("Send at most nine photos.")})
        if "photo_sha256" in attrs and len(attrs["photo_sha256"]) != len(attrs.get("photos", [])):
            raise serializers.ValidationError({"photo_sha256": _("Send one for each photo, or none.")})
        return attrs


class PhotosAndNoteInput(PhotosInput, NoteInput):
    pass


class ClassInput(Input):
    case_class = ClassField(required=False)
    condition = serializers.PrimaryKeyRelatedField(
        queryset=Condition.objects.filter(is_active=True), required=False
    )


# Inputs of one step


@extend_schema_field(
    {
        "type": "object",
        "description": "GeoJSON, WGS-84: a LineString, or a MultiPoint of 2 to 50 points.",
        "properties": {"type": {"enum": [LINE, PLACES]}, "coordinates": {"type": "array", "items": {}}},
    }
)
class ExtentField(serializers.Field[GEOSGeometry, Any, Any, Any]):
    """A line or several places as GeoJSON; from a phone's form also as text, a pair of coordinates a line."""

    default_error_messages = {"invalid": _("Give a LineString or a MultiPoint as GeoJSON, in degrees.")}

    def to_internal_value(self, data: Any) -> GEOSGeometry:
        try:
            asked = json.loads(data) if isinstance(data, str) and data.lstrip().startswith("{") else data
            if isinstance(asked, str):
                return make_extent(map(place_named, filter(str.strip, asked.splitlines())))
            if asked["type"] not in (LINE, PLACES):
                self.fail("invalid")
            pairs = [(float(lon), float(lat)) for lon, lat in asked["coordinates"]]
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.fail("invalid")
        if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in pairs):
            self.fail("invalid")
        try:
            return make_extent((Point(*pair, srid=4326) for pair in pairs), asked["type"])
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error

    def to_representation(self, value: GEOSGeometry) -> Any:
        return json.loads(value.geojson)


class ExtentInput(Input):
    extent = ExtentField(
        required=False, help_text="A line or several places, for a case that runs across borders."
    )


class ReportInput(PhotosInput, ClassInput, ExtentInput):
    point = PositionField(required=False, help_text="The place that was chosen.")
    device_point = PositionField(required=False, help_text="Where the device said it was.")
    accuracy_m = MetresField(required=False, help_text="How far off the device may be.")
    address = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    object = ObjectField(required=False, help_text="Code of the object that it is about.")
    channel = serializers.ChoiceField(Channel.choices, required=False)
    external_id = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="The channel's own number."
    )
    contact_name = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_NAME,
        help_text="Whom a call or a letter came from. Never told again: pages show it masked, and whole for a purpose.",
    )
    contact_phone = serializers.CharField(
        required=False, allow_blank=True, max_length=30, help_text="With or without blanks and +86."
    )
    outside_reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="Why somebody reports from outside their own grids.",
    )
    is_settled = serializers.BooleanField(
        required=False, default=False, help_text="Settled on the spot already; needs a photo of the result."
    )
    after_photo_uuids = PhotoNames(help_text="Photos of the result that were sent ahead.")


class RedrawnInput(Input):
    extent = ExtentField(
        required=False,
        allow_null=True,
        help_text="A line or several places, for a case that runs across borders; null: it does not after all.",
    )


class RegisterInput(ClassInput, RedrawnInput):
    pass


class AmendInput(ClassInput, RedrawnInput):
    point = PositionField(required=False)
    address = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)


class AnswerCheckInput(PhotosAndNoteInput):
    is_true = AnswerField(help_text="Is it as reported?")


class MergeInput(NoteInput):
    into = CaseField(source="into_id", help_text="Number of the open case of the same matter.")


class VerifyInput(PhotosAndNoteInput):
    passed = AnswerField(help_text="Is it solved? If not, the note must say what is left.")


class SaidInput(Input):
    """The three questions of the call-back."""

    contacted = AnswerField(help_text="Did somebody get in touch with them?")
    solved = AnswerField(help_text="Is it solved?")
    satisfied = serializers.ChoiceField(Satisfaction.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)


class CommentInput(PhotosInput):
    text = serializers.CharField(max_length=LONGEST_TEXT)

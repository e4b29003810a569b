"""The shape of what the API says of cases, for the schema; `rows` makes the values."""

from typing import Any

from rest_framework import serializers

from cases.models import Channel, ClassKind, PhotoKind
from cases.parts import PART_STATES
from cases.workflow import ASKING, Action, Capacity, Status
from gridgov.api.position import Position
from gridgov.worktime import Unit
from grids.api.serializers import LEVELS, AreaBrief
from grids.models import ManagementGrade, Role

LIGHTS = ("none", "green", "yellow", "red")


class Shape(serializers.Serializer[Any]):
    """Describes an answer; every field of it is always there."""


def _moment(help_text: str = "") -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=True, help_text=help_text)


# Catalogue


class TimeLimit(Shape):
    level = serializers.ChoiceField(LEVELS, allow_null=True, help_text="null: at any level.")
    grade = serializers.ChoiceField(ManagementGrade.choices, allow_null=True, help_text="null: in any grid.")
    amount = serializers.FloatField(allow_null=True, help_text="null: no limit.")
    unit = serializers.ChoiceField(Unit.choices)


class ConditionRow(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField(help_text="Filed when.")
    closing_text = serializers.CharField(help_text="Solved when.")
    limits = TimeLimit(many=True)


class ClassName(Shape):
    id = serializers.IntegerField()
    code = serializers.CharField(help_text="The standard's full code; unique with kind within a standard.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(ClassKind.choices)
    major = serializers.CharField(help_text="Name of the major class.")


class ClassRow(ClassName):
    standard = serializers.CharField()
    provenance = serializers.CharField(
        help_text="Only what was found in the published standard is normative."
    )
    conditions = ConditionRow(many=True)


# Cases


class OrganisationName(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class CaseRow(Shape):
    number = serializers.CharField()
    version = serializers.IntegerField(help_text="Goes up with every step; send it as If-Match.")
    status = serializers.ChoiceField(Status.choices)
    level = serializers.ChoiceField(LEVELS, help_text="Of the holder.")
    light = serializers.ChoiceField(LIGHTS, help_text="none: no clock runs.")
    case_class = ClassName(allow_null=True)
    description = serializers.CharField()
    address = serializers.CharField()
    point = Position(allow_null=True)
    areas = AreaBrief(
        many=True, help_text="From the district down to the grid; only the district when unplaced."
    )
    holder = OrganisationName(help_text="The command centre that is responsible now.")
    unit = OrganisationName(allow_null=True, help_text="The organisation that handles it.")
    channel = serializers.ChoiceField(Channel.choices)
    external_id = serializers.CharField(help_text="The channel's own number.")
    request = serializers.ChoiceField(
        [(action, action.label) for action in ASKING],
        allow_null=True,
        help_text="What the unit asked for and nobody has decided yet.",
    )
    reported_at = serializers.DateTimeField()
    closed_at = _moment()
    settled_on_the_spot = serializers.BooleanField()
    stage_started_at = serializers.DateTimeField()
    stage_warn_at = _moment("Yellow from then on.")
    stage_due_at = _moment("Red from then on.")
    suspended_until = _moment()
    supervised_at = _moment("On the supervision list since.")


class CasePhotoRow(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(PhotoKind.choices)
    seq = serializers.IntegerField(help_text="The timeline row it came with.")
    sha256 = serializers.CharField(help_text="Of the original.")
    width = serializers.IntegerField(help_text="Pixels, upright.")
    height = serializers.IntegerField(help_text="Pixels, upright.")
    taken_at = _moment("By the camera.")
    told_by_phone = serializers.BooleanField(
        help_text="The phone told `taken_at` or the place: it had made the picture smaller, or drawn on it."
    )
    is_marked_copy = serializers.BooleanField(help_text="Somebody has drawn on it.")
    copy_of = serializers.UUIDField(allow_null=True, help_text="The photo that it is a marked copy of.")
    display = serializers.CharField(help_text="Address of the copy to show.")
    thumb = serializers.CharField(help_text="Address of the thumbnail.")


class ConditionName(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()
    closing_text = serializers.CharField()


class AvailableAction(Shape):
    action = serializers.ChoiceField(Action.choices)
    label = serializers.CharField(help_text="In the language of the request.")  # type: ignore[assignment]
    url = serializers.CharField(help_text="POST there.")


class CaseObject(Shape):
    code = serializers.CharField()
    name = serializers.CharField(help_text="A private one goes by its code.")
    url = serializers.CharField(allow_null=True, help_text="null: not yours to see.")


class CasePart(Shape):
    unit = OrganisationName()
    duty = serializers.CharField()
    state = serializers.ChoiceField(list(PART_STATES.values()))
    called_in_at = serializers.DateTimeField()
    accepted_at = _moment()
    done_at = _moment()
    released_at = _moment()
    note = serializers.CharField(help_text="Of what was done, or why it is no longer needed.")
    left_because = serializers.CharField(help_text="Why the lead reported the case as handled without it.")


class Extent(Shape):
    """A line or several places as GeoJSON, WGS-84."""

    type = serializers.CharField(help_text="LineString or MultiPoint.")
    coordinates = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class CaseDetail(CaseRow):
    object = CaseObject(allow_null=True, help_text="What it is about, where that is known.")
    condition = ConditionName(allow_null=True)
    device_point = Position(allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)
    extent = Extent(allow_null=True, help_text="Across borders: a line or several places.")
    more_areas = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the areas that it reaches into besides its own."
    )
    reporter = serializers.CharField(allow_null=True)
    promised_due_at = _moment("A due time that somebody outside was promised.")
    minutes_left = serializers.IntegerField(
        allow_null=True, help_text="What was left when it was suspended; null also without a limit."
    )
    merged_into = serializers.CharField(allow_null=True)
    merged = serializers.ListField(child=serializers.CharField(), help_text="Cases joined to this one.")
    parts = CasePart(many=True, help_text="Of the joint units, while there are some.")
    photos = CasePhotoRow(many=True)
    available_actions = AvailableAction(many=True, help_text="What you may do now.")


# Timeline


class EventRow(Shape):
    seq = serializers.IntegerField(help_text="The case's version after this step.")
    action = serializers.ChoiceField(Action.choices)
    label = serializers.CharField(help_text="In the language of the request.")  # type: ignore[assignment]
    at = serializers.DateTimeField(help_text="When it was written down.")
    done_at = _moment("When it was done, where a phone told that later.")
    actor = serializers.CharField(allow_null=True, help_text="null: the clock.")
    capacity = serializers.ChoiceField(Capacity.choices, help_text="What the actor was to the case.")
    role = serializers.ChoiceField(Role.choices, allow_null=True, help_text="Of the post they acted under.")
    organisation = OrganisationName(allow_null=True, help_text="Of the post they acted under.")
    from_status = serializers.ChoiceField(
        Status.choices, allow_blank=True, help_text="Empty before the report."
    )
    to_status = serializers.ChoiceField(Status.choices)
    holder = OrganisationName()
    level = serializers.ChoiceField(LEVELS)
    unit = OrganisationName(allow_null=True, help_text="Had the case before, or gets it by this step.")
    note = serializers.CharField()
    due_before = _moment()
    due_after = _moment()
    elapsed_minutes = serializers.IntegerField(help_text="Of the stage's own clock, since the stage began.")
    data = serializers.DictField(help_text="Particulars of the action.")  # type: ignore[assignment]
    photos = CasePhotoRow(many=True)

"""What a client sends with each step: field names are the service's keywords."""

from typing import Any

from rest_framework import serializers

from cases.api.inputs import (
    LONGEST_TEXT,
    AnswerField,
    Input,
    MomentField,
    NamedField,
    NoteInput,
    PhotosAndNoteInput,
    ReasonInput,
)
from cases.models import UrgingLevel
from cases.workflow import ReturnKind
from dispatch.forms.steps import LONGEST_DUTY
from dispatch.services.joint import Duty
from dispatch.services.urge import LONGEST_NOTE
from grids.models import Organisation


class UnitField(NamedField):
    """An organisation by its code."""


class JoinInput(Input):
    unit = UnitField(slug_field="code", queryset=Organisation.objects.filter(is_active=True))
    duty = serializers.CharField(max_length=LONGEST_DUTY, help_text="What the unit has to do.")


class ReleaseInput(ReasonInput):
    unit = UnitField(slug_field="code", queryset=Organisation.objects.all())


class FeedBackInput(PhotosAndNoteInput):
    without = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_DUTY),
        required=False,
        help_text="Code of a joint unit whose part is not done → why it goes without.",
    )


class DispatchInput(NoteInput):
    unit = UnitField(
        slug_field="code",
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        help_text="Code of the unit; without one, the unit that the responsibilities name.",
    )
    joint = JoinInput(many=True, required=False, help_text="Further units with a part in it.")

    def validate_joint(self, value: list[dict[str, Any]]) -> list[Duty]:
        return [(each["unit"], each["duty"]) for each in value]


class ReasonUntilInput(ReasonInput):
    until = MomentField()


class DecideInput(NoteInput):
    granted = AnswerField(help_text="A refusal needs a note.")


class ReturnInput(ReasonInput):
    kind = serializers.ChoiceField(
        ReturnKind.choices, required=False, help_text="A wrong address is nobody's fault. Without it: other."
    )


class UrgeInput(Input):
    note = serializers.CharField(max_length=LONGEST_NOTE, help_text="What whoever has the case is to answer.")
    level = serializers.ChoiceField(
        UrgingLevel.choices,
        required=False,
        help_text="1 reminder, 2 pressing, 3 by the leader: leaders only.",
    )
    reply_due_at = MomentField(required=False, help_text="By when; without it, as soon as the level says.")


class AnswerUrgingInput(PhotosAndNoteInput):
    note = serializers.CharField(max_length=LONGEST_TEXT, help_text="How it stands.")
    up_to = serializers.IntegerField(
        required=False, help_text="Id of the last urging that was read; without it, all are answered."
    )

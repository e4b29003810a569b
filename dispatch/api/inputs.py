"""What a client sends with each step: field names are the service's keywords."""

from typing import Any

from rest_framework import serializers

from cases.api.inputs import AnswerField, MomentField, NoteInput, ReasonInput
from grids.models import Organisation


class UnitField(serializers.SlugRelatedField[Organisation]):
    """An organisation by its code."""

    def to_internal_value(self, data: Any) -> Organisation:
        if not str(data).isprintable():  # PostgreSQL takes no NUL
            self.fail("invalid")
        return super().to_internal_value(data)


class DispatchInput(NoteInput):
    unit = UnitField(
        slug_field="code",
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        help_text="Code of the unit; without one, the unit that the responsibilities name.",
    )


class ReasonUntilInput(ReasonInput):
    until = MomentField()


class DecideInput(NoteInput):
    granted = AnswerField(help_text="A refusal needs a note.")

"""What a client sends with each step: field names are the service's keywords."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from cases.api.inputs import AnswerField, NoteInput, ReasonInput
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


class MomentField(serializers.DateTimeField):
    """A moment; the first hours there ever were are none in every time zone."""

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")


class ReasonUntilInput(ReasonInput):
    until = MomentField()


class DecideInput(NoteInput):
    granted = AnswerField(help_text="A refusal needs a note.")

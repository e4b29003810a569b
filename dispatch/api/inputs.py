"""What a client sends with each step: field names are the service's keywords."""

from rest_framework import serializers

from cases.api.inputs import AnswerField, NoteInput, ReasonInput
from grids.models import Organisation


class DispatchInput(NoteInput):
    unit = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        help_text="Code of the unit; without one, the unit that the responsibilities name.",
    )


class ReasonUntilInput(ReasonInput):
    until = serializers.DateTimeField()


class DecideInput(NoteInput):
    granted = AnswerField(help_text="A refusal needs a note.")

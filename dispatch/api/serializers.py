"""The shape of what the API says of commanding, for the schema."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.api.serializers import OrganisationName, Shape
from dispatch.selectors import ENDINGS
from grids.api.serializers import AreaBrief


class AssignmentRow(Shape):
    case = serializers.CharField(help_text="Number of the case.")
    seq = serializers.IntegerField(help_text="The timeline row of the dispatch.")
    unit = OrganisationName()
    dispatched_at = serializers.DateTimeField()
    dispatched_by = serializers.CharField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    handled_at = serializers.DateTimeField(allow_null=True, help_text="Last reported as handled.")
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(
        [(action, action.label) for action in ENDINGS],
        allow_null=True,
        help_text="The action that ended it; null while it goes on.",
    )
    reworks = serializers.IntegerField(help_text="How often verification sent it back.")


class ResponsibilityLine(Shape):
    unit = OrganisationName()
    covers = serializers.ChoiceField(
        [("class", _("its class")), ("major", _("its major class")), ("all", _("every class"))]
    )
    area = AreaBrief()


class RoutingProposal(Shape):
    unit = OrganisationName(allow_null=True, help_text="null: no responsibility names a unit.")
    lines = ResponsibilityLine(many=True, help_text="The responsibilities that fit; the first wins.")

"""The change feed of the registry: what other systems follow it by."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.errors import invalid
from grids.change_feed import NoSuchPlace, changes_since
from grids.models import ChangeKind, ChangeSource, RegistryChange, User


class ChangeRow(serializers.Serializer[RegistryChange]):
    """One change of one object."""

    id = serializers.IntegerField()
    object = serializers.CharField(source="object.code", help_text="The object's code.")
    kind = serializers.ChoiceField(ChangeKind.choices)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        ChangeSource.choices, help_text="How it came."
    )
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.JSONField(allow_null=True), min_length=2, max_length=2),
        help_text="Field → [before, after]. A point is [longitude, latitude] in WGS-84, other objects are named by code.",
    )
    version = serializers.IntegerField(help_text="The object's version after the change.")
    proposal = serializers.IntegerField(
        source="proposal_id", allow_null=True, help_text="The proposal from the street that was accepted."
    )
    by = serializers.CharField(allow_null=True, help_text="Who wrote it; null for a command.")
    at = serializers.DateTimeField()


class ChangePage(serializers.Serializer[Any]):
    changes = ChangeRow(many=True)
    next_since = serializers.CharField(
        help_text="The cursor to go on from, also when there is no change yet."
    )
    more = serializers.BooleanField(
        help_text="Whether more is there already: ask again at once, even if `changes` is empty."
    )


class ChangeFeed(APIView):
    @extend_schema(
        operation_id="list_registry_changes",
        parameters=[
            OpenApiParameter(
                "since",
                str,
                description="`next_since` of the last answer, as it came; without it the feed begins at its beginning.",
            )
        ],
        responses=ChangePage,
        tags=["registry"],
    )
    def get(self, request: Request) -> Response:
        """What has changed in the registry since a cursor, in the order of writing, 500 changes at most.

        Go on from `next_since`, and no change is ever missed or told twice: a change is told only when nothing
        that could come before it is still being written. Keep the cursor; ask again every minute or so.
        """
        try:
            piece = changes_since(cast(User, request.user), request.query_params.get("since", ""))
        except NoSuchPlace:
            raise invalid("since", _("This is no cursor of the feed."), "invalid_cursor") from None
        return Response(
            {
                "changes": [ChangeRow(change).data for change in piece.changes],
                "next_since": piece.next_since,
                "more": piece.more,
            }
        )

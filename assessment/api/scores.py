"""Published scores over the API: those that one sees on the pages, without the cases behind them."""

from decimal import Decimal
from typing import Any, ClassVar, cast

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment.kinds import Kind
from assessment.models import Score
from assessment.models.period import SHOWN
from assessment.permissions import scores_seen_by
from assessment.ranks import as_now, level_at
from assessment.score_page import shown_parts
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from grids.models import User


def _number(places: int = 2, **more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=places, allow_null=True, **more)


class ScoreRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    scheme = serializers.CharField(help_text="Code of the scheme.")
    kind = serializers.ChoiceField(Kind.choices, help_text="Who is scored.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    whose = serializers.CharField(help_text="Code of the area or organisation, user name of the person.")
    name = serializers.CharField()
    points = _number(help_text="As they are now, corrected or not; null where there was nothing to count.")
    level = serializers.CharField(help_text="Letter of the level.", allow_null=True)
    colour = serializers.CharField(allow_null=True)
    published_points = _number(help_text="As they were published.")
    published_rank = serializers.IntegerField(allow_null=True)
    is_corrected = serializers.BooleanField()


class ScorePartRow(serializers.Serializer[Any]):
    indicator = serializers.CharField(
        help_text="Code of the indicator; empty where points were typed in.", allow_blank=True
    )
    name = serializers.CharField()
    is_extra = serializers.BooleanField(help_text="A bonus or deduction.")
    numerator = _number(4)
    denominator = _number(4, help_text="Null for a count.")
    points = _number(4, help_text="Out of 100, null where it does not apply; of an extra, what it adds.")
    weight = _number(4, help_text="In percent, after what does not apply was shared out.")


class ScoreDetail(ScoreRow):
    parts = ScorePartRow(many=True)


class ScoreFilter(filters.FilterSet):  # type: ignore[misc]
    """Which scores are listed."""

    scheme = filters.CharFilter(label=_("Code of the scheme"), field_name="period__scheme__code")
    kind = filters.ChoiceFilter(
        label=_("Who is scored"), field_name="period__scheme__kind", choices=Kind.choices
    )
    day = filters.DateFilter(label=_("A day that the period holds"), method="filter_day")

    class Meta:
        model = Score
        fields: tuple[str, ...] = ()

    def filter_day(self, scores: QuerySet[Score], name: str, value: Any) -> QuerySet[Score]:
        return scores.filter(period__first_day__lte=value, period__last_day__gte=value)


class ScorePagination(KeysetPagination):
    page_size = 100
    max_page_size = 500
    orderings: ClassVar = {"newest": ("-id",)}


def _seen(user: User) -> QuerySet[Any]:
    """Published ones alone, for whoever runs the assessment too."""
    return (
        as_now(Score.objects.filter(scores_seen_by(user), period__state__in=SHOWN))
        .select_related("period__scheme", "user", "organisation", "area")
        .prefetch_related("period__version__levels")
    )


class ScoreList(ListAPIView[Score]):
    queryset = Score.objects.none()
    serializer_class = ScoreRow
    filterset_class = ScoreFilter
    pagination_class = ScorePagination

    @extend_schema(operation_id="list_scores", tags=["scores"])
    def get(self, request: Request) -> Response:
        """Published scores: your own and those you answer for."""
        page = self.paginate_queryset(self.filter_queryset(_seen(cast(User, request.user))))
        return self.get_paginated_response(ScoreRow([_row(score) for score in page or ()], many=True).data)


class ScoreView(APIView):
    @extend_schema(operation_id="read_score", responses=ScoreDetail, tags=["scores"])
    def get(self, request: Request, score_id: int) -> Response:
        """A published score with what it is made of."""
        score = _seen(cast(User, request.user)).filter(pk=score_id).first()
        if score is None:
            raise NotFoundForYou(score_id)
        items, extras = shown_parts(score)
        parts = [
            {
                "indicator": part.code,
                "name": part.label,
                "is_extra": part.each is not None,
                "numerator": part.numerator,
                "denominator": part.denominator,
                "points": part.points,
                "weight": part.weight_now,
            }
            for part in (*items, *extras)
        ]
        return Response(ScoreDetail(_row(score) | {"parts": parts}).data)


def _row(score: Any) -> dict[str, Any]:
    period, whose = score.period, score.whose
    points: Decimal | None = score.points_now
    level = level_at(period.version.levels.all(), points)
    return {
        "id": score.pk,
        "scheme": period.scheme.code,
        "kind": period.scheme.kind,
        "first_day": period.first_day,
        "last_day": period.last_day,
        "whose": whose.username if isinstance(whose, User) else whose.code,
        "name": str(whose),
        "points": points,
        "level": level.letter if level else None,
        "colour": level.colour if level else None,
        "published_points": score.points,
        "published_rank": score.rank,
        "is_corrected": score.correction_id is not None,
    }

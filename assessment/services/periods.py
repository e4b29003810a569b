"""Periods: open, compute as often as one likes, publish once, close."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.computing import SETTLED, Scored, end_of, results_of
from assessment.kinds import COLUMN
from assessment.models import Length, Period, PeriodState, Scheme, ScorePart, Way
from assessment.models.period import SHOWN
from assessment.period_notices import tell_of_scores
from assessment.permissions import can_run_assessment
from assessment.scoring import Item, Part
from assessment.services.facts import read_facts
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted, invalid
from grids.models import User


class PeriodIsPublished(DomainError):
    """Its scores are shown to those who were scored."""

    code = "period_is_published"
    message = gettext_lazy("This period is published: its scores stay as they are.")
    advice = gettext_lazy("What is wrong with one of them is corrected on its page, with a reason.")


class NotComputed(DomainError):
    """There are no scores yet."""

    code = "period_not_computed"
    message = gettext_lazy("This period has no scores of its whole time yet.")
    advice = gettext_lazy("Compute it after its last day, then look at the scores before you publish them.")


class NotPublished(DomainError):
    """There is nothing that somebody could appeal against, or it is closed already."""

    code = "period_not_published"
    message = gettext_lazy("Only a published period is closed.")
    advice = gettext_lazy("Nothing was changed. Reload the page and see how the period stands.")


class PointsOutdated(DomainError):
    """Points were typed in after the scores were computed."""

    code = "points_outdated"
    message = gettext_lazy("Points were typed in since the scores were computed: they are not in them yet.")
    advice = gettext_lazy("Compute the period again, look at the scores, then publish them.")


@transaction.atomic
def open_period(scheme_id: int, *, actor: User | None, day: date) -> Period:
    """The period of a scheme that a day lies in, opened if there is none, with the version in force.

    `actor` None is the clock. Raises ValidationError when no version of the scheme is in force, or the
    period has not begun.
    """
    if actor is not None:
        _require(actor)
    scheme = Scheme.objects.select_for_update(no_key=True).get(pk=scheme_id)
    version = scheme.versions.filter(in_force_at__isnull=False).order_by("-number").first()
    if version is None:
        raise ValidationError(_("Put a version of the scheme in force first."), code="no_version_in_force")
    first, last = days_of(scheme.length, day)
    if first > clock.today():
        raise invalid("day", _("This period has not begun yet."), "period_ahead")
    period: Period = Period.objects.get_or_create(
        scheme=scheme, first_day=first, last_day=last, defaults={"version": version}
    )[0]
    return period


def days_of(length: str, day: date) -> tuple[date, date]:
    """First and last day of the week (from Monday), month, quarter or year that a day lies in."""
    match length:
        case Length.WEEK:
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        case Length.MONTH:
            first = day.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
        case Length.QUARTER:
            first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
            following = (first + timedelta(days=93)).replace(day=1)
        case _:
            first = day.replace(month=1, day=1)
            following = first.replace(year=first.year + 1)
    return first, following - timedelta(days=1)


def compute_period(
    period_id: int, *, actor: User | None, advance: Callable[[int, int], None] = lambda _done, _total: None
) -> Period:
    """Work out every score of a period anew from the timeline; until it is published, as often as one likes.

    Computed twice at once it is computed once: who comes second finds the first one's scores. `advance` is told how
    many of how many are written. Raises `PeriodIsPublished`.
    """
    if actor is not None:
        _require(actor)
    began = clock.now()
    while read_facts():
        pass
    with transaction.atomic():
        period = lock_period(period_id)
        if period.is_shown:
            raise PeriodIsPublished()
        if period.computed_at and period.computed_at > began:
            return period
        if period.state == PeriodState.OPEN:
            # Until it is first computed it follows the scheme.
            _follow(period)
        known_until = began - SETTLED
        results = results_of(period, known_until, exempted_until=began)
        period.scores.all().delete()
        _write(period, results, advance)
        period.state, period.known_until = PeriodState.COMPUTED, known_until
        period.computed_at, period.computed_by = clock.now(), actor
        period.save(update_fields=["state", "version", "known_until", "computed_at", "computed_by"])
    return period


def keep_periods() -> None:
    """Open the period of today for each scheme in use, and compute every one that is not published."""
    open_periods()
    for pk in list(Period.objects.exclude(state__in=SHOWN).values_list("pk", flat=True)):
        # Somebody may just have published it.
        with suppress(PeriodIsPublished):
            compute_period(pk, actor=None)


def open_periods() -> None:
    """Open the period of today for each scheme in use that has a version in force."""
    for scheme in Scheme.objects.filter(is_active=True, versions__in_force_at__isnull=False).distinct():
        open_period(scheme.pk, actor=None, day=clock.today())


@transaction.atomic
def publish_period(period_id: int, *, actor: User) -> Period:
    """Show the scores to those who were scored; from here on the database keeps them as they are.

    Those who were scored are told, and who leads them. Raises `NotComputed` unless they are of the whole period,
    `PointsOutdated` when points were typed in since, `PeriodIsPublished` when it has happened.
    """
    _require(actor)
    period = lock_period(period_id)
    if period.is_shown:
        raise PeriodIsPublished()
    if not is_whole(period):
        raise NotComputed()
    if are_points_outdated(period):
        raise PointsOutdated()
    period.state, period.published_at, period.published_by = PeriodState.PUBLISHED, clock.now(), actor
    period.save(update_fields=["state", "published_at", "published_by"])
    tell_of_scores(period)
    return period


@transaction.atomic
def close_period(period_id: int, *, actor: User) -> Period:
    """Take no more appeals. Raises `NotPublished`."""
    _require(actor)
    period = lock_period(period_id)
    if period.state != PeriodState.PUBLISHED:
        raise NotPublished()
    period.state, period.closed_at = PeriodState.CLOSED, clock.now()
    period.save(update_fields=["state", "closed_at"])
    return period


def is_whole(period: Period) -> bool:
    """Whether its scores are of all its days."""
    return period.known_until is not None and period.known_until >= end_of(period)


def are_points_outdated(period: Period) -> bool:
    """Whether the points typed in are other than those in the scores."""
    column = COLUMN[period.scheme.kind]
    typed = period.typed_points.filter(
        **{f"{column}__in": period.scores.values(column)}, item__version=period.version_id
    )
    told = ScorePart.objects.filter(score__period=period, item__way=Way.TYPED, points__isnull=False)
    return set(typed.values_list(column, "item_id", "points")) != set(
        told.values_list(f"score__{column}", "item_id", "points")
    )


def _require(actor: User) -> None:
    if not can_run_assessment(actor):
        raise NotPermitted()


def lock_period(period_id: int) -> Period:
    """A period, its row locked to the end of the transaction; raises `NotFoundForYou` when there is none."""
    period: Period | None = (
        Period.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scheme", "version")
        .filter(pk=period_id)
        .first()
    )
    if period is None:
        raise NotFoundForYou()
    return period


def _follow(period: Period) -> None:
    """Take the newest version in force; what was typed in goes along to the item of the same name."""
    newest = period.scheme.versions.filter(in_force_at__isnull=False).order_by("-number").first()
    if newest is None or newest == period.version:
        return
    for item in newest.items.filter(way=Way.TYPED):
        period.typed_points.filter(item__label=item.label, item__version=period.version_id).update(item=item)
    period.version = newest


# 160,000 rows of a city: a COPY for the scores and one for their parts.
def _write(period: Period, results: Sequence[Scored], advance: Callable[[int, int], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('assessment_score', 'id')) FROM generate_series(1, %s)",
            [len(results)],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        _copy(
            cursor,
            f"assessment_score (id, period_id, {COLUMN[period.scheme.kind]}, points, level_id, rank)",
            (
                (pk, period.pk, each.whose, each.result.points, each.result.level, each.rank)
                for pk, each in zip(ids, results, strict=True)
            ),
        )
        _copy(
            cursor,
            "assessment_scorepart (score_id, item_id, adjustment_id, numerator, denominator, points, weight)",
            _parts(ids, results, advance),
        )


def _parts(
    ids: Sequence[int], results: Sequence[Scored], advance: Callable[[int, int], None]
) -> Iterator[tuple[Any, ...]]:
    for number, (pk, each) in enumerate(zip(ids, results, strict=True), 1):
        for part in each.result.parts:
            yield (pk, *part_row(part))
        if number % 500 == 0 or number == len(ids):
            advance(number, len(ids))


def part_row(
    part: Part,
) -> tuple[int | None, int | None, Decimal | None, Decimal | None, Decimal | None, Decimal]:
    """Item, adjustment, numerator, denominator, points, weight, as `ScorePart` keeps them."""
    is_item = isinstance(part.of, Item)
    numerator, denominator = part.value or (None, None)
    return (
        part.of.pk if is_item else None, None if is_item else part.of.pk, numerator, denominator, part.points, part.weight
    )  # fmt: skip


def _copy(cursor: Any, into: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)

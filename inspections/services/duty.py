"""Going on and off duty, and the way walked in between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import LineString
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import KeyReused, NotPermitted
from grids.models import Area, Role, User
from inspections.coverage import COVERED, day_params
from inspections.models import Duty, TrackSegment
from inspections.permissions import can_walk, walking_post
from inspections.times import beginning_of, day_of_deed, start_of_day

# A position worse than this says nothing about where somebody walked, in metres.
ACCURATE_M = 100
MOST_POINTS = 2000
# Clocks of phones are not exact.
_AHEAD = timedelta(minutes=2)
# A phone may have been without signal since it went on duty.
_LATE = timedelta(hours=24)
_FORGOTTEN_AT_ONCE = 5000


# A second union of the same shapes may differ in its last digits.
_NOTE_COVERED = f"""
    WITH covered AS MATERIALIZED ({COVERED}),
    on_duty AS (
        -- As everywhere: a stand-in before who is responsible before the others.
        SELECT DISTINCT ON (post.area_id) post.area_id, duty.district_id, duty.user_id
        FROM grids_post post JOIN inspections_duty duty ON duty.user_id = post.user_id
        WHERE post.role = %(inspector)s AND post.valid_from <= %(day)s AND (post.valid_to IS NULL OR post.valid_to >= %(day)s)
            AND duty.started_at >= %(begins)s AND duty.started_at < %(ends)s
            AND EXISTS (
                SELECT FROM grids_areaversion version
                WHERE version.area_id = post.area_id AND version.level = 5 AND version.valid_to IS NULL AND version.area_m2 > 0
            )
        ORDER BY post.area_id, post.deputy_of_id NULLS LAST, post.is_responsible DESC, post.id
    ),
    known AS (
        SELECT area_id, COALESCE(covered.district_id, on_duty.district_id) AS district_id, on_duty.user_id,
            COALESCE(covered.share, 0) AS share, COALESCE(covered.metres, 0) AS metres
        FROM covered FULL JOIN on_duty USING (area_id)
    ),
    raised AS (
        UPDATE inspections_gridcoverage noted SET superseded_at = %(now)s FROM known
        WHERE noted.day = %(day)s AND noted.grid_id = known.area_id AND noted.superseded_at IS NULL
            AND (known.share > noted.share + 0.0001 OR (noted.inspector_id IS NULL AND known.user_id IS NOT NULL))
        RETURNING noted.grid_id, noted.inspector_id, noted.share, noted.metres
    )
    INSERT INTO inspections_gridcoverage (day, grid_id, district_id, inspector_id, share, metres, noted_at)
    SELECT %(day)s, known.area_id, known.district_id, COALESCE(raised.inspector_id, known.user_id),
        GREATEST(known.share, raised.share), GREATEST(known.metres, raised.metres), %(now)s
    FROM known LEFT JOIN raised ON raised.grid_id = known.area_id
    WHERE raised.grid_id IS NOT NULL OR NOT EXISTS (
        SELECT FROM inspections_gridcoverage noted WHERE noted.day = %(day)s AND noted.grid_id = known.area_id
    )
    ON CONFLICT (day, grid_id) WHERE superseded_at IS NULL DO NOTHING
"""  # noqa: S608 - our own SQL


class TrackPoint(NamedTuple):
    """Where a phone was (WGS-84), in seconds since 1970, and how far off it may be in metres."""

    longitude: float
    latitude: float
    seconds: float
    accuracy_m: float = 0.0


@dataclass(frozen=True)
class Kept:
    """What became of some points: how many are stored, and how many were refused for which reason."""

    segment: TrackSegment | None
    stored: int
    refused: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def go_on_duty(*, actor: User, at: datetime | None = None) -> Duty:
    """Begin one's duty (上岗), now or when the phone without signal says it was; once on duty, one stays on it.

    Raises `NotPermitted` for who does not walk, ValidationError for a time ahead, long ago or within a duty before.
    """
    post = walking_post(actor.as_on(day_of_deed(at)) if at else actor)
    if post is None:
        raise NotPermitted("go_on_duty")
    _one_at_a_time(actor)
    now = clock.now()
    if at is None or now < at <= now + _AHEAD:
        at = now
    there: Duty | None = Duty.objects.filter(user=actor, ended_at=None).first()
    if there:
        return there
    if not now - _LATE <= at <= now:
        raise ValidationError(_("This time lies ahead, or more than a day back."), code="implausible_time")
    if Duty.objects.filter(user=actor, ended_at__gt=at).exists():
        raise ValidationError(_("You were on duty at that time already."), code="on_duty_already")
    district = Area.objects.get(code=post.area.district_code)
    duty: Duty = Duty.objects.create(user=actor, post=post, district=district, started_at=at)
    return duty


@transaction.atomic
def go_off_duty(*, actor: User, at: datetime | None = None) -> Duty | None:
    """End one's duty (下岗); None when there was none."""
    _one_at_a_time(actor)
    duty: Duty | None = Duty.objects.filter(user=actor, ended_at=None).first()
    if duty is None:
        return None
    duty.ended_at = max(duty.started_at, min(at or clock.now(), clock.now()))
    duty.save(update_fields=["ended_at"])
    return duty


def add_track(*, actor: User, client_uuid: UUID, points: Sequence[TrackPoint]) -> Kept:
    """Keep a stretch of the way walked; sent again it is the same stretch.

    Only points within the actor's own duty are kept; the others are counted by the reason why they are not:
    `outside_duty`, `ahead_of_time`, `too_inaccurate`. Raises `NotPermitted`, `KeyReused` when the name came with
    other points, ValidationError for too many or none.
    """
    if not 0 < len(points) <= MOST_POINTS:
        raise ValidationError(
            _("Send between one and %(most)d points at a time."),
            code="bad_number",
            params={"most": MOST_POINTS},
        )
    if not can_walk(actor.as_on(day_of_deed(_moment(min(point.seconds for point in points))))):
        raise NotPermitted("add_track")
    try:
        with transaction.atomic():
            return _add(actor, client_uuid, points)
    except IntegrityError:  # the same one on two ways at once
        with transaction.atomic():
            return _add(actor, client_uuid, points)


def cover_grids(day: date) -> int:
    """Note how much of each grid was covered on a day (覆盖率); returns how many grids that is news of.

    Of a grid that nobody came near only where whoever answers for it was on duty. Safe to run again: where later tracks
    of that day raise it, what was noted before stays beside it.
    """
    values = {"day": day, "now": clock.now(), "inspector": Role.INSPECTOR, **day_params(day, "")}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_COVERED, values)
        return int(cursor.rowcount)


def days_to_cover(told_since: datetime) -> list[date]:
    """The days before today of which phones told a way since a moment, as far back as tracks are kept.

    And those of which they may have told a duty since: of a day without any way there is no other trace.
    """
    first = beginning_of(clock.today() - timedelta(days=settings.TRACK_KEEP_DAYS - 1))
    told = TrackSegment.objects.filter(
        # Of tracks from before that was noted it is not known.
        Q(received_at__gte=told_since) | Q(received_at=None, started_at__gte=told_since),
        started_at__gte=first,
        started_at__lt=start_of_day(),
    )
    days = {moment.date() for moment in told.datetimes("started_at", "day")}
    on_duty = Duty.objects.filter(started_at__gte=told_since - _LATE, started_at__lt=start_of_day())
    return sorted(days | {moment.date() for moment in on_duty.datetimes("started_at", "day")})


def forget_tracks(before: datetime | None = None) -> int:
    """Throw away the tracks older than `TRACK_KEEP_DAYS`; returns how many stretches."""
    before = before or clock.now() - timedelta(days=settings.TRACK_KEEP_DAYS)
    old = TrackSegment.objects.filter(started_at__lt=before).order_by("pk")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
        TrackSegment.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def _one_at_a_time(actor: User) -> None:
    """Two presses at once come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)


def _add(actor: User, client_uuid: UUID, points: Sequence[TrackPoint]) -> Kept:
    there = (
        TrackSegment.objects.filter(duty__user=actor, client_uuid=client_uuid).select_related("duty").first()
    )
    duty = there.duty if there else _duty_of(actor, points)
    good, refused = _within(duty, points)
    if not good:
        if there:
            raise KeyReused(client_uuid)
        return Kept(None, 0, refused)
    # A line has two points at least.
    path = LineString([point[:2] for point in (good if len(good) > 1 else good * 2)], srid=4326)
    seconds = [round(point.seconds - good[0].seconds) for point in good]
    seconds = seconds if len(good) > 1 else seconds * 2
    if there:
        if not there.path.equals_exact(path, 1e-7) or there.seconds != seconds:
            raise KeyReused(client_uuid)
        return Kept(there, len(good), refused)
    assert duty
    segment = TrackSegment.objects.create(
        client_uuid=client_uuid,
        duty=duty,
        district_id=duty.district_id,
        started_at=_moment(good[0].seconds),
        ended_at=_moment(good[-1].seconds),
        path=path,
        seconds=seconds,
    )
    return Kept(segment, len(good), refused)


def _duty_of(actor: User, points: Iterable[TrackPoint]) -> Duty | None:
    """The latest duty that any of the points falls into."""
    moments = sorted(_moment(point.seconds) for point in points)
    duties = Duty.objects.filter(user=actor, started_at__lte=moments[-1]).order_by("-started_at")
    found: Duty | None = next(
        (duty for duty in duties[:3] if duty.ended_at is None or duty.ended_at >= moments[0]), None
    )
    return found


def _within(duty: Duty | None, points: Iterable[TrackPoint]) -> tuple[list[TrackPoint], dict[str, int]]:
    """The points that count, in order of time, and how many don't by reason."""
    good: list[TrackPoint] = []
    refused: dict[str, int] = {}
    for point in sorted(points, key=lambda point: point.seconds):
        reason = _reason_against(duty, point)
        if reason:
            refused[reason] = refused.get(reason, 0) + 1
        else:
            good.append(point)
    return good, refused


def _reason_against(duty: Duty | None, point: TrackPoint) -> str:
    moment = _moment(point.seconds)
    if moment > clock.now() + _AHEAD:
        return "ahead_of_time"
    if duty is None or moment < duty.started_at or (duty.ended_at and moment > duty.ended_at):
        return "outside_duty"
    return "too_inaccurate" if point.accuracy_m > ACCURATE_M else ""


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""The run: everything that happens, in the order of its moments, with the sweep in between."""

import heapq
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from random import Random

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, Channel
from cases.workflow import WITH_UNIT
from dispatch.simulation.acts import answer_urgings, comment_from_above, urge_from_above
from dispatch.simulation.city import City, open_city
from dispatch.simulation.habits import Story, life_of
from dispatch.simulation.reports import file_report, reports_between
from dispatch.simulation.rounds import going_out, keep_all_tasks
from dispatch.simulation.scenes import closing_scenes
from gridgov import clock
from gridgov.errors import DomainError
from gridgov.evidence import remove_stray_photos
from gridgov.inbox import mark_all_notices_read
from gridgov.models import Notice
from gridgov.planner import tell_planner
from grids.demo.loading import is_loaded
from grids.models import User

# When the leader looks through what is late, and when people read their last notices.
COMMENTS_AT, READING_AT = time(16, 30), time(17, 40)
# What came in the last so many working minutes is still unread.
UNREAD = 90


class NotTheDemo(DomainError):
    """The demo isn't here; nobody simulates in a city that does real work."""

    code = "not_the_demo"
    message = _("The demo city is not here. Load it first: load_demo.")


def simulate(
    *, days: int, seed: int = 1, advance: Callable[[timedelta], object] = lambda _: None
) -> tuple[datetime, datetime]:
    """Let the demo city live from so many days ago, or from the last thing that happened there, up to now.

    Returns from when to when. The same seed in the same city at the same moment gives the same history. All of it is one
    transaction: nobody sees half a history, a running sweep least of all, and when it is stopped nothing is there.
    `advance` is told from time to time how much of it has passed. Raises `NotTheDemo`.
    """
    if not is_loaded():
        raise NotTheDemo
    end = clock.now().astimezone(UTC)
    with transaction.atomic():
        city = open_city(Random(seed))  # noqa: S311 - nothing here is secret
        last = CaseEvent.objects.filter(district=city.district).aggregate(last=Max("at"))["last"]
        start = min(max(end - timedelta(days=days), last or end - timedelta(days=days)), end)
        _tidy(start, end)
        with clock.at(start):
            _live_through(list(_stories(city, start, end)), city, end, advance)
        tell_planner()
    return start, end


def _stories(city: City, start: datetime, end: datetime) -> Iterable[Story]:
    # Locked, so that a sweep in the present leaves them alone meanwhile.
    for case in (
        Case.objects.open().filter(district=city.district).order_by("pk").select_for_update(of=("self",))
    ):
        city.watch(case)
        yield life_of(city, case)
    for moment, channel in reports_between(city, start, end):
        yield _reported(city, moment, channel)
    yield from closing_scenes(city, start, end)
    yield from going_out(city, start, end)
    yield _leader_comments(city, start)
    yield _people_read(city, start, end)


def _live_through(
    stories: Iterable[Story], city: City, end: datetime, advance: Callable[[timedelta], object]
) -> None:
    """Go from moment to moment; each story goes on at its own."""
    queue: list[tuple[datetime, int, Random, Story]] = []
    dice, start = city.rng.getrandbits(64), clock.now()
    for number, story in enumerate(stories):
        # Dice of its own: what happens in one story doesn't change the others.
        _go_on(queue, city, number, Random(f"{dice} {number}"), story)  # noqa: S311
    while queue and queue[0][0] < end:
        moment, number, rng, story = heapq.heappop(queue)
        advance(max(moment, clock.now()) - start)
        city.sweep.run_before(moment)
        clock.set_to(max(moment, clock.now()))
        _go_on(queue, city, number, rng, story)
    advance(end - start)
    city.sweep.run_before(end)
    clock.set_to(end)
    keep_all_tasks()


def _go_on(
    queue: list[tuple[datetime, int, Random, Story]], city: City, number: int, rng: Random, story: Story
) -> None:
    """Let a story go on until it waits again."""
    city.rng = rng
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(queue, (moment, number, rng, story))


def _reported(city: City, moment: datetime, channel: Channel) -> Story:
    yield moment
    case = file_report(city, channel)
    city.watch(case)
    yield from life_of(city, case)


def _leader_comments(city: City, start: datetime) -> Story:
    """On working days the leader comments on something that is late, or else on something new."""
    for moment in _daily(city, start, COMMENTS_AT):
        yield moment
        cases = Case.objects.open().filter(district=city.district, grid__isnull=False)
        found = list(cases.filter(supervised_at__isnull=False).order_by("pk")) or list(
            cases.order_by("-pk")[:10]
        )
        if found:
            comment_from_above(city, city.one_of(found))
        answer_urgings(city)
        if late := [case for case in found if case.status in WITH_UNIT]:
            urge_from_above(city, city.one_of(late))


def _people_read(city: City, start: datetime, end: datetime) -> Story:
    """Everybody reads their notices before they go home, and once more shortly before the end."""
    last = city.before(end, UNREAD)
    for moment in takewhile(lambda moment: moment < last, _daily(city, start, READING_AT)):
        yield moment
        _read_notices()
    yield last
    _read_notices()


def _read_notices() -> None:
    unread = Notice.objects.filter(read_at=None).exclude(recipient=None).values("recipient")
    for person in User.objects.filter(pk__in=unread).order_by("pk"):
        mark_all_notices_read(actor=person)


def _daily(city: City, start: datetime, at: time) -> Story:
    """The moments of a time of day on working days, for ever."""
    day = timezone.localdate(start)
    while True:
        moment = timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
        if moment > start and city.calendar.is_working_day(day):
            yield moment
        day += timedelta(days=1)


def _tidy(start: datetime, end: datetime) -> None:
    """Take away the photos that a run which was stopped has left behind."""
    day = start
    while day.date() < end.date():
        remove_stray_photos(day)
        day += timedelta(days=1)

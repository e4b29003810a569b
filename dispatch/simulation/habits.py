"""How people behave: what they usually do next with a case in each status, and after how long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cases.models import Case, Channel
from cases.workflow import ASKING, Action, Status
from dispatch.routing import responsible_unit
from dispatch.simulation import acts
from dispatch.simulation.acts import Act
from dispatch.simulation.city import City
from gridgov import clock
from grids.models import AreaLevel

Wait = Callable[[City, Case], datetime]
When = Callable[[City, Case], bool]
# The moments for which a story waits, one after the other.
Story = Iterator[datetime]


@dataclass(frozen=True)
class Habit:
    """One way to go on: how likely beside the others, after how long, and what is done; `act` None ends the story.

    `in_time`: it is not done any more once the stage has changed or climbed meanwhile.
    """

    weight: int
    wait: Wait
    act: Act | None
    when: When = lambda _city, _case: True
    in_time: bool = False


def share(low: float, high: float) -> Wait:
    """After so much of the stage's limit, in its own kind of time; above 1 it is late and climbs."""

    def wait(city: City, case: Case) -> datetime:
        minutes = (case.stage_minutes or 60) * city.rng.uniform(low, high)
        return city.calendar.add(clock.now(), minutes, round_the_clock=case.stage_round_the_clock)

    return wait


def desk(low: float, high: float) -> Wait:
    """After so many minutes of working time."""
    return lambda city, case: city.calendar.add(clock.now(), city.rng.uniform(low, high))


def until_resumed(city: City, case: Case) -> datetime:
    return city.calendar.add(case.suspended_until or clock.now(), city.rng.uniform(10, 60))


def _from_outside(city: City, case: Case) -> bool:
    answered = case.events.filter(action=Action.ANSWER_CHECK)
    return case.is_placed and case.channel != Channel.INSPECTOR and not answered.exists()


def _routed(city: City, case: Case) -> bool:
    return responsible_unit(case) is not None


def _in_community(city: City, case: Case) -> bool:
    return case.level == AreaLevel.COMMUNITY


def _asked_nothing(city: City, case: Case) -> bool:
    return not case.events.filter(action__in=ASKING).exists()


def _has_time(city: City, case: Case) -> bool:
    """Whether the limit that handling began with still runs, and the unit hasn't asked for anything yet."""
    began = case.events.filter(action__in=[Action.ACCEPT, Action.VERIFY_FAIL]).order_by("-seq").first()
    return began is not None and began.at == case.stage_started_at and _asked_nothing(city, case)


def _needs_works(city: City, case: Case) -> bool:
    return city.trouble_of(case).long and _asked_nothing(city, case)


HABITS: dict[Status, tuple[Habit, ...]] = {
    Status.REPORTED: (
        Habit(80, share(0.05, 0.7), acts.take_in),
        Habit(25, share(0.05, 0.5), acts.order_check, _from_outside),
        Habit(3, share(0.05, 0.5), acts.refuse),
        Habit(3, share(1.1, 2.6), acts.take_in),
    ),
    Status.CHECKING: (
        Habit(12, desk(20, 150), acts.answer_check),
        Habit(1, share(1.1, 1.4), acts.answer_check),
    ),
    Status.REGISTERED: (
        Habit(90, share(0.05, 0.6), acts.send_out, _routed),
        Habit(2, share(1.1, 2.4), acts.send_out),
        Habit(4, share(0.1, 0.5), acts.hand_up, _in_community, in_time=True),
    ),
    Status.DISPATCHED: (
        Habit(90, share(0.05, 0.75), acts.accept),
        Habit(3, share(1.1, 2.2), acts.accept),
        Habit(4, share(0.1, 0.5), acts.ask_return, _asked_nothing, in_time=True),
    ),
    Status.HANDLING: (
        Habit(66, share(0.08, 0.7), acts.feed_back),
        Habit(14, share(0.8, 0.98), acts.feed_back),
        Habit(4, share(1.1, 2.5), acts.feed_back),
        Habit(2, share(3.2, 6), acts.feed_back),
        Habit(5, share(0.4, 0.7), acts.ask_extension, _has_time, in_time=True),
        Habit(12, share(0.1, 0.4), acts.ask_suspension, _needs_works, in_time=True),
        Habit(3, share(0.1, 0.4), acts.ask_return, _asked_nothing, in_time=True),
        Habit(2, share(1.2, 1.9), acts.recall),
        Habit(1, share(0.1, 0.6), acts.void),
    ),
    Status.SUSPENDED: (Habit(1, until_resumed, acts.nothing),),
    Status.HANDLED: (
        Habit(95, share(0.1, 0.9), acts.verify),
        Habit(3, share(1.1, 2.2), acts.verify),
    ),
    Status.CLOSED: (Habit(97, desk(0, 0), None), Habit(3, desk(120, 900), acts.reopen)),
    Status.REFUSED: (Habit(92, desk(0, 0), None), Habit(8, desk(120, 900), acts.reopen)),
    Status.MERGED: (Habit(92, desk(0, 0), None), Habit(8, desk(60, 300), acts.unmerge)),
}
# While a request waits, nobody goes on before it is decided.
DECIDING = Habit(1, desk(15, 150), acts.decide)


def life_of(city: City, case: Case) -> Story:
    """A case goes its way until nobody has anything more to do with it."""
    while habit := _next_habit(city, case):
        if habit.act is None:
            return
        planned = case
        yield habit.wait(city, case)
        case = Case.objects.get(pk=case.pk)
        if _may_go_on(habit, planned, case):
            case = habit.act(city, case)
            city.watch(case)


def _next_habit(city: City, case: Case) -> Habit | None:
    """One of the habits that are possible here, by their weights."""
    if case.request:
        return DECIDING
    habits = list(HABITS.get(Status(case.status), ()))
    while habits:
        habit = city.rng.choices(habits, [each.weight for each in habits])[0]
        if habit.when(city, case):  # asked only now: most of these ask the database
            return habit
        habits.remove(habit)
    return None


def _may_go_on(habit: Habit, planned: Case, case: Case) -> bool:
    """Whether the case is still as it was when this was planned, or as good as that."""
    if (case.status, case.request) != (planned.status, planned.request):
        return False
    return not habit.in_time or case.stage_started_at == planned.stage_started_at

"""What is counted for inspectors and of places: each story against figures made by hand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from assessment.indicators.inspectors import INSPECTORS
from assessment.kinds import Kind
from cases import services as cases
from cases.models import Case, Channel
from cases.workflow import Capacity, Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from gridgov import clock
from grids.models import Post, Role
from inspections.models import GridCoverage
from inspections.services.diary import rate_entry, write_entry
from inspections.services.duty import TrackPoint, add_track, cover_grids, go_on_duty
from tests.assessment.counted import BEGUN, CHINA, SEPTEMBER, counted, hours, month
from tests.case_factories import Cast, carried_on, case_in, make_case, stored
from tests.dispatch.operation_factories import colleague
from tests.factories import inside, make_post, make_user

pytestmark = pytest.mark.django_db
REPORTS = "report_count valid_report_count valid_report_rate inflated_count self_disposed"


def citizens_report(cast: Cast, channel: Channel = Channel.CITIZEN, **fields: Any) -> Case:
    return make_case(
        cast,
        **{
            "actor": None,
            "capacity": Capacity.CITIZEN,
            "district": cast.city.district,
            "channel": channel,
            **fields,
        },
    )


def register(case: Case, cast: Cast) -> None:
    cases.register_case(case.pk, actor=cast.operator)


def refuse(case: Case, cast: Cast) -> None:
    cases.refuse_case(case.pk, actor=cast.operator, reason="不属于受理范围")


def register_and_void(case: Case, cast: Cast) -> None:
    register(case, cast)
    cases.void_case(case.pk, actor=cast.supervisor, reason="误报")


def settle(case: Case, cast: Cast) -> None:
    cases.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))


def refuse_and_take_up(case: Case, cast: Cast) -> None:
    refuse(case, cast)
    cases.reopen_case(case.pk, actor=cast.supervisor, reason="再看")
    register(case, cast)


def void(case: Case, cast: Cast) -> None:
    cases.void_case(case.pk, actor=cast.supervisor, reason="误报")


def verify_as_not_solved(case: Case, cast: Cast) -> None:
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="还是不亮")


def leave(case: Case, cast: Cast) -> None:
    """Nobody has looked at it yet."""


@pytest.mark.parametrize(
    ("becomes", "figures"),
    [
        (leave, "1 0 0/1 0 0"),
        (register, "1 1 1/1 0 0"),
        (refuse, "1 0 0/1 1 0"),
        (refuse_and_take_up, "1 1 1/1 1 0"),
        (register_and_void, "1 0 0/1 0 0"),
        (settle, "1 1 1/1 0 1"),
    ],
)
def test_a_report(cast: Cast, becomes: Callable[[Case, Cast], None], figures: str) -> None:
    with hours(0):
        becomes(make_case(cast), cast)
    assert counted(Kind.INSPECTOR, cast.inspector, REPORTS) == figures
    assert counted(Kind.GRID, cast.city.grid, REPORTS) == figures
    assert counted(Kind.GRID, cast.city.other_grid, REPORTS) == "0 0 0/0 0 0"


def test_the_rate_of_valid_reports(cast: Cast) -> None:
    """Four reports: one registered, one settled, one refused, one that waits."""
    with hours(0):
        for becomes in (register, settle, refuse, leave):
            becomes(make_case(cast), cast)
    assert counted(Kind.INSPECTOR, cast.inspector, REPORTS) == "4 2 2/4 1 1"


@pytest.mark.parametrize(
    ("becomes", "figures", "known_at_once"),
    [
        (leave, "1 1/1", "1 1/1"),
        (lambda case, cast: _look("check", case, cast.grid_leader, None), "1 1/1", "1 1/1"),
        (verify_as_not_solved, "0 1/1", "1 1/1"),
        (void, "0 0/1", "1 1/1"),
    ],
)
def test_what_was_settled_and_looked_at_by_another(
    cast: Cast,
    settings: Any,
    becomes: Callable[[Case, Cast], None],
    figures: str,
    known_at_once: str,
) -> None:
    """Of the sample: what was not solved was not settled, though there was something to report."""
    settings.SETTLED_SAMPLE_EVERY = 1
    with hours(0):
        case = make_case(cast)
        settle(case, cast)
    with hours(1):
        becomes(Case.objects.get(pk=case.pk), cast)
    codes = "self_disposed valid_report_rate"
    assert counted(Kind.INSPECTOR, cast.inspector, codes) == figures
    known = month(9, known_until=BEGUN + timedelta(hours=1))
    assert counted(Kind.INSPECTOR, cast.inspector, codes, known) == known_at_once


def test_what_a_citizen_reports_is_no_report_of_the_inspector(cast: Cast) -> None:
    with hours(0):
        citizens_report(cast)
    assert counted(Kind.INSPECTOR, cast.inspector, REPORTS) == "0 0 0/0 0 0"


def test_a_report_that_a_phone_tells_after_the_cut_is_late(cast: Cast) -> None:
    """Made on 30 September at 23:00 and told at 9 on 1 October; the figures are of 6 and of noon."""
    with clock.at(datetime(2026, 10, 1, 9, tzinfo=CHINA)):
        make_case(cast, done_at=datetime(2026, 9, 30, 23, tzinfo=CHINA))
    six, noon = (month(9, known_until=datetime(2026, 10, 1, hour, tzinfo=CHINA)) for hour in (6, 12))
    for kind, who in ((Kind.INSPECTOR, cast.inspector), (Kind.DISTRICT, cast.city.district)):
        assert counted(kind, who, "report_count", six) == "0"
        assert counted(kind, who, "report_count", noon) == "1"
        assert counted(kind, who, "report_count", month(10)) == "0"


def test_registered_after_the_cut_it_was_not_valid_yet(cast: Cast) -> None:
    with hours(0):
        case = make_case(cast)
    with hours(600):
        register(case, cast)
    known = month(9, known_until=BEGUN + timedelta(hours=550))
    assert counted(Kind.INSPECTOR, cast.inspector, "valid_report_rate", known) == "0/1"


def test_a_place_put_right_leaves_the_report_where_it_was_made(cast: Cast) -> None:
    city = cast.city
    with hours(0):
        case = make_case(cast)
        cases.amend_case(case.pk, actor=cast.operator, point=inside(city.other_grid))
        register(case, cast)
    codes = "report_count public_report_rate"
    assert counted(Kind.GRID, city.grid, codes) == "1 0/0"
    assert counted(Kind.GRID, city.other_grid, codes) == "0 0/1"


OF_THE_PLACE = "missed_count missed_rate public_report_rate"


@pytest.mark.parametrize(
    ("channel", "becomes", "figures"),
    [
        (Channel.CITIZEN, register, "1 1/1 1/1"),
        (Channel.HOTLINE, register, "1 1/1 1/1"),
        (Channel.CITIZEN, refuse, "0 0/0 0/0"),
        (Channel.CITIZEN, leave, "0 0/0 0/0"),
        (Channel.CITIZEN, register_and_void, "0 0/0 0/0"),
        (Channel.SYSTEM, register, "0 0/1 0/1"),
    ],
)
def test_what_others_report_in_ones_grid(
    cast: Cast, channel: Channel, becomes: Callable[[Case, Cast], None], figures: str
) -> None:
    with hours(0):
        becomes(citizens_report(cast, channel), cast)
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE) == figures
    assert counted(Kind.GRID, cast.city.grid, OF_THE_PLACE) == figures


def test_the_rate_of_missed(cast: Cast) -> None:
    """Registered in the grid: two of the inspector's own, one of a citizen; another in the grid beside it."""
    with hours(0):
        for case in (make_case(cast), make_case(cast), citizens_report(cast)):
            register(case, cast)
        register(citizens_report(cast, point=inside(cast.city.other_grid)), cast)
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE) == "1 1/3 1/3"
    assert counted(Kind.COMMUNITY, cast.city.community, OF_THE_PLACE) == "2 2/4 2/4"


@pytest.mark.parametrize(
    ("channel", "figures"), [(Channel.INSPECTOR, "0 0/1 0/1"), (Channel.CITIZEN, "1 1/1 1/1")]
)
def test_what_is_merged_counts_once(cast: Cast, channel: Channel, figures: str) -> None:
    """Into the inspector's own case it was not missed; of two by citizens one was. Parted again, both count."""
    with hours(0):
        main = make_case(cast) if channel == Channel.INSPECTOR else citizens_report(cast, channel)
        case = citizens_report(cast)
        for each in (main, case):
            register(each, cast)
        cases.merge_case(case.pk, actor=cast.operator, into_id=main.pk)
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE) == figures
    with hours(1):
        cases.unmerge_case(case.pk, actor=cast.operator)
    both = "1 1/2 1/2" if channel == Channel.INSPECTOR else "2 2/2 2/2"
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE) == both
    # As it stood before they were parted.
    known = month(9, known_until=BEGUN + timedelta(minutes=30))
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE, known) == figures
    with hours(2):
        cases.merge_case(case.pk, actor=cast.operator, into_id=main.pk)
    assert counted(Kind.INSPECTOR, cast.inspector, OF_THE_PLACE) == figures


# Looks before registration: ordered at hour 0, four hours.
CHECKS = {
    "looked in time": ([("look", 2)], "1 1/1", "0 0/0"),
    "looked when it was due": ([("look", 4)], "1 1/1", "0 0/0"),
    "looked late": ([("look", 5)], "1 0/1", "0 0/0"),
    "nobody looked": ([], "1 0/1", "0 0/0"),
    "nobody looked, and it moved up": ([("sweep", 4)], "1 0/1", "0 0/0"),
    "it moved up, then somebody looked": ([("sweep", 4), ("look", 6)], "1 0/1", "0 0/0"),
    "told late, looked in time": ([("sweep", 4), ("look", 6, 3)], "1 1/1", "0 0/0"),
    "a colleague looked in time": ([("colleague", 2)], "0 0/0", "1 1/1"),
    "a colleague looked late": ([("sweep", 4), ("colleague", 5)], "1 0/1", "0 0/0"),
    "void": ([("void", 5)], "0 0/0", "0 0/0"),
}


@pytest.mark.parametrize(("steps", "own", "colleagues"), CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("stage", ["verify", "check"])
def test_looks(cast: Cast, stage: str, steps: list[Any], own: str, colleagues: str) -> None:
    """The same before registration (核实, four hours) and after handling (核查, two hours: half of the hours above)."""
    scale = 1 if stage == "verify" else 0.5
    other = colleague(cast, "colleague", Role.INSPECTOR, cast.city.community_centre)
    with hours(0):
        case = case_in(Status.CHECKING if stage == "verify" else Status.HANDLED, cast, actor=cast.grid_leader)
    for what, hour, *done in steps:
        with hours(hour * scale):
            done_at = BEGUN + timedelta(hours=done[0] * scale) if done else None
            if what == "sweep":
                sweep()
            elif what == "void":
                cases.void_case(case.pk, actor=cast.supervisor, reason="误报")
            else:
                _look(stage, case, cast.inspector if what == "look" else other, done_at)
    codes = f"{stage}_due {stage}_on_time_rate"
    assert counted(Kind.INSPECTOR, cast.inspector, codes) == own
    assert counted(Kind.INSPECTOR, other, codes) == colleagues
    in_all = "1 1/1" if colleagues == "1 1/1" else own
    assert counted(Kind.GRID, cast.city.grid, codes) == in_all
    assert counted(Kind.CENTRE, cast.city.community_centre, codes) == in_all


def _look(stage: str, case: Case, actor: Any, done_at: datetime | None) -> None:
    if stage == "verify":
        cases.answer_check(case.pk, actor=actor, is_true=True, done_at=done_at)
    else:
        cases.verify_case(case.pk, actor=actor, passed=True, note="亮了", done_at=done_at)


def test_what_nobody_looked_at_is_whose_who_answers_for_the_grid_that_day(cast: Cast) -> None:
    """The stand-in while the inspector is away, of two the one who is responsible; of a grid of nobody's nobody."""
    city, month_of = cast.city, SEPTEMBER
    away = Post.objects.get(user=cast.inspector)
    stand_in = make_user("standin")
    make_post(
        stand_in, Role.INSPECTOR, city.community_centre, area=city.grid, deputy_of=away,
        valid_from=date(2026, 9, 14), valid_to=date(2026, 9, 14),
    )  # fmt: skip
    for begins in (0, 24):
        with hours(begins):
            case_in(Status.CHECKING, cast)
    with hours(0):
        case_in(Status.CHECKING, cast, point=inside(city.other_grid))
    assert counted(Kind.INSPECTOR, stand_in, "verify_due", month_of) == "1"
    assert counted(Kind.INSPECTOR, cast.inspector, "verify_due", month_of) == "1"
    assert counted(Kind.GRID, city.other_grid, "verify_due verify_on_time_rate") == "1 0/1"


def test_of_two_inspectors_the_one_who_is_responsible(cast: Cast) -> None:
    second = make_user("second")
    make_post(second, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid, is_responsible=True)
    with hours(0):
        case_in(Status.CHECKING, cast)
    assert counted(Kind.INSPECTOR, second, "verify_due") == "1"
    assert counted(Kind.INSPECTOR, cast.inspector, "verify_due") == "0"


def test_looked_at_again_after_rework_it_is_due_again(cast: Cast) -> None:
    with hours(0):
        case = case_in(Status.HANDLED, cast, actor=cast.grid_leader)
    with hours(1):
        cases.verify_case(case.pk, actor=cast.inspector, passed=False, note="还是不亮")
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="又换了")
    with hours(4):
        cases.verify_case(case.pk, actor=cast.inspector, passed=True, note="亮了")
    assert counted(Kind.INSPECTOR, cast.inspector, "check_due check_on_time_rate") == "2 1/2"


@pytest.mark.parametrize(
    ("channel", "becomes", "figures"),
    [
        (Channel.CITIZEN, register, "1"),
        (Channel.HOTLINE, register, "1"),
        (Channel.CITIZEN, refuse, "0"),
        (Channel.CITIZEN, leave, "0"),
        (Channel.INSPECTOR, register, "0"),
    ],
)
def test_a_public_report_confirmed(
    cast: Cast, channel: Channel, becomes: Callable[[Case, Cast], None], figures: str
) -> None:
    with hours(0):
        case = carried_on(citizens_report(cast, channel), Status.CHECKING, cast)
    with hours(1):
        cases.answer_check(case.pk, actor=cast.inspector, is_true=True)
        becomes(case, cast)
    assert counted(Kind.INSPECTOR, cast.inspector, "public_report_confirmed") == figures
    # Registered after the cut it is not confirmed yet.
    known = month(9, known_until=BEGUN + timedelta(hours=1))
    assert counted(Kind.INSPECTOR, cast.inspector, "public_report_confirmed", known) == "0"


def test_patrols_on_average_over_the_days_on_duty(cast: Cast) -> None:
    """From its middle one sees 40 m around in a grid of 102 m by 111 m; on the second day half of it was seen."""
    with hours(3):
        go_on_duty(actor=cast.inspector, at=clock.now() - timedelta(hours=1))
        here, at = inside(cast.city.grid), clock.now().timestamp() - 3000
        way = [TrackPoint(here.x, here.y, at)]
        add_track(actor=cast.inspector, client_uuid=uuid4(), points=way)
    with hours(24):
        cover_grids(date(2026, 9, 14))
    walked = GridCoverage.objects.get()
    assert walked.share == pytest.approx(3.14159 * 40**2 / (102 * 111), abs=0.02)
    GridCoverage.objects.filter(pk=walked.pk).update(share=0.7)
    for day, share in ((date(2026, 9, 15), 0.5), (date(2026, 10, 1), 1.0)):
        _walked(cast, day, share)
    # On duty all day and never there; and on a free day seen from next door.
    _walked(cast, date(2026, 9, 16), 0)
    _walked(cast, date(2026, 9, 17), 0.3, inspector=None)
    assert counted(Kind.INSPECTOR, cast.inspector, "patrol_coverage") == "1.2/3"
    assert counted(Kind.GRID, cast.city.grid, "patrol_coverage") == "1.2/3"
    assert counted(Kind.GRID, cast.city.other_grid, "patrol_coverage") == "0/0"
    assert counted(Kind.DISTRICT, cast.city.district, "patrol_coverage") == "1.2/3"


def _walked(cast: Cast, day: date, share: float, noted: int = 1, **fields: Any) -> GridCoverage:
    """Noted in the night after, or so many nights later."""
    night = datetime(day.year, day.month, day.day, 2, tzinfo=CHINA) + timedelta(days=noted)
    city = cast.city
    row: GridCoverage = GridCoverage.objects.create(
        day=day,
        grid=city.grid,
        district=city.district,
        share=share,
        metres=100,
        noted_at=night,
        **{"inspector": cast.inspector, **fields},
    )
    return row


def test_a_way_that_is_told_after_the_cut_is_late(cast: Cast) -> None:
    """Half of the grid on the 29th as far as was known on the 30th; on 2 October a phone tells of the other half."""
    cut, after = (datetime(2026, 10, day, 2, tzinfo=CHINA) for day in (1, 2))
    _walked(cast, date(2026, 9, 29), 0.5, superseded_at=after)
    _walked(cast, date(2026, 9, 29), 1.0, noted=3)
    _walked(cast, date(2026, 9, 30), 0.4, noted=2)
    for known, figures in ((cut, "0.5/1"), (after + timedelta(minutes=1), "1.4/2")):
        assert counted(Kind.GRID, cast.city.grid, "patrol_coverage", month(9, known)) == figures


def test_the_diary(cast: Cast) -> None:
    """Three pages of September, rated 5, 2 and not at all; one rated after the cut, one of October."""
    for hour, rated in ((0, 5), (1, 2), (2, None), (500, None)):
        with hours(hour):
            page = write_entry(actor=cast.inspector, client_uuid=uuid4(), text="老人独居")
        if rated:
            with hours(hour + 1):
                rate_entry(page.pk, actor=cast.grid_leader, rating=rated)
    assert counted(Kind.INSPECTOR, cast.inspector, "diary_count diary_quality") == "3 1.4/2"
    assert counted(Kind.DISTRICT, cast.city.district, "diary_count diary_quality") == "3 1.4/2"
    known = month(9, known_until=BEGUN + timedelta(hours=1.5))
    assert counted(Kind.INSPECTOR, cast.inspector, "diary_quality", known) == "1/1"
    assert counted(Kind.INSPECTOR, cast.grid_leader, "diary_count diary_quality") == "0 0/0"


def test_a_rating_thought_over_after_the_cut_leaves_the_one_that_held_then(cast: Cast) -> None:
    with hours(0):
        page = write_entry(actor=cast.inspector, client_uuid=uuid4(), text="老人独居")
    for hour, rating in ((1, 2), (2, 2), (3, 5)):
        with hours(hour):
            rate_entry(page.pk, actor=cast.grid_leader, rating=rating)
    for hour, figures in ((1, "0/0"), (2, "0.4/1"), (3, "0.4/1"), (4, "1/1")):
        known = month(9, known_until=BEGUN + timedelta(hours=hour))
        assert counted(Kind.INSPECTOR, cast.inspector, "diary_quality", known) == figures


def test_a_page_that_arrives_after_the_cut_is_late(cast: Cast) -> None:
    """Written at hour 1 without signal, and told at hour 9."""
    with hours(9):
        write_entry(actor=cast.inspector, client_uuid=uuid4(), text="老人独居", at=BEGUN + timedelta(hours=1))
    for hour, figures in ((9, "0"), (10, "1")):
        known = month(9, known_until=BEGUN + timedelta(hours=hour))
        assert counted(Kind.INSPECTOR, cast.inspector, "diary_count", known) == figures


def test_every_indicator_of_inspectors_is_told_of_here() -> None:
    told = f"""{REPORTS} {OF_THE_PLACE} public_report_confirmed verify_due verify_on_time_rate check_due
        check_on_time_rate patrol_coverage diary_count diary_quality"""
    assert {each.code for each in INSPECTORS} == set(told.split())

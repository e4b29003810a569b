"""A limit is said as it was set, and working time never in days of 24 hours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime

from cases import services as cases
from cases.case_page import limit_words
from cases.models import Limit, Stage, StageLimit
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov import clock
from gridgov.worktime import Unit, working_time_of
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("5", Unit.WORKING_DAY, "5 working days"),
        ("1", Unit.WORKING_DAY, "1 working day"),
        ("4", Unit.WORKING_HOUR, "4 working hours"),
        ("2", Unit.URGENT_HOUR, "2 urgent hours"),
        ("0.5", Unit.WORKING_HOUR, "0.5 working hours"),
    ],
)
def test_a_limit_is_said_in_the_unit_it_was_set_in(client, cast, amount, unit, words):
    Limit.objects.update(amount=Decimal(amount), unit=unit)
    client.force_login(cast.operator)
    page = client.get(reverse("cases:register_case", args=[make_case(cast).number]), headers=ENGLISH)
    assert f"Handling may take <strong>{words}</strong>" in page.content.decode()
    with translation.override("en"):
        assert limit_words(case_in(Status.HANDLING, cast)) == words


def test_working_days_are_said_in_chinese(client, cast):
    Limit.objects.update(amount=5, unit=Unit.WORKING_DAY)
    client.force_login(cast.operator)
    page = client.get(reverse("cases:register_case", args=[make_case(cast).number])).content.decode()
    assert "<strong>5 个工作日</strong>" in page
    assert "1 天 11 小时" not in page


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(35 * 60, "5 working days"), (35 * 60 + 30, "35 h 30 min"), (50, "50 min"), (0, "under 1 min")],
)
def test_working_time_has_no_days_of_24_hours(minutes, words):
    with translation.override("en"):
        assert working_time_of("440699").words(minutes) == words


def test_an_extended_limit_is_said_in_time_of_its_own_clock(cast):
    Limit.objects.update(amount=1, unit=Unit.WORKING_DAY)
    case = case_in(Status.HANDLING, cast)
    case.stage_minutes = 10 * 60
    with translation.override("en"):
        assert limit_words(case) == "10 h of working time"


def test_beside_a_due_time_stands_that_nights_and_days_off_do_not_count(client, cast):
    StageLimit.objects.filter(stage=Stage.INTAKE).update(amount=1, unit=Unit.WORKING_HOUR)
    client.force_login(cast.operator)
    with clock.at(MONDAY - timedelta(days=1)):
        page = client.get(
            reverse("cases:case_detail", args=[make_case(cast).number]), headers=ENGLISH
        ).content.decode()
    # It came in on a Sunday and is due on Monday morning: the light counts the night, the word beside it does not.
    head = page.partition('class="case-head__line"')[2].partition("</div>")[0]
    assert "of which 1 h working time" in head
    assert "1 h of working time left" in page


def test_round_the_clock_needs_no_such_word(client, cast):
    client.force_login(cast.operator)
    page = client.get(reverse("cases:case_detail", args=[make_case(cast).number]), headers=ENGLISH)
    assert "working time" not in page.content.decode()


def test_the_due_time_is_said_before_the_click_and_is_the_same_after_it_on_page_and_api(client, cast):
    """Three of the calendar's rows: across the noon break, across a weekend, round the clock."""
    for unit, amount, hour, due in (
        (Unit.WORKING_HOUR, 2, 3, "2026-11-23 15:00"),
        (Unit.WORKING_DAY, 5, 3, "2026-11-30 11:00"),
        (Unit.URGENT_HOUR, 24, 3, "2026-11-24 11:00"),
    ):
        Limit.objects.update(amount=amount, unit=unit)
        with clock.at(MONDAY.replace(hour=hour)):
            case = make_case(cast)
            client.force_login(cast.operator)
            page = client.get(reverse("cases:register_case", args=[case.number]), headers=ENGLISH)
            assert f"{localtime(page.context['deadline'].due_at):%Y-%m-%d %H:%M}" == due
            cases.register_case(case.pk, actor=cast.operator)
            dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
            case = dispatch.accept_case(case.pk, actor=cast.handler)
            assert case.stage_due_at == page.context["deadline"].due_at
            shown = client.get(reverse("cases:case_detail", args=[case.number])).content.decode()
            assert due[5:] in shown
            told = client.get(f"/api/v1/cases/{case.number}/").json()
            assert f"{localtime(datetime.fromisoformat(told['stage_due_at'])):%Y-%m-%d %H:%M}" == due

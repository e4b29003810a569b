"""A limit is said as it was set, and working time never in days of 24 hours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from cases.case_page import limit_words
from cases.models import Limit, Stage, StageLimit
from cases.workflow import Status
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
    assert "counts working time" in page
    assert "1 h of working time left" in page


def test_round_the_clock_needs_no_such_word(client, cast):
    client.force_login(cast.operator)
    page = client.get(reverse("cases:case_detail", args=[make_case(cast).number]), headers=ENGLISH)
    assert "counts working time" not in page.content.decode()

"""Time as people say it: left, overdue, and the light it gives."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from gridgov import clock
from gridgov.templatetags import ui

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english_at_a_fixed_moment():
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "under 1 min"),
        (1, "1 min"),
        (59, "59 min"),
        (60, "1 h"),
        (135, "2 h 15 min"),
        (24 * 60, "1 day"),
        (24 * 60 + 59, "1 day"),
        (27 * 60, "1 day 3 h"),
        (3 * 24 * 60 + 60, "3 days 1 h"),
        (12 * 24 * 60 + 300, "12 days"),
        (None, ""),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(minutes, words):
    assert ui.duration(minutes) == words


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(hours=2, minutes=15), "2 h 15 min left"),
        (timedelta(seconds=20), "under 1 min left"),
        (timedelta(0), "under 1 min overdue"),
        (timedelta(seconds=-20), "under 1 min overdue"),
        (timedelta(hours=-3), "3 h overdue"),
        (timedelta(days=-2, hours=-1), "2 days 1 h overdue"),
    ],
)
def test_time_left_counts_from_the_clock(delta, words):
    assert ui.time_left(NOW + delta) == words


def test_no_due_time_has_no_words():
    assert ui.time_left(None) == ""


def test_the_light_turns_yellow_at_the_warning_and_red_at_the_due_time():
    due, warn = NOW + timedelta(minutes=10), NOW + timedelta(minutes=2)
    colours = []
    for minutes in (0, 1, 2, 9, 10, 11):
        with clock.at(NOW + timedelta(minutes=minutes)):
            colours.append(ui.light_colour(due, warn))
    assert colours == ["green", "green", "yellow", "yellow", "red", "red"]


def test_without_a_due_time_there_is_no_light():
    assert ui.light_colour(None) == "none"


def test_the_filter_and_the_tag_share_the_name_light():
    page = Template("{% load ui %}{{ due|light:warn }} {% light due warn %}").render(
        Context({"due": NOW + timedelta(hours=1), "warn": NOW - timedelta(hours=1)})
    )
    assert page.startswith("yellow <span")


def test_a_light_says_its_colour_in_words_and_its_date_on_hover():
    html = ui.light(NOW + timedelta(hours=2, minutes=15), NOW + timedelta(hours=1))
    assert "On time:" in html
    assert "2 h 15 min left" in html
    assert 'title="2026-11-22 16:45"' in html


def test_a_stopped_clock_says_so():
    html = ui.light(NOW - timedelta(hours=1), stopped=True)
    assert "Clock stopped" in html
    assert "overdue" not in html


def test_a_note_about_the_calendar_stands_with_the_date():
    assert "counts Monday to Friday" in ui.light(NOW, note="counts Monday to Friday")


def test_a_note_is_escaped():
    assert "<b>" not in ui.light(NOW, note="<b>")


def test_a_light_carries_its_moments_for_phones():
    due, warn = NOW + timedelta(hours=2), NOW + timedelta(hours=1)
    assert f'data-due="{int(due.timestamp())}" data-warn="{int(warn.timestamp())}"' in ui.light(due, warn)
    assert "data-warn" not in ui.light(due)


def test_a_clock_that_stands_or_is_none_has_no_moments():
    assert "data-due" not in ui.light(NOW, stopped=True) + ui.light(None)

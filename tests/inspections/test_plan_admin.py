"""A plan in the admin says which tasks it would make, before it is saved."""

from datetime import timedelta

import pytest

from gridgov import clock
from inspections.models import PatrolPlan
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midday")]
PLANS = "/admin/inspections/patrolplan/"


@pytest.fixture
def admin(client):
    client.force_login(make_user("root", is_staff=True, is_superuser=True, language="en"))
    return client


def values(area, **changes):
    today = clock.today()
    new = {
        "name": "巡查",
        "area": area.pk,
        "rhythm": "twice_a_day",
        "on_day": 1,
        "valid_from": today.isoformat(),
    }
    return new | changes


def told(admin, area, **changes):
    return admin.post(f"{PLANS}what-would-happen/", values(area, **changes)).content.decode()


def test_it_says_when_and_how_many_tasks_before_it_is_saved(admin, city):
    tomorrow = clock.today() + timedelta(days=1)
    page = told(admin, city.community, valid_from=tomorrow.isoformat())
    assert f"{tomorrow} 08:30 – {tomorrow} 12:00: 2 tasks" in page
    assert f"{tomorrow} 14:00 – {tomorrow} 17:30: 2 tasks" in page
    assert not PatrolPlan.objects.exists()


def test_in_the_evening_it_tells_of_the_next_day(admin, city):
    today = clock.today()
    with clock.at(clock.now().replace(hour=23, minute=59)):  # one minute to midnight in the city
        page = told(admin, city.grid, valid_from=today.isoformat())
    assert f"{today + timedelta(days=1)} 08:30" in page
    assert "1 task," in page


def test_a_plan_that_is_over_makes_no_tasks(admin, city):
    gone = {
        "valid_from": (clock.today() - timedelta(days=9)).isoformat(),
        "valid_to": (clock.today() - timedelta(days=1)).isoformat(),
    }
    assert "The plan is over" in told(admin, city.grid, **gone)


def test_a_week_has_seven_days(admin, city):
    assert "1, Monday, to 7, Sunday" in told(admin, city.grid, rhythm="weekly", on_day=8)
    answer = admin.post(f"{PLANS}add/", values(city.grid, rhythm="weekly", on_day=8))
    assert "on_day" in answer.context["adminform"].form.errors
    assert admin.post(f"{PLANS}add/", values(city.grid, rhythm="monthly", on_day=8)).status_code == 302

"""The duty rota: a week filled by press, told of gaps and of who can't, and used for notices."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import make_aware

from dispatch.models import Shift
from dispatch.rota import area_templates, monday_of, on_now, seat_templates
from dispatch.services.rota import put_on
from gridgov import clock
from gridgov.models import Notice
from grids.models import Role
from grids.services.leave import set_leave
from tests.case_factories import make_case
from tests.factories import make_post, make_user
from tests.pages import HTMX
from tests.racing import race

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
ROTA, FILL = "/dispatch/rota/", "/dispatch/rota/fill/"


@pytest.fixture
def second(cast):
    """A second operator at the workstation."""
    user = make_user("second")
    make_post(user, Role.OPERATOR, cast.city.community_centre)
    return user


def tomorrow():
    return clock.today() + timedelta(days=1)


def press(client, cast, user, shift="early", day=None, headers=None, **more):
    day = day or tomorrow()
    sent = {"centre": cast.city.community_centre.code, "day": day.isoformat(), "who": user.pk}
    return client.post(
        FILL, {**sent, "cell": f"seat {day} {shift}", **more}, headers={**ENGLISH, **(headers or {})}
    )


def on(cast, user, start, hours=8, centre=None):
    return Shift.objects.create(
        user=user,
        organisation=centre or cast.city.community_centre,
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
    )


# Filling it


def test_a_press_puts_somebody_on_and_another_takes_them_off(client, cast):
    client.force_login(cast.grid_leader)
    assert press(client, cast, cast.operator).status_code == 302
    shift = Shift.objects.get()
    assert (shift.user, shift.organisation, shift.area) == (cast.operator, cast.city.community_centre, None)
    assert shift.starts_at == make_aware(datetime.combine(tomorrow(), time(8)))
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)
    html = client.get(f"{ROTA}?day={tomorrow()}", headers=ENGLISH).content.decode()
    assert "20 shifts have nobody" in html
    press(client, cast, cast.operator)
    assert not Shift.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_pressed_in_the_browser_stays_and_is_said_there(client, cast):
    client.force_login(cast.grid_leader)
    answer = press(client, cast, cast.operator, idempotency_key="press-1", headers=HTMX)
    assert Shift.objects.get().user == cast.operator
    html = client.get(answer["Location"], headers={**ENGLISH, **HTMX}).content.decode()
    assert "<html" not in html
    assert 'hx-swap-oob="true"' in html
    assert f"{cast.operator}: early on" in html
    for copy in ("copy-1", "copy-2"):
        day = tomorrow() + timedelta(days=7)
        press(client, cast, cast.operator, day=day, copy="1", idempotency_key=copy, headers=HTMX)
        assert Shift.objects.count() == 2


def test_the_night_stands_before_the_morning_and_the_shift_that_goes_on_is_marked(client, cast):
    client.force_login(cast.supervisor)
    centre = cast.city.community_centre
    with clock.at(datetime(2026, 11, 22, 19, 30, tzinfo=UTC)):
        page = client.get(f"/dispatch/rota/?centre={centre.code}")
        week = page.context["week"]
        assert [row.more for row in week.seats] == ["00:00–08:00", "08:00–16:00", "16:00–00:00"]
        assert [cell.is_now for row in week.seats for cell in row.cells] == [True, *[False] * 20]
        assert page.content.decode().count('aria-current="time"') == 1


def test_an_inspector_walks_an_area_and_the_grids_without_anybody_are_named(client, cast):
    make_post(make_user("other"), Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    client.force_login(cast.supervisor)
    cell = f"walk {tomorrow()} {cast.inspector.pk}"
    press(client, cast, cast.operator, cell=cell, shift="evening")
    shift = Shift.objects.get()
    assert (shift.user, shift.area) == (cast.inspector, cast.city.grid)
    html = client.get(
        f"{ROTA}?centre={cast.city.community_centre.code}&day={tomorrow()}", headers=ENGLISH
    ).content.decode()
    assert "17:30" in html
    assert f'title="{cast.city.other_grid}"' in html


def test_what_can_t_be_is_refused_with_words_and_nothing_is_written(client, cast, second):
    client.force_login(cast.grid_leader)

    def refused(response, words):
        assert response.status_code == 422
        assert words in response.content.decode()

    refused(press(client, cast, cast.stranger), "holds no such post there")
    refused(press(client, cast, cast.operator, day=clock.today() - timedelta(days=3)), "over already")
    refused(press(client, cast, cast.operator, shift="tea"), "no such shift")
    refused(press(client, cast, cast.operator, who=""), "Choose first whom")
    seat = (Role.OPERATOR.value, cast.city.community_centre.pk)
    set_leave(cast.operator, actor=cast.operator, first=tomorrow(), last=tomorrow(), deputies={seat: second})
    refused(press(client, cast, cast.operator), f"is away then; {second} stands in")
    on(
        cast,
        cast.dispatcher,
        make_aware(datetime.combine(tomorrow(), time(7))),
        centre=cast.city.street_centre,
    )
    refused(press(client, cast, cast.dispatcher), "has another shift then")
    assert Shift.objects.count() == 1
    for wrong in ("x y z", "", "walk", "seat 9999-99-99 early", "walk 2026-11-23 999999999999999999999"):
        assert press(client, cast, cast.operator, cell=wrong, who="").status_code == 422


def test_last_week_is_copied_once_and_says_whom_it_left_out(client, cast, second):
    monday = monday_of(clock.today()) + timedelta(days=7)
    before = make_aware(datetime.combine(monday - timedelta(days=7), time(8)))
    on(cast, cast.operator, before + timedelta(days=2))
    on(cast, second, before + timedelta(days=3))
    seat = (Role.OPERATOR.value, cast.city.community_centre.pk)
    set_leave(
        second,
        actor=second,
        first=monday,
        last=monday + timedelta(days=5),
        deputies={seat: cast.operator},
    )
    client.force_login(cast.grid_leader)
    sent = {"centre": cast.city.community_centre.code, "day": monday.isoformat(), "copy": "1"}
    html = client.post(FILL, sent, headers=ENGLISH).content.decode()
    assert "Not copied" in html
    assert f"{second} is away then" in html
    assert Shift.objects.filter(starts_at__gte=before + timedelta(days=7)).count() == 1
    client.post(FILL, sent)
    assert Shift.objects.count() == 3


def test_who_may_see_and_who_may_fill(client, cast):
    code = cast.city.community_centre.code
    for person, sees, fills in (
        (cast.operator, 200, 403),
        (cast.dispatcher, 200, 403),
        (cast.inspector, 200, 403),
        (cast.grid_leader, 200, 302),
        (cast.supervisor, 200, 302),
        (cast.leader, 200, 403),
        (cast.handler, 404, 404),
        (cast.stranger, 404, 404),
        (cast.citizen, 404, 404),
    ):
        client.force_login(person)
        page = client.get(f"{ROTA}?centre={code}")
        assert page.status_code == sees, person
        assert (b'name="cell"' in page.content) == (fills == 302), person
        day = tomorrow() + timedelta(days=Shift.objects.count())
        assert press(client, cast, cast.operator, day=day).status_code == fills, person
    client.force_login(cast.operator)
    assert client.get(f"{ROTA}?centre=nowhere").status_code == 404
    assert client.get(f"{ROTA}?day=0001-01-01").status_code == 200


def test_a_full_week_costs_no_more_queries(client, cast, second):
    client.force_login(cast.grid_leader)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"{ROTA}?day={tomorrow()}")
        return len(queries)

    press(client, cast, cast.operator)
    one = cost()
    first = monday_of(tomorrow()) + timedelta(days=7)
    for n in range(7):
        on(cast, second, make_aware(datetime.combine(first + timedelta(days=n), time(16))))
        on(cast, cast.operator, make_aware(datetime.combine(first + timedelta(days=n), time(9))), hours=5)
    assert cost() <= one


# Used


def test_the_console_says_who_sits_here_now(client, cast, second):
    address = reverse("dispatch:on_duty_now")
    client.force_login(cast.operator)
    assert client.get(reverse("cases:intake_list")).content.decode().count(address) == 1
    assert client.get(address).content.strip() == b""
    on(cast, second, clock.now() - timedelta(hours=1))
    assert str(second) in client.get(address, headers=ENGLISH).content.decode()
    client.force_login(cast.handler)
    assert str(second) not in client.get(address).content.decode()


def test_notices_of_a_queue_go_to_the_seats_on_shift_else_to_all(cast, second):
    def told(case):
        return set(
            Notice.objects.filter(subject=f"case:{case.pk}", event="case_report").values_list(
                "recipient__username", flat=True
            )
        )

    assert told(make_case(cast)) == {"operator", "second"}
    on(cast, cast.dispatcher, clock.now() - timedelta(hours=1))
    assert told(make_case(cast)) == {"operator", "second"}  # nobody of that role is on the rota
    on(cast, second, clock.now() - timedelta(hours=1))
    assert told(make_case(cast)) == {"second"}
    today, seat = clock.today(), (Role.OPERATOR.value, cast.city.community_centre.pk)
    set_leave(second, actor=second, first=today, last=today, deputies={seat: cast.operator})
    assert not on_now(cast.city.community_centre.pk).filter(user=second).exists()
    assert "operator" in told(make_case(cast))  # on the rota, but away all the same


def test_nobody_is_put_on_a_night_into_a_day_on_which_they_are_away(cast, second, settings):
    settings.SEAT_SHIFTS = {"night": "22:00-06:00"}
    day_after = tomorrow() + timedelta(days=1)
    seat = (Role.OPERATOR.value, cast.city.community_centre.pk)
    set_leave(cast.operator, actor=cast.operator, first=day_after, last=day_after, deputies={seat: second})
    night = {
        "actor": cast.supervisor,
        "organisation": cast.city.community_centre,
        "template": seat_templates()[0],
    }
    with pytest.raises(ValidationError):
        put_on(user=cast.operator, day=tomorrow(), **night)
    put_on(user=cast.operator, day=day_after + timedelta(days=1), **night)


def test_my_shifts_on_the_phone(client, cast):
    client.force_login(cast.inspector)
    client.cookies["posture"] = "phone"
    page = "/m/shifts/"
    assert "No shift in the next two weeks" in client.get(page, headers=ENGLISH).content.decode()
    put_on(
        actor=cast.supervisor,
        user=cast.inspector,
        organisation=cast.city.community_centre,
        template=area_templates()[0],
        day=tomorrow(),
        area=cast.city.grid,
    )
    html = client.get(page, headers=ENGLISH).content.decode()
    assert str(cast.city.grid) in html
    assert "08:30" in html
    assert page in client.get("/me/").content.decode()
    client.force_login(cast.operator)
    assert str(cast.city.grid) not in client.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_put_on_twice_at_once_somebody_has_one_shift(cast):
    def put():
        return put_on(
            actor=cast.supervisor,
            user=cast.operator,
            organisation=cast.city.community_centre,
            template=seat_templates()[0],
            day=tomorrow(),
        )

    results = race(put, put)
    assert sorted(isinstance(one, ValidationError) for one in results) == [False, True]
    assert Shift.objects.count() == 1

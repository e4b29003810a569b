"""/rota/, /shifts/, /handovers/: filling the duty rota and handing a shift over, over the API."""

from datetime import timedelta

import pytest

from dispatch.models import Shift
from gridgov import clock
from grids.models import Role
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cast):
    user = make_user("second")
    make_post(user, Role.OPERATOR, cast.city.community_centre)
    return user


@pytest.fixture
def shift(cast):
    """The operator's, which ends in an hour."""
    ends = clock.now() + timedelta(hours=1)
    centre = cast.city.community_centre
    return Shift.objects.create(
        user=cast.operator, organisation=centre, starts_at=ends - timedelta(hours=8), ends_at=ends
    )


def tomorrow(**fields):
    day = clock.today() + timedelta(days=1)
    return {"day": day.isoformat(), **fields}


def send(user, path, body=None, centre=None):
    asked = {"centre": centre.code} if centre else {}
    return Caller(user).post(f"{V1}{path}", body or {}, format="json", query_params=asked)


def test_a_week_is_filled_shown_copied_and_emptied(cast):
    seat = tomorrow(person="operator", shift="early")
    centre = cast.city.community_centre
    made = send(cast.supervisor, "rota/", seat, centre)
    assert (made.status_code, made.json()["shift"], made.json()["area"]) == (201, "early", None)
    walk = tomorrow(person="inspector", shift="day", area=cast.city.grid.code)
    assert send(cast.supervisor, "rota/", walk, centre).json()["area"] == cast.city.grid.code
    asked = {"centre": centre.code, "day": seat["day"]}
    week = Caller(cast.operator).get(f"{V1}rota/", asked).json()
    assert {one["person"] for one in week["shifts"]} == {str(cast.operator), str(cast.inspector)}
    assert not week["may_fill"]
    assert [one["id"] for one in Caller(cast.operator).get(f"{V1}shifts/").json()] == [made.json()["id"]]
    later = {"day": (clock.today() + timedelta(days=8)).isoformat()}
    assert send(cast.supervisor, "rota/copy/", later, centre).json() == {"copied": 2, "left_out": []}
    off = f"shifts/{made.json()['id']}/take-off/"
    assert send(cast.operator, off).status_code == 403
    assert send(cast.supervisor, off).status_code == 204
    assert send(cast.supervisor, off).status_code == 404
    assert Shift.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"shift": "teatime"}, 400, "no_shift"),
        ({"person": "nobody"}, 400, "does_not_exist"),
        ({"person": "a\0b"}, 400, "invalid"),
        ({"person": "handler"}, 400, "no_post"),
        ({"day": "soon"}, 400, "invalid"),
        ({"day": "0202-01-01"}, 400, "implausible_day"),
        ({"day": "2020-01-01"}, 400, "over"),
    ],
)
def test_what_can_t_be_filled_is_said(cast, change, status, code):
    seat = {**tomorrow(person="operator", shift="early"), **change}
    answer = send(cast.supervisor, "rota/", seat, cast.city.community_centre)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_who_may_not_fill_it_may_look_and_strangers_find_nothing(cast, shift):
    centre = cast.city.community_centre
    for path in ("rota/", "rota/copy/"):
        assert send(cast.operator, path, tomorrow(person="operator", shift="early")).status_code == 403
        assert send(None, path, {}, centre).status_code == 401
        for person in (cast.stranger, cast.handler, cast.citizen):
            assert send(person, path, {}, centre).status_code == 404  # not what is missing
        assert send(cast.supervisor, path, ["no"], centre).status_code == 400
    for person in (cast.stranger, cast.handler, cast.citizen):
        caller = Caller(person)
        for path in ("rota/", "handovers/"):
            assert caller.get(f"{V1}{path}", {"centre": centre.code}).status_code == 404
        assert caller.get(f"{V1}shifts/").json() == []
        assert caller.get(f"{V1}shifts/{shift.pk}/").status_code == 404
        for step in ("take-off", "hand-over", "take-over"):
            assert send(person, f"shifts/{shift.pk}/{step}/", {"to": 7}).status_code == 404


def test_a_shift_is_handed_over_and_signed(cast, second, shift):
    path = f"shifts/{shift.pk}/"
    now = Caller(cast.operator).get(f"{V1}{path}").json()
    assert {line["name"] for line in now["open"]} >= {"intake", "overdue"}
    assert (now["may_hand_over"], now["may_take_over"]) == (True, False)
    assert codes(send(second, f"{path}take-over/")) == ["step_not_allowed"]
    assert send(second, f"{path}hand-over/").status_code == 403
    assert codes(send(cast.operator, f"{path}hand-over/", {"to": "handler"})) == ["does_not_sit_here"]
    handed = send(cast.operator, f"{path}hand-over/", {"to": "second", "note": "7 号楼停电"}).json()
    assert (handed["note"], handed["may_hand_over"]) == ("7 号楼停电", False)
    assert codes(send(cast.operator, f"{path}hand-over/")) == ["step_not_allowed"]
    assert send(cast.operator, f"{path}take-over/").status_code == 403
    assert Caller(second).get(f"{V1}{path}").json()["may_take_over"]
    assert send(second, f"{path}take-over/").json()["taken_over_at"]
    assert codes(send(second, f"{path}take-over/")) == ["already_taken"]
    (row,) = Caller(second).get(f"{V1}handovers/").json()["results"]
    assert (row["id"], row["handed_over_to"] is None) == (shift.pk, False)


def test_a_key_hands_over_once(cast, shift):
    caller, path = Caller(cast.operator), f"{V1}shifts/{shift.pk}/hand-over/"
    first, again = (
        caller.post(path, {"note": "记得"}, format="json", headers={"Idempotency-Key": "k1"}) for _ in "12"
    )
    assert (first.status_code, again.status_code, first.content) == (200, 200, again.content)

"""/leave/: who is away and who stands in, over the API."""

from datetime import timedelta

import pytest

from gridgov import clock
from grids.models import Post, Role
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(cast):
    """A second inspector of the station, in the other grid."""
    user = make_user("colleague")
    make_post(user, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    return user


def days(cast, deputy="colleague", first=1, last=3, **fields):
    seat = {"role": "inspector", "organisation": cast.city.community_centre.code, "deputy": deputy}
    today = clock.today()
    return {
        "first": (today + timedelta(days=first)).isoformat(),
        "last": (today + timedelta(days=last)).isoformat(),
        "deputies": [seat],
        **fields,
    }


def send(user, path, body, person=""):
    return Caller(user).post(f"{V1}{path}", body, format="json", query_params={"person": person})


def test_one_is_away_seen_by_those_concerned_and_back(cast, colleague):
    made = send(cast.inspector, "leave/", days(cast, first=0))
    assert (made.status_code, made.json()["username"]) == (201, "inspector")
    (stand_in,) = made.json()["stand_ins"]
    assert (stand_in["area"], stand_in["deputy"]) == (cast.city.grid.code, str(colleague))
    for person, part in (
        (cast.inspector, "mine"), (colleague, "stands_in_for"), (cast.grid_leader, "led"), (cast.supervisor, "led"),
    ):  # fmt: skip
        seen = Caller(person).get(f"{V1}leave/").json()
        assert [one["first"] for one in seen[part]] == [made.json()["first"]]
        assert seen[part][0]["may_end"] is (person != colleague)
    assert send(cast.inspector, "leave/end/", {"first": made.json()["first"]}).status_code == 204
    assert codes(send(cast.inspector, "leave/end/", {"first": made.json()["first"]})) == ["step_not_allowed"]
    assert Caller(cast.inspector).get(f"{V1}leave/").json()["mine"] == []


def test_who_leads_sets_it_and_ends_it(cast, colleague):
    for leader in (cast.grid_leader, cast.supervisor):
        made = send(leader, "leave/", days(cast), "inspector")
        assert made.json()["username"] == "inspector"
        ended = send(leader, "leave/end/", {"first": made.json()["first"]}, "inspector")
        assert ended.status_code == 204


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"deputy": "handler"}, "no_candidate"),
        ({"deputy": "nobody"}, "does_not_exist"),
        ({"deputy": "a\0b"}, "invalid"),
        ({"deputies": []}, "deputy_missing"),
        ({"first": -1}, "passed"),
        ({"first": 3, "last": 1}, "order"),
        ({"last": 400}, "too_long"),
    ],
)
def test_what_can_t_be_is_said(cast, colleague, fields, code):
    answer = send(cast.inspector, "leave/", days(cast, **fields))
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert not Post.objects.stand_ins().exists()


def test_strangers_can_t_tell_who_there_is(cast, colleague):
    send(cast.inspector, "leave/", days(cast))
    first = (clock.today() + timedelta(days=1)).isoformat()
    for person in (cast.stranger, cast.handler, cast.citizen, colleague, cast.operator):
        for name in ("inspector", "nobody", "a\0b"):
            assert send(person, "leave/", days(cast, deputies="no"), name).status_code == 404
            assert send(person, "leave/end/", {"first": first}, name).status_code == 404
        seen = Caller(person).get(f"{V1}leave/").json()
        assert seen == {"mine": [], "stands_in_for": [], "led": []}
    assert send(None, "leave/", days(cast)).status_code == 401
    assert send(cast.inspector, "leave/", ["no"]).status_code == 400
    assert Post.objects.stand_ins().count() == 1

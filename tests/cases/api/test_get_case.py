"""GET cases/<number>/: one case in full."""

import pytest

from cases import services
from cases.workflow import Status
from tests.case_factories import case_in, make_case, stored
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import inside

pytestmark = pytest.mark.django_db


def get(user, case, **more):
    return Caller(user).get(f"{V1}cases/{case.number}/", **more)


def actions(response):
    return [row["action"] for row in response.json()["available_actions"]]


def test_a_case_is_told_in_full(cast):
    point = inside(cast.city.grid)
    case = make_case(cast, device_point=point, accuracy_m=12.5, photos=stored(cast.inspector))

    told = get(cast.operator, case).json()

    assert told["number"] == case.number
    assert told["status"] == "reported"
    assert told["level"] == "community"
    assert told["light"] == "green"
    assert told["point"] == told["device_point"] == {"lon": point.x, "lat": point.y}
    assert told["accuracy_m"] == 12.5
    assert [area["level"] for area in told["areas"]] == ["district", "street", "community", "grid"]
    assert told["holder"]["code"] == cast.city.community_centre.code
    assert told["unit"] is None
    assert told["case_class"]["name"] == "路灯"
    assert told["reporter"] == "inspector"
    assert told["photos"][0]["kind"] == "before"


def test_the_version_is_the_etag(cast):
    case = case_in(Status.DISPATCHED, cast)

    response = get(cast.handler, case)

    assert response.headers["ETag"] == f'"{response.json()["version"]}"' == '"3"'


def test_everybody_is_offered_what_they_may_do(cast):
    case = make_case(cast)

    assert "register" in actions(get(cast.operator, case))
    assert "settle" in actions(get(cast.inspector, case))
    assert actions(get(cast.leader, case)) == ["urge", "comment"]


def test_an_offer_leads_to_the_step(cast):
    case = case_in(Status.HANDLED, cast)

    offers = {row["action"]: row for row in get(cast.grid_leader, case).json()["available_actions"]}

    assert offers["verify_pass"]["url"] == offers["verify_fail"]["url"] == f"{V1}cases/{case.number}/verify/"
    assert (
        Caller(cast.grid_leader)
        .post(offers["verify_pass"]["url"], {"passed": True, "note": "好了"})
        .status_code
        == 200
    )


def test_a_decision_is_offered_only_when_something_is_asked(cast):
    case = case_in(Status.HANDLING, cast)
    assert "return" not in actions(get(cast.dispatcher, case))

    Caller(cast.handler).step(case, "ask-return", {"reason": "不是我们的"})

    response = get(cast.dispatcher, case)
    assert {"return", "refuse_request"} <= set(actions(response))
    assert response.json()["request"] == "ask_return"


def test_joined_cases_name_each_other(cast):
    into, case = make_case(cast), make_case(cast)
    services.merge_case(case.pk, actor=cast.operator, into_id=into.pk)

    assert get(cast.operator, into).json()["merged"] == [case.number]
    assert get(cast.operator, case).json()["merged_into"] == into.number


@pytest.mark.parametrize("who", ["stranger", "citizen"])
def test_somebody_who_may_not_see_it_is_told_there_is_nothing(cast, who):
    case = make_case(cast)

    response = get(getattr(cast, who), case)

    assert response.status_code == 404
    assert codes(response) == ["not_found"]


def test_an_unknown_number_looks_the_same(cast):
    hidden = get(cast.stranger, make_case(cast))

    unknown = Caller(cast.stranger).get(f"{V1}cases/440605-20200101-000001/")

    assert unknown.status_code == 404
    assert unknown.json() == hidden.json()


def test_nobody_is_asked_to_log_in(cast):
    assert get(None, make_case(cast)).status_code == 401


def test_labels_come_in_the_language_that_is_asked_for(cast):
    case = make_case(cast)

    english = get(cast.operator, case, headers={"Accept-Language": "en"}).json()

    assert {row["action"]: row["label"] for row in english["available_actions"]}[
        "order_check"
    ] == "order a check"


def test_the_number_of_queries_does_not_grow_with_photos_and_joined_cases(
    cast, django_assert_max_num_queries
):
    plain, full = make_case(cast), make_case(cast, photos=stored(cast.inspector, "red", "green", "blue"))
    for _ in range(3):
        services.merge_case(make_case(cast).pk, actor=cast.operator, into_id=full.pk)
    counts = []
    for case in (plain, full):
        caller = Caller(cast.operator)
        with django_assert_max_num_queries(15) as queries:
            caller.get(f"{V1}cases/{case.number}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]

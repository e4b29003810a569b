"""What holds for every step: who may ask at all, versions, keys, languages, cost."""

import uuid

import pytest

from cases import services
from cases.api import steps
from cases.api import urls as cases_urls
from cases.models import Case, CaseEvent
from cases.workflow import Status
from dispatch.api import urls as dispatch_urls
from tests.case_factories import case_in, jpeg, make_case
from tests.cases.api.caller import V1, Caller, codes

pytestmark = pytest.mark.django_db

STEPS = {
    pattern.name.removeprefix("api-").removesuffix("-case"): str(pattern.pattern)
    for pattern in (*cases_urls.urlpatterns, *dispatch_urls.urlpatterns)
    if pattern.name.endswith("-case") and pattern.name not in ("api-case", "api-public-case")
}
# Enough for the step to be judged.
BODIES = {
    "answer-check": {"is_true": True},
    "answer-urging": {"note": "明早修好"},
    "ask-deferral": {"reason": "等规划", "until": "2030-01-01T00:00:00Z"},
    "ask-extension": {"reason": "等材料", "until": "2030-01-01T00:00:00Z"},
    "ask-return": {"reason": "不是我们的"},
    "ask-suspension": {"reason": "等材料", "until": "2030-01-01T00:00:00Z"},
    "comment": {"text": "看过了"},
    "decide-request": {"granted": True},
    "end-emergency": {"summary": "已处置"},
    "escalate": {"reason": "太难"},
    "feed-back": {"note": "好了"},
    "feed-back-part": {"note": "好了"},
    "recall": {"reason": "派错了"},
    "record-answer": {"contacted": True, "solved": True, "satisfied": "yes"},
    "refuse": {"reason": "不属于受理范围"},
    "reopen": {"reason": "又坏了"},
    "urge": {"note": "请说明"},
    "verify": {"passed": True, "note": "好了"},
    "void": {"reason": "测试"},
}


def test_there_is_an_endpoint_for_every_step_that_people_take():
    assert sorted(STEPS) == [
        "accept", "accept-part", "amend", "answer-check", "answer-urging", "ask-deferral", "ask-extension", "ask-return",
        "ask-suspension", "comment", "decide-request", "declare-emergency", "dispatch", "end-emergency", "escalate",
        "feed-back", "feed-back-part", "join-unit", "merge", "order-check", "recall", "record-answer", "refuse", "register", "release-unit",
        "reopen", "resume", "settle", "unmerge", "urge", "verify", "void",
    ]  # fmt: skip


def test_nobody_is_asked_to_log_in(cast):
    case, nobody = make_case(cast), Caller()

    assert [step for step in STEPS if nobody.step(case, step, BODIES.get(step)).status_code != 401] == []


def test_a_stranger_finds_nothing(cast):
    case, stranger = case_in(Status.HANDLING, cast), Caller(cast.stranger)

    assert [step for step in STEPS if stranger.step(case, step, BODIES.get(step)).status_code != 404] == []
    assert CaseEvent.objects.filter(case=case).count() == 4


def test_somebody_whose_post_does_not_allow_it_is_told_so(cast):
    response = Caller(cast.leader).step(make_case(cast), "register")

    assert response.status_code == 403
    assert codes(response) == ["not_permitted"]


def test_a_step_that_leads_nowhere_from_here_is_a_conflict(cast):
    response = Caller(cast.operator).step(case_in(Status.CLOSED, cast), "register")

    assert response.status_code == 409
    assert codes(response) == ["step_not_allowed"]


def test_the_answer_is_the_case_as_it_is_then(cast):
    response = Caller(cast.operator).step(make_case(cast), "register")

    told = response.json()
    assert (told["status"], told["version"], response.headers["ETag"]) == ("registered", 2, '"2"')
    assert [row["action"] for row in told["available_actions"]] == ["merge", "amend", "alarm", "comment"]


def test_other_methods_are_not_for_steps(cast):
    case = make_case(cast)

    assert Caller(cast.operator).get(f"{V1}cases/{case.number}/register/").status_code == 405


# If-Match


@pytest.mark.parametrize("seen", ['"1"', "*", '"7", "1"'])
def test_a_step_with_the_present_version_is_taken(cast, seen):
    response = Caller(cast.operator).step(make_case(cast), "register", headers={"If-Match": seen})

    assert response.status_code == 200


@pytest.mark.parametrize("seen", ['"2"', '"0"', "1", "nonsense", '""'])
def test_a_step_with_another_version_is_not_taken(cast, seen):
    case = make_case(cast)

    response = Caller(cast.operator).step(case, "register", headers={"If-Match": seen})

    case.refresh_from_db()
    assert response.status_code == 412
    assert codes(response) == ["case_moved_on"]
    assert case.status == Status.REPORTED


def test_the_version_is_looked_at_again_under_the_lock(cast, monkeypatch):
    case, look = make_case(cast), steps._seen

    def look_before_somebody_is_quicker(number, user):
        found = look(number, user)
        services.comment_case(case.pk, actor=cast.operator, text="先说一句")
        return found

    monkeypatch.setattr(steps, "_seen", look_before_somebody_is_quicker)

    response = Caller(cast.operator).step(case, "register", headers={"If-Match": '"1"'})

    case.refresh_from_db()
    assert response.status_code == 412
    assert (case.status, case.version) == (Status.REPORTED, 2)


# Idempotency-Key


def test_a_step_sent_twice_under_one_key_is_taken_once(cast):
    case, caller = make_case(cast), Caller(cast.operator)
    key = {"Idempotency-Key": str(uuid.uuid4())}

    first, second = (caller.step(case, "comment", {"text": "看过了"}, headers=key) for _ in range(2))

    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert CaseEvent.objects.filter(case=case, action="comment").count() == 1


def test_one_key_for_two_steps_is_refused(cast):
    case, caller = make_case(cast), Caller(cast.operator)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    caller.step(case, "comment", {"text": "看过了"}, headers=key)

    response = caller.step(case, "register", headers=key)

    assert response.status_code == 422
    assert codes(response) == ["key_reused"]


def test_every_step_takes_a_key(cast):
    case, operator, key = make_case(cast), Caller(cast.operator), {"Idempotency-Key": "not plain"}

    answers = {step: operator.step(case, step, headers=key) for step in STEPS}

    assert {answer.status_code for answer in answers.values()} == {400}
    assert {step for step, answer in answers.items() if codes(answer) != ["key_malformed"]} == set()


# Photos


@pytest.mark.parametrize(
    ("step", "status", "who"),
    [
        ("settle", Status.REPORTED, "inspector"),
        ("answer-check", Status.CHECKING, "inspector"),
        ("feed-back", Status.HANDLING, "handler"),
        ("verify", Status.HANDLED, "grid_leader"),
    ],
)
def test_photos_come_along_as_a_form(cast, step, status, who):
    case = case_in(status, cast)
    fields = {**BODIES.get(step, {}), "photos": [jpeg(), jpeg(colour="red")]}

    response = Caller(getattr(cast, who)).step(case, step, fields, format="multipart")

    assert response.status_code == 200
    assert [photo["seq"] for photo in response.json()["photos"]] == [case.version + 1] * 2


@pytest.mark.parametrize(
    ("step", "field"), [("verify", "passed"), ("answer-check", "is_true"), ("decide-request", "granted")]
)
@pytest.mark.parametrize("kind", ["json", "multipart"])
def test_an_answer_that_is_left_out_is_not_a_no(cast, step, field, kind):
    case = case_in(Status.HANDLED, cast)

    response = Caller(cast.grid_leader).step(case, step, {"note": "看过了"}, format=kind)

    assert response.status_code == 400
    assert [(error["attr"], error["code"]) for error in response.json()["errors"]] == [(field, "required")]


# Language and cost


def test_refusals_come_in_the_language_that_is_asked_for(cast):
    case = case_in(Status.CLOSED, cast)

    response = Caller(cast.operator).step(case, "register", headers={"Accept-Language": "en"})

    assert response.json()["errors"][0]["detail"].startswith("This step is not possible any more")


@pytest.mark.parametrize("step", ["register", "comment"])
def test_a_step_takes_few_queries(cast, django_assert_max_num_queries, step):
    case, caller = make_case(cast), Caller(cast.operator)

    with django_assert_max_num_queries(25):
        assert caller.step(case, step, BODIES.get(step)).status_code == 200


def test_a_number_that_cannot_be_is_not_found(cast):
    assert Caller(cast.operator).post(f"{V1}cases/{'9' * 300}/register/").status_code == 404
    assert Case.objects.count() == 0

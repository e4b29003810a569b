"""Two people on one case: the second write is told what changed, and nothing is overwritten."""

import pytest
from django.test import Client

from cases.services import comment_case, refuse_case, register_case
from cases.workflow import Status
from tests.case_factories import case_in, make_case, make_cast, make_city
from tests.cases.api.caller import Caller, codes
from tests.pages import HTMX
from tests.racing import race

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def send(client, case, step, **fields):
    return client.post(f"/cases/{case.number}/{step}/", fields, headers=ENGLISH)


def test_a_form_carries_the_version_it_was_shown_with(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    for headers in ({}, HTMX):
        page = client.get(f"/cases/{case.number}/refuse/", headers=headers).content.decode()
        assert f'name="version" value="{case.version}"' in page


def test_who_was_overtaken_is_told_and_what_they_typed_stays(client, cast):
    case = make_case(cast)
    comment_case(case.pk, actor=cast.operator, text="先看看")
    case.refresh_from_db()
    seen = case.version
    Caller(cast.operator).step(case, "amend", {"description": "路灯已倒"})
    client.force_login(cast.operator)
    page = send(client, case, "refuse", reason="不属于受理范围", version=seen)
    text = page.content.decode()
    case.refresh_from_db()
    assert page.status_code == 422
    assert "Meanwhile somebody else has worked on this case" in text
    assert "Corrected: description" in text
    assert str(cast.operator) in text
    assert "先看看" not in text.partition("overtaken")[2].partition("</section>")[0]
    assert "不属于受理范围" in text
    assert f'name="version" value="{case.version}"' in text
    assert case.status == Status.REPORTED
    again = send(client, case, "refuse", reason="不属于受理范围", version=[seen, case.version])
    assert again.status_code == 302
    case.refresh_from_db()
    assert case.status == Status.REFUSED


def test_a_step_that_is_no_longer_possible_says_who_did_what_and_gives_the_words_back(client, cast):
    case = make_case(cast)
    register_case(case.pk, actor=cast.operator)
    client.force_login(cast.operator)
    page = send(client, case, "refuse", reason="不属于受理范围", version=1)
    assert page.status_code == 409
    for words in ("Registered", "no longer possible", "不属于受理范围"):
        assert words in page.content.decode()
    # It takes the form's place, with the head as the case stands now.
    over = page.content.decode().partition("data-step-over")[2]
    assert case.number in over.partition("</header>")[0]
    assert "<form" not in over.partition("</main>")[0]
    part = client.post(
        f"/cases/{case.number}/refuse/", {"reason": "不属于", "version": 1}, headers={**ENGLISH, **HTMX}
    )
    assert part.status_code == 422
    assert "不属于" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_what_lacks_something_keeps_the_version_it_was_shown_with(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    page = send(client, case, "refuse", reason="", version=1)
    assert page.status_code == 422
    assert 'name="version" value="1"' in page.content.decode()
    assert "Meanwhile" not in page.content.decode()


def test_comments_take_nobodys_decision_away_and_are_never_overtaken(client, cast):
    case = make_case(cast)
    comment_case(case.pk, actor=cast.operator, text="在路口东侧")
    client.force_login(cast.operator)
    assert send(client, case, "refuse", reason="重复", version=1).status_code == 302
    assert send(client, case, "comment", text="已告知", version=1).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999", "-1"])
def test_a_version_that_is_none_asks_for_nothing(client, cast, version):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert send(client, case, "refuse", reason="重复", version=version).status_code == 302


def test_who_never_might_is_told_that_and_a_stranger_nothing(client, cast):
    case = make_case(cast)
    register_case(case.pk, actor=cast.operator)
    client.force_login(cast.inspector)
    assert send(client, case, "dispatch", unit=cast.city.team.pk, version=2).status_code == 403
    client.force_login(cast.stranger)
    assert send(client, case, "dispatch", unit=cast.city.team.pk, version=1).status_code == 404


def test_the_api_answers_with_the_rows_since(cast):
    case = make_case(cast)
    comment_case(case.pk, actor=cast.operator, text="先看看")
    register_case(case.pk, actor=cast.operator)
    caller = Caller(cast.operator)
    answer = caller.step(case, "refuse", {"reason": "重复", "version": 1})
    assert answer.status_code == 409
    assert codes(answer) == ["overtaken"]
    assert [row["action"] for row in answer.json()["since"]] == ["comment", "register"]
    plain = caller.step(case, "refuse", {"reason": "重复"})
    assert (plain.status_code, codes(plain)) == (409, ["step_not_allowed"])
    taken = Caller(cast.dispatcher).step(case, "dispatch", {"version": 3})
    assert taken.status_code == 200


def test_the_api_leaves_the_key_of_an_overtaken_step_free(cast):
    case = make_case(cast)
    register_case(case.pk, actor=cast.operator)
    caller, key = Caller(cast.dispatcher), {"Idempotency-Key": "k-1"}
    assert caller.step(case, "dispatch", {"version": 1}, headers=key).status_code == 409
    assert caller.step(case, "dispatch", {"version": 2}, headers=key).status_code == 200


def test_a_comment_over_the_api_is_never_overtaken(cast):
    case = make_case(cast)
    refuse_case(case.pk, actor=cast.operator, reason="重复")
    assert Caller(cast.operator).step(case, "comment", {"text": "好", "version": 1}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_dispatchers_with_the_same_version_one_wins_and_the_other_is_told(settings):
    cast = make_cast(make_city())
    case = case_in(Status.REGISTERED, cast)
    units = (cast.city.team, cast.city.street_department)

    def dispatch(unit):
        client = Client()
        client.force_login(cast.dispatcher)
        return lambda: send(client, case, "dispatch", unit=unit.pk, note="请尽快", version=case.version)

    answers = race(*map(dispatch, units))
    assert sorted(answer.status_code for answer in answers) == [302, 409], answers
    loser = next(answer for answer in answers if answer.status_code == 409).content.decode()
    case.refresh_from_db()
    assert f"Dispatched to {case.unit}" in loser
    assert "请尽快" in loser
    assert case.events.filter(action="dispatch").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_overwrite_nothing():
    cast = make_cast(make_city())
    case = make_case(cast)

    def amend(words):
        return lambda: Caller(cast.operator).step(case, "amend", {"description": words, "version": 1})

    answers = race(amend("第一"), amend("第二"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert case.events.filter(action="amend").count() == 1

"""One step with many cases at once."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from cases.bulk import take_each
from cases.models import Case, CaseEvent
from cases.services import amend_case, comment_case, register_case
from cases.workflow import Action, Status
from dispatch.models import Responsibility
from dispatch.services import ask_extension, ask_return
from gridgov import clock
from gridgov.progress import say_how_far
from grids.models import Role
from tests.case_factories import case_in, make_case
from tests.factories import make_post, make_user
from tests.pages import HTMX
from tests.racing import race

pytestmark = pytest.mark.django_db
URL, PROGRESS = "/cases/bulk/", "/cases/bulk/progress/"
EN = {"Accept-Language": "en"}


def send(client, step, cases, **fields):
    numbers = [getattr(case, "number", case) for case in cases]
    return client.post(URL, {"step": step, "number": numbers, **fields}, headers=EN)


def seen(cases):
    """As the form carries it: each case's number with the version that it is shown in."""
    mine = Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk")
    return [f"{number}:{version}" for number, version in mine.values_list("number", "version")]


def statuses(cases):
    return [Case.objects.get(pk=case.pk).status for case in cases]


def rows_of(action):
    return CaseEvent.objects.filter(action=action)


def test_fifty_cases_are_registered_at_once_and_each_has_its_row(client, cast):
    cases = [make_case(cast) for _ in range(50)]
    client.force_login(cast.operator)
    answer = send(client, "register_case", cases)
    assert answer.status_code == 200
    assert answer.context["outcome"].done == [case.number for case in cases]
    assert "50 done" in answer.content.decode()
    assert set(statuses(cases)) == {Status.REGISTERED}
    rows = rows_of(Action.REGISTER)
    assert rows.count() == 50
    assert set(rows.values_list("actor", flat=True)) == {cast.operator.pk}


def test_each_is_dispatched_to_the_unit_that_answers_for_it_and_the_form_says_how_many_go_where(client, cast):
    cases = [case_in(Status.REGISTERED, cast) for _ in range(3)]
    client.force_login(cast.dispatcher)
    page = client.get(URL, {"number": [case.number for case in cases]}, headers=EN)
    assert page.context["step"].name == "dispatch_case"
    assert page.context["foretells"] == [f"{cast.city.team.name}: 3"]
    first = next(iter(page.context["form"]["unit"].subwidgets))
    assert (str(first.choice_label), first.data["selected"]) == ("Each to the unit that answers for it", True)
    send(client, "dispatch_case", cases)
    assert set(Case.objects.values_list("unit", flat=True)) == {cast.city.team.pk}


def test_or_all_to_one_unit(client, cast):
    cases = [case_in(Status.REGISTERED, cast) for _ in range(2)]
    client.force_login(cast.dispatcher)
    unit = cast.city.street_department
    send(client, "dispatch_case", cases, unit=unit.pk, note="今晚前处置")
    assert set(Case.objects.values_list("unit", flat=True)) == {unit.pk}
    assert set(rows_of(Action.DISPATCH).values_list("note", flat=True)) == {"今晚前处置"}


def test_a_unit_that_could_not_get_them_all_is_not_on_offer(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    elsewhere = cast.stranger.posts.first().organisation
    answer = send(client, "dispatch_case", [case], unit=elsewhere.pk, note="快")
    assert answer.status_code == 422
    assert "快" in answer.content.decode()
    assert statuses([case]) == [Status.REGISTERED]


def test_those_that_could_not_are_named_with_their_reason_and_stay_on_the_form(client, cast):
    named, unnamed = (
        case_in(Status.REGISTERED, cast),
        case_in(Status.REGISTERED, cast, case_class=cast.city.other_class),
    )
    over, reported = case_in(Status.DISPATCHED, cast), make_case(cast)
    Responsibility.objects.filter(unit=cast.city.team).update(case_class=cast.city.case_class)
    client.force_login(cast.dispatcher)
    answer = send(client, "dispatch_case", [named, unnamed, over, reported, "440000-1"], note="请尽快")
    outcome = answer.context["outcome"]
    assert outcome.done == [named.number]
    reasons = {each.number: each.reason for each in outcome.not_done}
    assert list(reasons) == [unnamed.number, over.number, reported.number, "440000-1"]
    assert "No responsibility names a unit" in reasons[unnamed.number]
    assert reasons[over.number] == "It is “dispatched” now."
    assert reasons["440000-1"] == "There is nothing here."
    assert statuses([unnamed, over, reported]) == [Status.REGISTERED, Status.DISPATCHED, Status.REPORTED]
    assert answer.context["numbers"] == list(reasons)
    assert answer.context["form"]["note"].value() == "请尽快"


@pytest.mark.parametrize(
    ("step", "person", "status", "fields", "then"),
    [
        ("refuse_case", "operator", Status.REPORTED, {"reason": "不属受理范围"}, Status.REFUSED),
        ("order_check", "operator", Status.REPORTED, {"note": "请去看看"}, Status.CHECKING),
        ("recall_case", "dispatcher", Status.DISPATCHED, {"reason": "派遣有误"}, Status.REGISTERED),
        ("escalate_case", "dispatcher", Status.REGISTERED, {"reason": "超出权限"}, Status.REGISTERED),
        ("void_case", "supervisor", Status.HANDLING, {"reason": "测试数据"}, Status.VOID),
        ("comment_case", "leader", Status.CLOSED, {"text": "请加快"}, Status.CLOSED),
    ],
)
def test_every_step_for_many_goes_through_its_own_service(client, cast, step, person, status, fields, then):
    cases = [case_in(status, cast) for _ in range(2)]
    client.force_login(getattr(cast, person))
    outcome = send(client, step, cases, **fields).context["outcome"]
    assert (len(outcome.done), outcome.not_done) == (2, [])
    assert statuses(cases) == [then, then]
    last = [case.events.order_by("-seq").first() for case in cases]
    assert {event.note for event in last} == set(fields.values())


@pytest.mark.parametrize(("answer", "action"), [("yes", Action.EXTEND), ("no", Action.REFUSE_REQUEST)])
def test_requests_are_decided_together(client, cast, answer, action):
    cases = [case_in(Status.HANDLING, cast) for _ in range(2)]
    for case in cases:
        ask_extension(
            case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + timedelta(hours=1)
        )
    client.force_login(cast.supervisor)
    send(client, "decide_request", cases, granted=answer, note="理由不充分")
    assert rows_of(action).count() == 2


def test_many_are_urged_with_the_same_words(client, cast):
    cases = [case_in(Status.HANDLING, cast) for _ in range(2)]
    client.force_login(cast.supervisor)
    outcome = send(client, "urge_case", cases, note="今日内反馈", level="1").context["outcome"]
    assert (len(outcome.done), outcome.not_done) == (2, [])
    assert rows_of(Action.URGE).count() == 2


def test_what_is_missing_is_said_and_what_was_typed_stays(client, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    client.force_login(cast.dispatcher)
    answer = send(client, "decide_request", [case], granted="no")
    assert answer.status_code == 422
    assert "Say why not" in answer.content.decode()
    client.force_login(cast.operator)
    answer = send(client, "refuse_case", [make_case(cast)], reason="  ")
    assert answer.status_code == 422
    assert not rows_of(Action.REFUSE).exists()


def test_the_second_click_does_nothing_twice_and_is_told_the_same(client, cast):
    cases = [make_case(cast) for _ in range(3)]
    client.force_login(cast.operator)
    key = str(uuid.uuid4())
    first = send(client, "comment_case", cases, text="请加快", idempotency_key=key)
    second = send(client, "comment_case", cases, text="请加快", idempotency_key=key)
    assert first.context["outcome"] == second.context["outcome"]
    assert rows_of(Action.COMMENT).count() == 3


def test_more_than_fifty_are_too_many_and_none_is_nothing(client, cast):
    client.force_login(cast.operator)
    answer = send(client, "register_case", [f"440000-{n}" for n in range(51)])
    assert answer.status_code == 422
    assert "At most 50 cases at once" in answer.content.decode()
    assert "No case is selected" in client.get(URL, headers=EN).content.decode()


def test_strangers_find_nothing_and_nobody_finds_a_step_that_there_is_not(client, cast):
    case = make_case(cast)
    client.force_login(cast.stranger)
    assert send(client, "register_case", [case]).status_code == 404
    page = client.get(URL, {"number": case.number}, headers=EN)
    assert case.address not in page.content.decode()
    client.force_login(cast.operator)
    assert send(client, "settle_case", [case]).status_code == 404
    assert statuses([case]) == [Status.REPORTED]


def test_whoever_may_not_is_told_for_each(client, cast):
    case = make_case(cast)
    client.force_login(cast.leader)
    outcome = send(client, "register_case", [case]).context["outcome"]
    assert [each.code for each in outcome.not_done] == ["not_permitted"]


def test_only_what_suits_some_of_them_is_offered_and_a_letter_names_it(client, cast):
    cases = [make_case(cast), case_in(Status.REGISTERED, cast)]
    client.force_login(cast.operator)
    asked = {"number": [case.number for case in cases]}
    steps = {each["step"].name: each["suits"] for each in client.get(URL, asked).context["steps"]}
    assert steps["register_case"] == steps["refuse_case"] == 1
    assert steps["comment_case"] == 2
    assert not {"dispatch_case", "void_case"} & set(steps)
    assert client.get(URL, {**asked, "key": "f"}).context["step"].name == "refuse_case"


def test_what_somebody_worked_on_since_the_form_was_shown_is_left_as_it_stands(client, cast):
    cases = [make_case(cast) for _ in range(3)]
    client.force_login(cast.operator)
    page = client.get(URL, {"number": [case.number for case in cases], "step": "refuse_case"}, headers=EN)
    shown = re.findall('name="seen" value="(.*?)"', page.content.decode())
    assert shown == seen(cases)
    other = make_user("operator2")
    make_post(other, Role.OPERATOR, cast.city.community_centre)
    amend_case(cases[0].pk, actor=other, description="路灯已倒，很危险")
    comment_case(cases[1].pk, actor=other, text="我在看")
    bare = send(client, "refuse_case", cases, seen=shown)
    assert bare.status_code == 422
    assert bare.context["seen"] == dict(zip([c.number for c in cases], [1, 1, 1], strict=True))
    answer = send(client, "refuse_case", cases, seen=shown, reason="不属受理范围")
    outcome = answer.context["outcome"]
    assert [(each.number, each.code) for each in outcome.not_done] == [(cases[0].number, "overtaken")]
    assert outcome.not_done[0].reason == f"{other} was quicker: it is “reported” now."
    assert statuses(cases) == [Status.REPORTED, Status.REFUSED, Status.REFUSED]
    # Whoever has read it may send it again: the form goes on with the version of now.
    again = send(client, "refuse_case", cases[:1], seen=seen(cases[:1]), reason="不属受理范围")
    assert again.context["outcome"].done == [cases[0].number]


def test_nobody_was_quicker_than_themselves_or_before_it_was_shown(client, cast):
    mine, old = make_case(cast), case_in(Status.CLOSED, cast)
    shown = seen([mine, old])
    register_case(mine.pk, actor=cast.operator)
    client.force_login(cast.operator)
    outcome = send(client, "refuse_case", [mine, old], seen=shown, reason="不属受理范围").context["outcome"]
    reasons = {each.number: each.reason for each in outcome.not_done}
    assert reasons == {
        mine.number: "It is “registered” now.",
        old.number: "It is “closed” now.",
    }


def test_a_comment_overtakes_nobody_and_is_not_overtaken(client, cast):
    case = make_case(cast)
    shown = seen([case])
    register_case(case.pk, actor=cast.operator)
    client.force_login(cast.operator)
    assert send(client, "comment_case", [case], seen=shown, text="请加快").context["outcome"].done


def test_how_far_it_has_come_is_told_to_whoever_sent_it_alone(client, cast):
    cases = [make_case(cast) for _ in range(3)]
    stranger, told = Client(), []
    client.force_login(cast.operator)
    stranger.force_login(cast.dispatcher)
    key = {"idempotency_key": str(uuid.uuid4())}

    def refuse_slowly(case_id, *, actor):
        told.append(client.get(PROGRESS, key).content.decode())
        assert stranger.get(PROGRESS, key).status_code == 204

    take_each(
        refuse_slowly,
        [case.number for case in cases],
        actor=cast.operator,
        values={},
        tell=lambda through: say_how_far(cast.operator, key["idempotency_key"], through, 3),
    )
    assert [re.search("<span>(.*?)</span>", html)[1] for html in told] == ["0 / 3", "1 / 3", "2 / 3"]
    assert client.get(PROGRESS, {"idempotency_key": "other"}).status_code == 204
    send(client, "comment_case", cases, text="请加快", idempotency_key="sent")
    assert "/ 3" in client.get(PROGRESS, {"idempotency_key": "sent"}).content.decode()


def test_beside_the_list_the_rows_are_drawn_anew(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    answer = client.post(URL, {"step": "register_case", "number": [case.number]}, headers={**HTMX, **EN})
    assert f'id="case-{case.pk}"' in answer.content.decode()
    assert f'data-done="{case.number}"' in answer.content.decode()
    assert answer["HX-Trigger"] == "case-changed"


def test_the_form_costs_the_same_for_two_and_for_twenty(client, cast, django_assert_max_num_queries):
    cases = [case_in(Status.REGISTERED, cast) for _ in range(20)]
    client.force_login(cast.dispatcher)
    with django_assert_max_num_queries(14):
        client.get(URL, {"number": [case.number for case in cases]}, headers=HTMX)


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_with_some_of_the_same_dispatch_each_once_and_one_is_told_why(cast):
    other = make_user("dispatcher2")
    make_post(other, Role.DISPATCHER, cast.city.community_centre)
    cases = [case_in(Status.REGISTERED, cast) for _ in range(6)]

    def sends(person, mine):
        client = Client()
        client.force_login(person)

        def click():
            return send(client, "dispatch_case", mine, seen=seen(mine)).content.decode()

        return click

    answers = race(sends(cast.dispatcher, cases[:4]), sends(other, cases[2:][::-1]))
    assert rows_of(Action.DISPATCH).count() == 6
    assert set(statuses(cases)) == {Status.DISPATCHED}
    done = [number for answer in answers for number in re.search('data-done="(.*?)"', answer)[1].split()]
    assert sorted(done) == [case.number for case in cases]
    assert sum(answer.count("was quicker: it is “dispatched” now.") for answer in answers) == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_click_from_two_windows_is_done_once(cast):
    cases = [case_in(Status.REGISTERED, cast) for _ in range(3)]
    key = str(uuid.uuid4())
    client = Client()
    client.force_login(cast.dispatcher)
    race(*[lambda: send(client, "dispatch_case", cases, idempotency_key=key)] * 3)
    assert rows_of(Action.DISPATCH).count() == 3


def test_time_passes_for_each_as_for_one(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    with clock.at(clock.now() + timedelta(minutes=30)):
        send(client, "register_case", [case])
    assert rows_of(Action.REGISTER).get().elapsed_minutes == pytest.approx(30, abs=1)

"""Answering an urging, the lists of urgings, and the ringing of what nobody answers."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases import services as cases
from cases.models import Case, UrgingLevel
from cases.workflow import Action, Status
from dispatch import services as dispatch
from dispatch.models import Urging
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.models import Notice
from tests.case_factories import Cast, case_in, jpeg, make_case, make_cast, make_city
from tests.cases.api.caller import Caller, codes
from tests.pages import count_queries, part
from tests.racing import race

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LIST = "/dispatch/urgings/"


@pytest.fixture
def case(cast: Cast) -> Case:
    """In the team's hands, and the leader wants to know by in two hours why it is not done."""
    case = case_in(Status.HANDLING, cast)
    urge(case, cast)
    return Case.objects.get(pk=case.pk)


def urge(
    case: Case, cast: Cast, level: UrgingLevel = UrgingLevel.LEADER, note: str = "怎么还没修好？"
) -> Urging:
    dispatch.urge_case(case.pk, actor=cast.leader, note=note, level=level)
    found: Urging = case.urgings.latest("pk")
    return found


def address(case: Case) -> str:
    return reverse("dispatch:answer_urging", args=[case.number])


def told(event: str) -> list[str]:
    """To whom notices of an event went, and how often."""
    rows = Notice.objects.filter(event=event).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


# Answering


def test_the_unit_answers_with_a_photo_and_the_leader_is_told(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    html = client.get(address(case)).content.decode()
    assert "怎么还没修好？" in html
    answer = client.post(
        address(case), {"note": "灯具缺货，明早到", "photos": jpeg(), "up_to": case.urgings.get().pk}
    )
    assert answer.status_code == 302
    urging = case.urgings.get()
    row = case.events.get(action=Action.ANSWER_URGING)
    assert (urging.answered, urging.answered_at, urging.ring_at) == (row, row.at, None)
    assert row.photos.count() == 1
    due = case.stage_due_at
    case.refresh_from_db()
    assert (case.urged_level, case.stage_due_at) == (None, due)
    assert told("case_answer_urging") == ["chief"]


def test_one_answer_answers_all_and_everybody_who_asked_is_told(cast: Cast, case: Case):
    dispatch.urge_case(case.pk, actor=cast.supervisor, note="请说明")
    dispatch.answer_urging(case.pk, actor=cast.handler, note="明早修好")
    assert set(case.urgings.values_list("answered", flat=True)) == {
        case.events.get(action=Action.ANSWER_URGING).pk
    }
    assert told("case_answer_urging") == ["chief", "supervisor"]


def test_an_answer_is_not_taken_back(cast: Cast, case: Case):
    dispatch.answer_urging(case.pk, actor=cast.handler, note="明早修好")
    with pytest.raises(DatabaseError, match="answered_once"), transaction.atomic():
        case.urgings.update(answered=None, answered_at=None)


def test_what_was_asked_while_one_wrote_still_waits(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    form = client.get(address(case)).context["form"]
    dispatch.urge_case(case.pk, actor=cast.supervisor, note="再问一次", level=UrgingLevel.PRESSING)
    client.post(address(case), {"note": "明早修好", "up_to": form.initial["up_to"]})
    case.refresh_from_db()
    assert list(case.urgings.filter(answered=None).values_list("text", flat=True)) == ["再问一次"]
    assert case.urged_level == UrgingLevel.PRESSING


def test_an_answer_without_words_is_refused(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    assert client.post(address(case), {"note": " "}).status_code == 422
    answer = Caller(cast.handler).step(case, "answer-urging", {"note": "说明", "up_to": 0})
    assert answer.status_code == 409
    assert case.urgings.get().answered is None


def test_nothing_is_answered_where_nobody_asked(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert client.post(address(case), {"note": "没有人问"}).status_code == 409
    answer = Caller(cast.handler).step(case, "answer-urging", {"note": "没有人问"})
    assert (answer.status_code, codes(answer)) == (409, ["step_not_allowed"])


@pytest.mark.parametrize("person", ["inspector", "supervisor", "leader"])
def test_nobody_else_answers(client, cast: Cast, case: Case, person: str):
    client.force_login(getattr(cast, person))
    assert client.post(address(case), {"note": "替他们说"}).status_code == 403


def test_strangers_find_nothing(client, cast: Cast, case: Case):
    client.force_login(cast.stranger)
    assert client.post(address(case), {"note": "路过"}).status_code == 404
    assert client.get(LIST).context["urgings"] == []


def test_the_holders_seats_answer_what_no_unit_has(client, cast: Cast):
    case = make_case(cast)
    urge(case, cast)
    client.force_login(cast.operator)
    assert client.post(address(case), {"note": "马上立案"}).status_code == 302
    assert case.urgings.get().answered is not None


def test_a_client_answers_with_photos(cast: Cast, case: Case):
    answer = Caller(cast.handler).step(
        case, "answer-urging", {"note": "明早修好", "photos": [jpeg()]}, format="multipart"
    )
    assert answer.status_code == 200
    assert "answer_urging" not in [row["action"] for row in answer.json()["available_actions"]]


def test_the_form_stands_in_every_layout(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    for posture in ("console", "phone"):
        client.cookies["posture"] = posture
        assert "怎么还没修好？" in client.get(address(case)).content.decode()
    assert "怎么还没修好？" in part(client, address(case)).content.decode()
    # A phone without a signal may send it later.
    assert f"/api/v1/cases/{case.number}/answer-urging/" in client.get(address(case)).content.decode()


# Lists


def test_the_card_on_the_phone_shows_what_was_asked_first(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    html = client.get(reverse("dispatch:handling_list")).content.decode()
    assert html.index("怎么还没修好？") < html.index("card__title")
    assert address(case) in html


def test_each_list_shows_what_is_ones_own(client, cast: Cast, case: Case):
    def shown(person: str, show: str = "") -> list[int]:
        client.force_login(getattr(cast, person))
        return [urging.case_id for urging in client.get(LIST, {"show": show}).context["urgings"]]

    assert shown("handler") == shown("leader", "waiting") == [case.pk]
    # While the unit has it, the seats need not answer; and who did not ask does not wait.
    assert shown("dispatcher") == shown("officer") == shown("supervisor", "waiting") == []
    dispatch.answer_urging(case.pk, actor=cast.handler, note="明早修好")
    assert shown("handler") == shown("leader", "waiting") == []
    assert shown("leader", "over") == [case.pk]


def test_what_is_due_first_stands_first_and_the_pages_follow(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("dispatch.views.urge.PAGE_SIZE", 2)
    case = case_in(Status.HANDLING, cast)
    for level in (UrgingLevel.REMINDER, UrgingLevel.LEADER, UrgingLevel.PRESSING):
        urge(case, cast, level)
    client.force_login(cast.handler)
    first = client.get(LIST)
    assert [urging.level for urging in first.context["urgings"]] == [3, 2]
    second = client.get(LIST, {"page": first.context["page"].next})
    assert [urging.level for urging in second.context["urgings"]] == [1]


def test_the_navigation_counts_what_one_has_to_answer_and_what_is_late(client, cast: Cast, case: Case):
    def count(person: str) -> int | None:
        client.force_login(getattr(cast, person))
        links = {
            link.url: link.count
            for link in client.get(reverse("cases:case_list")).context["console_navigation"]
        }
        return links.get(LIST)

    assert (count("handler"), count("leader"), count("inspector")) == (1, 0, None)
    with clock.at(case.urgings.get().reply_due_at):
        assert count("leader") == 1


def test_who_only_walks_the_grid_has_no_such_list(client, cast: Cast):
    client.force_login(cast.inspector)
    assert client.get(LIST).status_code == 404


def test_the_lists_cost_the_same_however_long_they_are(client, cast: Cast, case: Case):
    phone = reverse("dispatch:handling_list")
    client.force_login(cast.handler)
    before = count_queries(client, LIST), count_queries(client, phone)
    for _ in range(3):
        urge(case_in(Status.HANDLING, cast), cast)
    assert (count_queries(client, LIST), count_queries(client, phone)) == before
    assert before[0] <= 12


def test_htmx_gets_the_list_alone(client, cast: Cast, case: Case):
    client.force_login(cast.handler)
    answer = part(client, LIST, target="urgings").content.decode()
    assert answer.lstrip().startswith("<section")
    assert "<html" not in answer


# Ringing


def test_an_unanswered_urging_rings_when_the_answer_is_due_and_again_and_above(cast: Cast, case: Case):
    urging = case.urgings.get()
    with clock.at(urging.reply_due_at - timedelta(seconds=1)):
        assert sweep().urgings_rung == 0
    with clock.at(urging.reply_due_at):
        assert sweep().urgings_rung == 1
        assert sweep().urgings_rung == 0
    assert told("case_urging_rings") == ["chief", "handler"]
    urging.refresh_from_db()
    assert (urging.rings, urging.ring_at) == (1, urging.reply_due_at + HOUR)
    Notice.objects.all().delete()
    with clock.at(urging.ring_at):
        assert sweep().urgings_rung == 1
    assert told("case_urging_rings") == ["chief", "handler", "supervisor"]
    assert all(Notice.objects.values_list("urgent", flat=True))


def test_where_no_unit_has_it_the_seats_are_rung(cast: Cast):
    urging = urge(case_in(Status.CHECKING, cast), cast)
    with clock.at(urging.reply_due_at):
        sweep()
    assert told("case_urging_rings") == ["chief", "dispatcher", "operator"]


def test_several_urgings_of_one_case_ring_each_for_itself(cast: Cast, case: Case):
    dispatch.urge_case(case.pk, actor=cast.supervisor, note="请说明")
    first, second = case.urgings.order_by("pk")
    assert first.reply_due_at < second.reply_due_at
    with clock.at(first.reply_due_at):
        assert sweep().urgings_rung == 1
    with clock.at(second.reply_due_at):
        sweep()
    second.refresh_from_db()
    assert second.rings == 1


@pytest.mark.parametrize("end", ["void", "close", "merge"])
def test_when_the_case_is_over_the_ringing_ends(cast: Cast, end: str):
    case = {"void": case_in, "close": case_in, "merge": case_in}[end](
        {"void": Status.HANDLING, "close": Status.HANDLED, "merge": Status.REGISTERED}[end], cast
    )
    urging = urge(case, cast)
    if end == "void":
        cases.void_case(case.pk, actor=cast.supervisor, reason="误报")
    elif end == "close":
        cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, note="好了")
    else:
        cases.merge_case(case.pk, actor=cast.dispatcher, into_id=make_case(cast).pk)
    case.refresh_from_db()
    assert case.urged_level is None
    with clock.at(urging.reply_due_at):
        assert sweep().urgings_rung == 0
    urging.refresh_from_db()
    assert (urging.ring_at, urging.answered) == (None, None)


def test_what_was_asked_before_a_case_was_closed_is_not_asked_again_when_it_is_reopened(cast: Cast):
    case = case_in(Status.HANDLED, cast)
    urge(case, cast)
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, note="好了")
    sweep()
    cases.reopen_case(case.pk, actor=cast.operator, reason="又坏了")
    with clock.at(clock.now() + 10 * HOUR):
        assert sweep().urgings_rung == 0
    assert not Urging.objects.filter(ring_at__isnull=False).exists()


def test_while_the_clock_stands_nobody_is_rung_for(cast: Cast, case: Case):
    dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等料", until=clock.now() + timedelta(days=9))
    dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    with clock.at(clock.now() + timedelta(days=2)):
        assert sweep().urgings_rung == 0
    with clock.at(clock.now() + timedelta(days=9, hours=1)):
        assert sweep().urgings_rung == 1


def test_one_urging_that_cannot_ring_holds_up_no_other(cast: Cast, case: Case, monkeypatch, caplog):
    good = urge(case_in(Status.HANDLING, cast), cast)
    bad = case.urgings.get()

    def fails(urging: Urging) -> None:
        if urging.pk == bad.pk:
            raise RuntimeError("no line")
        ring(urging)

    from dispatch.urgings import ring

    monkeypatch.setattr("dispatch.sweep.ring", fails)
    with clock.at(good.reply_due_at):
        assert sweep().urgings_rung == 1
    assert case.number in caplog.text


# Races


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_ring_each_urging_once():
    cast = make_cast(make_city())
    made = [urge(case_in(Status.HANDLING, cast), cast) for _ in range(6)]

    def run():
        with clock.at(made[-1].reply_due_at):
            return sweep()

    swept = race(run, run, run, run)
    assert sum(done.urgings_rung for done in swept) == 6
    assert set(Urging.objects.values_list("rings", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one():
    cast = make_cast(make_city())
    case = case_in(Status.HANDLING, cast)
    urge(case, cast)
    results = race(
        lambda: dispatch.answer_urging(case.pk, actor=cast.handler, note="一"),
        lambda: dispatch.answer_urging(case.pk, actor=cast.dispatcher, note="二"),
    )
    assert sorted(type(result).__name__ for result in results) == ["Case", "StepNotAllowed"]
    assert case.events.filter(action=Action.ANSWER_URGING).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_ring_at_once_leave_one_truth():
    cast = make_cast(make_city())
    for _ in range(4):
        case = case_in(Status.HANDLING, cast)
        urging = urge(case, cast)

        def run(due=urging.reply_due_at):
            with clock.at(due):
                return sweep()

        race(run, lambda pk=case.pk: dispatch.answer_urging(pk, actor=cast.handler, note="明早"))
        urging.refresh_from_db()
        assert urging.answered is not None
        assert urging.ring_at is None
        run()
        assert Urging.objects.get(pk=urging.pk).rings == urging.rings <= 1

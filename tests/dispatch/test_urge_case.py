"""Urging (督办): who may, what it asks, who is told, what shows it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from cases.models import Case, UrgingLevel
from cases.story import events_of, story_of
from cases.workflow import Action, Status
from dispatch import services as dispatch
from dispatch.models import Urging
from gridgov import clock
from gridgov.models import Notice
from grids.models import Role
from tests.case_factories import Cast, case_in, make_case
from tests.cases.api.caller import Caller, codes
from tests.factories import make_post
from tests.pages import part

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WORDS = "为什么三天没有动静？"


def told(event: str) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient__username", flat=True))


def page(case: Case) -> str:
    return reverse("dispatch:urge_case", args=[case.number])


def test_a_supervisor_urges_and_the_unit_hears_of_it_at_once(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    due, version = case.stage_due_at, case.version
    client.force_login(cast.supervisor)
    answer = client.post(page(case), {"level": 2, "note": f" {WORDS} "})
    assert answer.status_code == 302
    case.refresh_from_db()
    urging = case.urgings.get()
    assert (urging.level, urging.text, urging.by, urging.organisation) == (
        UrgingLevel.PRESSING,
        WORDS,
        cast.supervisor,
        cast.city.team,
    )
    assert urging.reply_due_at == urging.ring_at == urging.at + 4 * HOUR  # the case's own clock never stops
    assert (case.urged_level, case.stage_due_at, case.status) == (UrgingLevel.PRESSING, due, Status.HANDLING)
    row = case.events.get(action=Action.URGE)
    assert (row.seq, row.note, row.data["level"]) == (version + 1, WORDS, 2)
    assert told("case_urge") == {"handler", "dispatcher"}
    assert all(Notice.objects.filter(event="case_urge").values_list("urgent", flat=True))


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (Status.REPORTED, {"operator", "dispatcher"}),
        (Status.REGISTERED, {"dispatcher"}),
        (Status.HANDLED, {"handler", "dispatcher", "inspector", "gridleader"}),
    ],
)
def test_where_no_unit_has_it_the_seats_of_the_holder_are_urged(cast: Cast, status: Status, who: set[str]):
    case = case_in(status, cast)
    dispatch.urge_case(case.pk, actor=cast.supervisor, note=WORDS)
    assert case.urgings.get().organisation == cast.city.community_centre
    assert told("case_urge") == who


def test_the_level_proposes_the_time_in_working_time_where_the_case_counts_it(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    Case.objects.filter(pk=case.pk).update(stage_round_the_clock=False)
    friday = datetime(2026, 11, 20, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.at(friday):
        for level in UrgingLevel:
            dispatch.urge_case(case.pk, actor=cast.leader, note=WORDS, level=level)
    dues = [urging.reply_due_at for urging in case.urgings.order_by("level")]
    assert dues[0] > dues[1] > dues[2] > friday + timedelta(days=2)  # over the weekend nobody answers


def test_a_time_of_ones_own_stands(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.supervisor)
    wanted = clock.now() + timedelta(days=3)
    local = wanted.astimezone(ZoneInfo("Asia/Shanghai"))
    client.post(page(case), {"level": 1, "note": WORDS, "reply_due_at": f"{local:%Y-%m-%dT%H:%M}"})
    assert case.urgings.get().reply_due_at == wanted.replace(second=0, microsecond=0)


def test_only_a_leader_urges_as_the_leader(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.supervisor)
    assert 'value="3"' not in client.get(page(case)).content.decode()
    assert client.post(page(case), {"level": 3, "note": WORDS}).status_code == 422
    answer = Caller(cast.supervisor).step(case, "urge", {"level": 3, "note": WORDS})
    assert (answer.status_code, codes(answer)) == (400, ["not_the_leader"])
    client.force_login(cast.leader)
    assert client.post(page(case), {"level": 3, "note": WORDS}).status_code == 302
    assert case.urgings.get().level == UrgingLevel.LEADER
    assert case.events.get(action=Action.URGE).capacity == "leader"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"note": "  "}, "note"),
        ({"note": "问" * 501}, "note"),
        ({"level": "9"}, "level"),
        ({"level": ""}, "level"),
        ({"reply_due_at": "2020-01-01T08:00"}, "reply_due_at"),
        ({"reply_due_at": "2099-01-01T08:00"}, "reply_due_at"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, cast: Cast, wrong: dict[str, str], field: str
):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.supervisor)
    answer = client.post(page(case), {"level": "1", "note": WORDS, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert field == "note" or WORDS in answer.content.decode()
    assert not Urging.objects.exists()


@pytest.mark.parametrize("person", ["operator", "dispatcher", "handler", "inspector"])
def test_nobody_else_urges(client, cast: Cast, person: str):
    case = case_in(Status.HANDLING, cast)
    client.force_login(getattr(cast, person))
    assert client.get(page(case)).status_code == 403
    assert client.post(page(case), {"level": 1, "note": WORDS}).status_code == 403
    assert Caller(getattr(cast, person)).step(case, "urge", {"note": WORDS}).status_code == 403


def test_strangers_find_nothing(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.stranger)
    assert client.post(page(case), {"level": 1, "note": WORDS}).status_code == 404


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.CLOSED, Status.REFUSED])
def test_what_stands_or_is_over_is_not_urged(client, cast: Cast, status: Status):
    case = case_in(status, cast)
    client.force_login(cast.supervisor)
    assert client.post(page(case), {"level": 1, "note": WORDS}).status_code == 409
    assert Caller(cast.supervisor).step(case, "urge", {"note": WORDS}).status_code == 409


def test_the_same_form_sent_twice_urges_once(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.supervisor)
    key = client.get(page(case)).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    for _ in range(2):
        client.post(page(case), {"level": 1, "note": WORDS, "idempotency_key": key})
    assert case.urgings.count() == 1


def test_the_row_the_head_and_the_story_show_how_pressing_it_is(client, cast: Cast):
    case = case_in(Status.HANDLING, cast)
    dispatch.urge_case(case.pk, actor=cast.supervisor, note=WORDS, level=UrgingLevel.PRESSING)
    dispatch.urge_case(case.pk, actor=cast.supervisor, note="再问一次", level=UrgingLevel.REMINDER)
    client.force_login(cast.dispatcher)
    client.cookies["django_language"] = "en"
    assert (
        "Urged: pressing" in client.get(reverse("dispatch:dispatch_list"), {"show": "out"}).content.decode()
    )
    html = part(client, reverse("cases:case_detail", args=[case.number])).content.decode()
    assert "Urged: pressing" in html
    assert html.count("timeline__entry--loud") == 2
    with translation.override("en"):
        first = story_of(Case.objects.get(pk=case.pk), events_of(case))[1]
    assert first.did.startswith("Urged (pressing), answer by 20")


def test_a_leader_over_the_street_who_reported_it_urges_as_leader(cast: Cast):
    make_post(cast.inspector, Role.LEADER, cast.city.street_centre)
    case = make_case(cast)
    dispatch.urge_case(case.pk, actor=cast.inspector, note=WORDS, level=UrgingLevel.LEADER)
    assert case.events.get(action=Action.URGE).post.role == Role.LEADER


def test_a_client_urges_with_its_own_time(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    due = clock.now() + 5 * HOUR
    answer = Caller(cast.leader).step(
        case, "urge", {"note": WORDS, "level": 2, "reply_due_at": due.isoformat()}
    )
    assert answer.status_code == 200
    assert case.urgings.get().reply_due_at == due
    assert "urge" in [row["action"] for row in answer.json()["available_actions"]]

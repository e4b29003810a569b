"""The four requests of a unit on the pages and in the API: granted, refused, by the wrong person, again, too late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from cases.models import Case
from cases.workflow import Status
from dispatch.sweep import sweep
from gridgov import clock
from grids.models import User
from tests.case_factories import Cast, case_in
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = ("return", "extension", "suspension", "deferral")
STOPS = ("suspension", "deferral")
DECIDER = {"return": "dispatcher"}
OTHER = {"return": "supervisor"}
BECOMES = {
    "return": Status.REGISTERED,
    "extension": Status.HANDLING,
    "suspension": Status.SUSPENDED,
    "deferral": Status.SUSPENDED,
}


class Pages:
    """Somebody at the pages: the status as the API has it, and the words with which it was refused."""

    resume = "resume_case"
    # What comes to nothing is not offered there.
    pointless, decides_another_kind = 409, 409

    def __init__(self, client) -> None:
        self.client = client

    def post(self, who: User, case: Case, step: str, sent: dict) -> int:
        self.client.force_login(who)
        url = reverse(f"dispatch:{step}", args=[case.number])
        self.answer = self.client.post(url, sent, headers=ENGLISH)
        return {302: 200, 422: 400}.get(self.answer.status_code, self.answer.status_code)

    def ask(self, who: User, case: Case, kind: str, until=None, reason="等材料") -> int:
        day = "%Y-%m-%dT%H:%M" if kind == "extension" else "%Y-%m-%d"
        sent = {"reason": reason, "kind": "not_ours"}
        if kind != "return":
            sent["until"] = f"{localtime(until or usual(case, kind)):{day}}"
        return self.post(who, case, f"ask_{kind}", sent)

    def decide(self, who: User, case: Case, granted: bool, note="") -> int:
        return self.post(who, case, "decide_request", {"granted": "yes" if granted else "no", "note": note})

    def refused_with(self, code: str) -> bool:
        return WORDS[code] in self.answer.content.decode()


class Api:
    """The same over the API."""

    resume = "resume"
    pointless, decides_another_kind = 400, 403

    def post(self, who: User, case: Case, step: str, sent: dict) -> int:
        self.answer = Caller(who).step(case, step, sent)
        return self.answer.status_code

    def ask(self, who: User, case: Case, kind: str, until=None, reason="等材料") -> int:
        sent = {"reason": reason}
        if kind != "return":
            sent["until"] = (until or usual(case, kind)).isoformat()
        return self.post(who, case, f"ask-{kind}", sent)

    def decide(self, who: User, case: Case, granted: bool, note="") -> int:
        return self.post(who, case, "decide-request", {"granted": granted, "note": note})

    def refused_with(self, code: str) -> bool:
        return code in codes(self.answer)


WORDS = {
    "reason_missing": "Say why not: the unit reads it.",
    "extended_twice": "A case is extended at most twice.",
    "overdue": "overdue",
    "bad_date": "a year from now",
    "suspended_before": "A case is stopped once only",
}


def usual(case: Case, kind: str):
    return case.stage_due_at + 5 * HOUR if kind == "extension" else clock.now() + 60 * DAY


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_in(Status.HANDLING, cast)


@pytest.fixture(params=["page", "api"])
def way(request, client) -> "Pages | Api":
    return Pages(client) if request.param == "page" else Api()


def decider(cast: Cast, kind: str) -> User:
    return getattr(cast, DECIDER.get(kind, "supervisor"))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_asked_and_granted(way, cast, case, kind):
    assert way.ask(cast.handler, case, kind) == 200
    case.refresh_from_db()
    assert (case.status, case.request) == (Status.HANDLING, f"ask_{kind}")
    assert way.decide(decider(cast, kind), case, True) == 200
    case.refresh_from_db()
    assert (case.status, case.request) == (BECOMES[kind], "")
    assert (case.deferred_at is not None) is (kind == "deferral")
    assert cast.handler.notices.exclude(event="case_dispatch").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_with_a_reason_and_goes_on(way, cast, case, kind):
    way.ask(cast.handler, case, kind)
    assert way.decide(decider(cast, kind), case, False) == 400
    assert way.refused_with("reason_missing")
    assert way.decide(decider(cast, kind), case, False, "请抓紧") == 200
    due = case.stage_due_at
    case.refresh_from_db()
    assert (case.status, case.request, case.stage_due_at) == (Status.HANDLING, "", due)


@pytest.mark.parametrize("kind", KINDS)
def test_others_neither_ask_nor_decide(way, cast, case, kind):
    for who, status in ((cast.dispatcher, 403), (cast.officer, 404), (cast.stranger, 404)):
        assert way.ask(who, case, kind) == status, who
    way.ask(cast.handler, case, kind)
    other = getattr(cast, OTHER.get(kind, "dispatcher"))
    for who, status in ((other, way.decides_another_kind), (cast.handler, 403), (cast.stranger, 404)):
        for granted in (True, False):
            assert way.decide(who, case, granted, "不") == status, (who, granted)
    case.refresh_from_db()
    assert (case.status, case.request) == (Status.HANDLING, f"ask_{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_asked_while_something_is_undecided_nor_decided_twice(way, cast, case, kind):
    way.ask(cast.handler, case, kind)
    assert way.ask(cast.handler, case, kind) == way.pointless
    assert way.pointless == 409 or way.refused_with("request_pending")
    way.decide(decider(cast, kind), case, True)
    assert way.decide(decider(cast, kind), case, True) == 409


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_asked_of_a_case_that_is_not_in_hand(way, cast, kind):
    case = case_in(Status.HANDLED, cast)
    assert way.ask(cast.handler, case, kind, until=clock.now() + 2 * DAY) == 409


def test_an_extension_is_given_twice(way, cast, case):
    for _ in range(2):
        assert way.ask(cast.handler, case, "extension") == 200
        assert way.decide(cast.supervisor, case, True) == 200
        case.refresh_from_db()
    assert way.ask(cast.handler, case, "extension") == 400
    assert way.refused_with("extended_twice")


@pytest.mark.parametrize("climbed", [False, True])
def test_an_extension_comes_too_late_when_it_is_overdue(way, cast, case, climbed):
    with clock.at(case.stage_due_at):
        if climbed:
            sweep()
            case.refresh_from_db()
        # Late at this level it is not offered; with the time of the next one it is, and refused.
        assert way.ask(cast.handler, case, "extension") == (400 if climbed else way.pointless)
    assert (way.pointless == 409 and not climbed) or way.refused_with("overdue")


def test_an_extension_is_decided_too_late_when_it_climbed(way, cast, case):
    way.ask(cast.handler, case, "extension")
    with clock.at(case.stage_due_at):
        sweep()
        assert way.decide(cast.supervisor, case, True) == 400
        assert way.refused_with("overdue")
        assert way.decide(cast.supervisor, case, False, "已超期") == 200


@pytest.mark.parametrize("kind", STOPS)
def test_a_case_is_stopped_once(way, cast, case, kind):
    way.ask(cast.handler, case, kind)
    way.decide(cast.supervisor, case, True)
    with clock.at(clock.now() + DAY):
        assert way.post(cast.supervisor, case, way.resume, {}) == 200
        for again in STOPS:
            assert way.ask(cast.handler, case, again) == 400
            assert way.refused_with("suspended_before")


@pytest.mark.parametrize("kind", STOPS)
def test_a_case_stands_a_year_at_most_and_for_no_date_that_has_passed(way, cast, case, kind):
    for until in (clock.now() - 3 * DAY, clock.now() + 370 * DAY):
        assert way.ask(cast.handler, case, kind, until=until) == 400
    assert way.refused_with("bad_date")
    way.ask(cast.handler, case, kind, until=clock.now() + 2 * DAY)
    with clock.at(clock.now() + 4 * DAY):
        assert way.decide(cast.supervisor, case, True) == 400
    case.refresh_from_db()
    assert case.status == Status.HANDLING

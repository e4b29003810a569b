"""The matrix: every status × action × role × scope, held against a table written by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from cases import services as cases
from cases.after_close import Satisfaction
from cases.models import Case
from cases.permissions import available_actions
from cases.services.steps import lock_case, take_step
from cases.workflow import GRANTED_BY, Action, Status
from dispatch import services as dispatch
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed
from grids.models import AreaLevel, OrganisationKind, Role, User
from tests.case_factories import Cast, case_in, make_case, stored
from tests.factories import make_area, make_grid, make_organisation, make_post, make_user

FIELD = {"inspector", "grid_leader"}
EVERYBODY = FIELD | {"operator", "dispatcher", "handler", "supervisor", "leader"}
OUTSIDE_UNIT = EVERYBODY - {
    "handler"
}  # before dispatch and after a return the unit has nothing to do with it

TIMED = ("reported", "checking", "registered", "dispatched", "handling", "handled")
WITH_UNIT = ("dispatched", "handling", "suspended", "handled")
# The officer is of a joint unit, which sees and comments on the case whatever comes of it.

# action → status → who may. What is not here, nobody may. Written from the standards' roles, not from the code.
MAY: dict[str, dict[str, set[str]]] = {
    "amend": {status: {"operator"} for status in (*TIMED, "suspended")},
    "settle": {"reported": {"inspector"}},
    "order_check": {"reported": {"operator"}},
    "answer_check": {"checking": FIELD},
    "register": {"reported": {"operator"}},
    "refuse": {"reported": {"operator"}},
    "merge": {"reported": {"operator"}, "registered": {"operator", "dispatcher"}},
    "unmerge": {"merged": {"operator", "supervisor"}},
    "dispatch": {"registered": {"dispatcher"}},
    "recall": {"dispatched": {"dispatcher"}, "handling": {"dispatcher"}},
    "accept": {"dispatched": {"handler"}},
    "ask_return": {"dispatched": {"handler"}, "handling": {"handler"}},
    "ask_extension": {"handling": {"handler"}},
    "ask_suspension": {"handling": {"handler"}},
    "ask_deferral": {"handling": {"handler"}},
    "join": {status: {"dispatcher"} for status in ("registered", "dispatched", "handling")},
    "release": {status: {"dispatcher"} for status in ("registered", "dispatched", "handling")},
    "accept_part": {"dispatched": {"officer"}, "handling": {"officer"}},
    "feed_back_part": {"dispatched": {"officer"}, "handling": {"officer"}},
    "feed_back": {"handling": {"handler"}},
    "resume": {"suspended": {"supervisor"}},
    "verify_pass": {"handled": FIELD},
    "verify_fail": {"handled": FIELD},
    "escalate": {
        "reported": {"operator", "supervisor"},
        "checking": {"operator", "supervisor"},
        "handled": {"operator", "supervisor"},
        "registered": {"dispatcher", "supervisor"},
        "dispatched": {"dispatcher", "supervisor"},
        "handling": {"dispatcher", "supervisor"},
    },
    "urge": {status: {"supervisor", "leader"} for status in TIMED},
    "answer_urging": {
        status: {"operator", "dispatcher"} | ({"handler"} if status in WITH_UNIT else set())
        for status in (*TIMED, "suspended")
    },
    "alarm": {status: {"operator", "dispatcher", "supervisor"} for status in TIMED},
    "calm": {status: {"dispatcher", "supervisor"} for status in (*TIMED, "suspended")},
    "reopen": {"closed": {"operator", "supervisor"}, "refused": {"operator", "supervisor"}},
    "answer": {"closed": {"operator"}},
    "void": {
        status: {"supervisor"}
        for status in ("reported", "checking", "registered", "dispatched", "handling", "suspended", "handled")
    },
    "comment": {
        status: (EVERYBODY if status in (*WITH_UNIT, "closed") else OUTSIDE_UNIT) | {"officer"}
        for status in Status.values
    },
}


def plainly(action: Action) -> Callable[[Case, User, Cast], Any]:
    """The bare step, where what its service does beside it has a test of its own."""
    return lambda case, actor, _: take_step(lock_case(case.pk, action, actor=actor), action, actor=actor)


TRY: dict[str, Callable[[Case, User, Cast], Any]] = {
    "amend": lambda case, actor, _: cases.amend_case(case.pk, actor=actor, extent=None),
    "settle": lambda case, actor, _: cases.settle_case(case.pk, actor=actor, photos=stored(actor)),
    "order_check": lambda case, actor, _: cases.order_check(case.pk, actor=actor),
    "answer_check": lambda case, actor, _: cases.answer_check(case.pk, actor=actor, is_true=True),
    "register": lambda case, actor, _: cases.register_case(case.pk, actor=actor),
    "refuse": lambda case, actor, _: cases.refuse_case(case.pk, actor=actor, reason="重复"),
    "merge": lambda case, actor, cast: cases.merge_case(case.pk, actor=actor, into_id=make_case(cast).pk),
    "unmerge": lambda case, actor, _: cases.unmerge_case(case.pk, actor=actor),
    "dispatch": lambda case, actor, _: dispatch.dispatch_case(case.pk, actor=actor),
    "recall": lambda case, actor, _: dispatch.recall_case(case.pk, actor=actor, reason="派错"),
    "accept": lambda case, actor, _: dispatch.accept_case(case.pk, actor=actor),
    "ask_return": lambda case, actor, _: dispatch.ask_return(case.pk, actor=actor, reason="不归我们"),
    "ask_extension": lambda case, actor, _: dispatch.ask_extension(
        case.pk, actor=actor, reason="下雨", until=clock.now() + timedelta(hours=30)
    ),
    "ask_suspension": lambda case, actor, _: dispatch.ask_suspension(
        case.pk, actor=actor, reason="等材料", until=clock.now() + timedelta(days=9)
    ),
    "ask_deferral": lambda case, actor, _: dispatch.ask_deferral(
        case.pk, actor=actor, reason="冬天不能施工", until=clock.now() + timedelta(days=90)
    ),
    "join": plainly(Action.JOIN),
    "release": plainly(Action.RELEASE),
    "accept_part": plainly(Action.ACCEPT_PART),
    "feed_back_part": plainly(Action.FEED_BACK_PART),
    "urge": lambda case, actor, _: dispatch.urge_case(case.pk, actor=actor, note="请说明"),
    "answer_urging": plainly(Action.ANSWER_URGING),
    "alarm": plainly(Action.ALARM),
    "calm": plainly(Action.CALM),
    "feed_back": lambda case, actor, _: dispatch.feed_back_case(case.pk, actor=actor, note="好了"),
    "resume": lambda case, actor, _: dispatch.resume_case(case.pk, actor=actor),
    "verify_pass": lambda case, actor, _: cases.verify_case(case.pk, actor=actor, passed=True, note="好了"),
    "verify_fail": lambda case, actor, _: cases.verify_case(case.pk, actor=actor, passed=False, note="没好"),
    "escalate": lambda case, actor, _: dispatch.escalate_case(case.pk, actor=actor, reason="超出权限"),
    "reopen": lambda case, actor, _: cases.reopen_case(case.pk, actor=actor, reason="又坏了"),
    "answer": lambda case, actor, _: cases.record_answer(
        case.pk, actor=actor, contacted=True, solved=True, satisfied=Satisfaction.YES
    ),
    "void": lambda case, actor, _: cases.void_case(case.pk, actor=actor, reason="误报"),
    "comment": lambda case, actor, _: cases.comment_case(case.pk, actor=actor, text="看过了"),
}
ROLES = (
    "inspector",
    "grid_leader",
    "operator",
    "dispatcher",
    "handler",
    "officer",
    "supervisor",
    "leader",
    "citizen",
)


class Undo(Exception):
    """Takes back what a try has done."""


def outcome(case: Case, action: str, actor: User, cast: Cast) -> str:
    """What comes of a try, which is then undone: "done", "not permitted", "no such step" or "nothing there"."""
    actor = User.objects.get(pk=actor.pk)  # without what an earlier try cached
    before = case.events.count()
    try:
        with transaction.atomic():
            TRY[action](case, actor, cast)
            rows = list(case.events.order_by("seq"))[before:]
            assert [(row.action, row.actor, row.from_status) for row in rows] == [
                (action, actor, case.status)
            ]
            assert rows[0].post is None or rows[0].post.user == actor
            raise Undo
    except Undo:
        return "done"
    except NotPermitted:
        return "not permitted"
    except StepNotAllowed:
        return "no such step"
    except NotFoundForYou:
        return "nothing there"


def test_every_action_is_in_the_table_by_hand():
    decided = {*GRANTED_BY.values(), Action.REFUSE_REQUEST}  # see dispatch's tests of decisions
    by_the_clock = {Action.SUPERVISE, Action.RING}
    assert set(MAY) == set(TRY) == set(Action) - decided - by_the_clock - {Action.REPORT}


@pytest.mark.parametrize("status", Status.values)
def test_everybody_may_do_exactly_what_the_table_says_and_leaves_one_row(cast: Cast, status: str):
    case = case_in(Status(status), cast)
    case.joint_unit_ids = [cast.city.street_department.pk]
    case.save(update_fields=["joint_unit_ids"])
    wrong = []
    for action in TRY:
        for role in ROLES:
            actor = getattr(cast, role)
            allowed = role in MAY[action].get(status, set())
            got = outcome(case, action, actor, cast)
            offered = Action(action) in available_actions(User.objects.get(pk=actor.pk), case)
            if (got == "done") != allowed or offered != allowed:
                wrong.append(
                    f"{role} {action} in {status}: {got}, offered {offered}, the table says {allowed}"
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("status", Status.values)
def test_the_same_roles_elsewhere_find_nothing(cast: Cast, status: str):
    case = case_in(Status(status), cast)
    community = make_area(AreaLevel.COMMUNITY, parent=make_area(AreaLevel.STREET, parent=cast.city.district))
    centre = make_organisation(community)
    team = make_organisation(community, OrganisationKind.TEAM)
    elsewhere = []
    for role in (
        Role.INSPECTOR,
        Role.GRID_LEADER,
        Role.OPERATOR,
        Role.DISPATCHER,
        Role.HANDLER,
        Role.SUPERVISOR,
    ):
        user = make_user(f"other-{role}")
        area = make_grid(community) if role == Role.INSPECTOR else community
        make_post(user, role, team if role == Role.HANDLER else centre, area=area)
        elsewhere.append(user)
    for actor in [*elsewhere, cast.stranger, cast.citizen]:
        assert not Case.objects.visible_to(actor).filter(pk=case.pk).exists()
        for action in TRY:
            assert outcome(case, action, actor, cast) == "nothing there"


def test_a_member_of_the_unit_never_verifies_even_as_inspector_of_the_place(cast: Cast):
    make_post(cast.handler, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid)
    case = case_in(Status.HANDLED, cast)
    assert outcome(case, "verify_pass", cast.handler, cast) == "not permitted"
    assert outcome(case, "verify_fail", cast.handler, cast) == "not permitted"
    assert outcome(case, "verify_pass", cast.grid_leader, cast) == "done"


def test_who_settled_on_the_spot_is_not_the_only_judge(cast: Cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    case = make_case(cast)
    cases.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))
    case.refresh_from_db()
    assert case.status == Status.HANDLED
    assert outcome(case, "verify_pass", cast.inspector, cast) == "not permitted"
    assert outcome(case, "verify_pass", cast.grid_leader, cast) == "done"


def test_a_post_that_has_ended_gives_nothing(cast: Cast):
    case = case_in(Status.REGISTERED, cast)
    cast.dispatcher.posts.update(valid_to=clock.today() - timedelta(days=1))
    assert outcome(case, "dispatch", cast.dispatcher, cast) == "nothing there"

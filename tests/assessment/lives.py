"""Lives of cases as chance has it: everybody of the cast does what the workflow lets them, on a clock that goes on."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cases import services as cases
from cases.after_close import Satisfaction
from cases.models import Case, Channel
from cases.services.citizen import record_answer
from cases.workflow import Action, Capacity, ReturnKind, find_step
from dispatch import services as dispatch
from dispatch.services.emergency import declare_emergency, end_emergency
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.errors import DomainError
from tests.case_factories import Cast, make_case, stored
from tests.factories import inside

Step = Callable[[int, Cast, Random], Any]
A = Action
LONGEST_PAUSE = timedelta(minutes=150)


def _done_at(dice: Random) -> Any:
    """Now, or hours ago on a phone without signal."""
    return clock.now() - timedelta(hours=dice.randrange(1, 30)) if dice.random() < 0.3 else None


def _until(dice: Random) -> Any:
    return clock.now() + timedelta(hours=dice.randrange(5, 60))


def _dispatch(pk: int, cast: Cast, dice: Random) -> None:
    city = cast.city
    unit = dice.choice([city.team, city.team, city.street_department, city.district_department])
    dispatch.dispatch_case(pk, actor=cast.dispatcher, unit=unit)


def _amend(pk: int, cast: Cast, dice: Random) -> None:
    grid = dice.choice([cast.city.grid, cast.city.other_grid])
    cases.amend_case(pk, actor=cast.operator, point=inside(grid))


def _decide(pk: int, cast: Cast, dice: Random) -> None:
    by = dice.choice([cast.supervisor, cast.dispatcher])
    dispatch.decide_request(pk, actor=by, granted=dice.random() < 0.6, note="已阅")


# Each with the action that must lead somewhere from where the case is.
STEPS: list[tuple[Action, Step]] = [
    (A.ORDER_CHECK, lambda pk, cast, _dice: cases.order_check(pk, actor=cast.operator)),
    (A.ANSWER_CHECK, lambda pk, cast, dice: cases.answer_check(pk, actor=cast.inspector, is_true=True, done_at=_done_at(dice))),
    (A.ANSWER_CHECK, lambda pk, cast, _dice: cases.answer_check(pk, actor=cast.grid_leader, is_true=True)),
    (A.AMEND, _amend),
    *[(A.REGISTER, lambda pk, cast, _dice: cases.register_case(pk, actor=cast.operator))] * 3,
    (A.REFUSE, lambda pk, cast, _dice: cases.refuse_case(pk, actor=cast.operator, reason="不受理")),
    (A.SETTLE, lambda pk, cast, _dice: cases.settle_case(pk, actor=cast.inspector, photos=stored(cast.inspector))),
    *[(A.DISPATCH, _dispatch)] * 3,
    (A.RECALL, lambda pk, cast, _dice: dispatch.recall_case(pk, actor=cast.dispatcher, reason="重派")),
    *[(A.ACCEPT, lambda pk, cast, _dice: dispatch.accept_case(pk, actor=cast.handler))] * 2,
    (A.ACCEPT, lambda pk, cast, _dice: dispatch.accept_case(pk, actor=cast.officer)),
    *[(A.FEED_BACK, lambda pk, cast, dice: dispatch.feed_back_case(pk, actor=cast.handler, note="好了", done_at=_done_at(dice)))] * 2,
    (A.FEED_BACK, lambda pk, cast, dice: dispatch.feed_back_case(pk, actor=cast.officer, note="好了", done_at=_done_at(dice))),
    (A.ASK_RETURN, lambda pk, cast, dice: dispatch.ask_return(pk, actor=cast.handler, reason="不归我们", kind=dice.choice(list(ReturnKind)))),
    (A.ASK_EXTENSION, lambda pk, cast, dice: dispatch.ask_extension(pk, actor=cast.handler, reason="等料", until=_until(dice))),
    (A.ASK_SUSPENSION, lambda pk, cast, dice: dispatch.ask_suspension(pk, actor=cast.handler, reason="等料", until=_until(dice))),
    (A.ASK_DEFERRAL, lambda pk, cast, dice: dispatch.ask_deferral(pk, actor=cast.handler, reason="等料", until=_until(dice))),
    *[(A.REFUSE_REQUEST, _decide)] * 4,
    (A.VERIFY_PASS, lambda pk, cast, dice: cases.verify_case(pk, actor=cast.grid_leader, passed=dice.random() < 0.6, note="看过")),
    (A.VERIFY_PASS, lambda pk, cast, dice: cases.verify_case(pk, actor=cast.inspector, passed=True, note="看过", done_at=_done_at(dice))),
    (A.REOPEN, lambda pk, cast, _dice: cases.reopen_case(pk, actor=cast.supervisor, reason="又坏了")),
    (A.VOID, lambda pk, cast, _dice: cases.void_case(pk, actor=cast.supervisor, reason="误报")),
    (A.COMMENT, lambda pk, cast, _dice: cases.comment_case(pk, actor=cast.leader, text="请快")),
    (A.ESCALATE, lambda pk, cast, _dice: dispatch.escalate_case(pk, actor=cast.supervisor, reason="请协调")),
    (A.ALARM, lambda pk, cast, _dice: declare_emergency(pk, actor=cast.dispatcher, note="漏气")),
    (A.CALM, lambda pk, cast, _dice: end_emergency(pk, actor=cast.dispatcher, summary="堵上了")),
    (A.ANSWER, lambda pk, cast, dice: record_answer(
        pk, actor=cast.operator, contacted=True, solved=dice.random() < 0.5, satisfied=dice.choice(list(Satisfaction))
    )),
]  # fmt: skip


def live_on(cast: Cast, dice: Random, steps: int, meanwhile: Callable[[], Any] = lambda: None) -> None:
    """So many steps of life, each of a case that chance picks; inside `clock.at`. `meanwhile` is done now and then."""
    for _ in range(steps):
        clock.set_to(
            clock.now() + timedelta(minutes=dice.randrange(1, LONGEST_PAUSE // timedelta(minutes=1)))
        )
        ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        if dice.random() < 0.15 or not ids:
            _report(cast, dice)
        elif dice.random() < 0.15:
            sweep()
        else:
            _try_steps(dice.choice(ids), cast, dice)
        if dice.random() < 0.2:
            meanwhile()


def _report(cast: Cast, dice: Random) -> None:
    point = inside(dice.choice([cast.city.grid, cast.city.other_grid]))
    if dice.random() < 0.6:
        make_case(cast, point=point, done_at=_done_at(dice))
    else:
        make_case(
            cast, point=point, actor=None, capacity=Capacity.CITIZEN, district=cast.city.district, channel=Channel.CITIZEN
        )  # fmt: skip


def _try_steps(pk: int, cast: Cast, dice: Random) -> None:
    """The first of all steps, in any order, that this case allows."""
    status = Case.objects.values_list("status", flat=True).get(pk=pk)
    for action, step in dice.sample(STEPS, len(STEPS)):
        if find_step(action, status) is None:
            continue
        try:
            with transaction.atomic():
                step(pk, cast, dice)
        except (DomainError, ValidationError):
            continue
        return

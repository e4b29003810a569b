"""One step taken with many cases at once: each through the same service, each on its own."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from cases import services
from cases.actions import OFFERS, Offer, offered_actions
from cases.forms.steps import CommentForm, NoteForm, ReasonForm, StepForm
from cases.models import Case
from cases.overtaken import Overtaken, as_seen, is_overtaken
from cases.workflow import Action
from gridgov.errors import DomainError, NotFoundForYou, StepNotAllowed
from grids.models import User

logger = logging.getLogger(__name__)

MOST = 50


def filled_in_once(form_class: type[StepForm]) -> Callable[..., StepForm]:
    """The form of one case, filled in once for many: for those that ask nothing about the case itself."""
    return lambda *args, cases, **kwargs: form_class(*args, case=cases[0], **kwargs)


@dataclass(frozen=True)
class BulkStep:
    """A step that may be taken with many cases: `service(case_id, actor=…, **form.values())` for each.

    `action` is on offer for the cases that it suits. `form` is called as a `StepForm`, with `cases` for `case`; what
    its `foretells` says (a list of sentences, if it has one) is shown before it is sent.
    """

    action: Action
    service: Callable[..., object]
    form: Callable[..., StepForm]

    @property
    def name(self) -> str:
        """As it stands in addresses; the service's own."""
        return self.service.__name__

    @property
    def offer(self) -> Offer:
        return OFFERS[self.action]


@dataclass(frozen=True)
class NotDone:
    """A case with which the step could not be taken, and why, in the reader's language."""

    number: str
    code: str
    reason: str


@dataclass
class Outcome:
    """What became of each case."""

    done: list[str] = field(default_factory=list)
    not_done: list[NotDone] = field(default_factory=list)


# By name, in the order in which they are offered; apps above add theirs in AppConfig.ready().
BULK: dict[str, BulkStep] = {}


def register_bulk(*steps: BulkStep) -> None:
    """Offer steps for many cases at once."""
    BULK.update((step.name, step) for step in steps)


register_bulk(
    BulkStep(Action.REGISTER, services.register_case, filled_in_once(StepForm)),
    BulkStep(Action.ORDER_CHECK, services.order_check, filled_in_once(NoteForm)),
    BulkStep(Action.REFUSE, services.refuse_case, filled_in_once(ReasonForm)),
    BulkStep(Action.COMMENT, services.comment_case, filled_in_once(CommentForm)),
    BulkStep(Action.VOID, services.void_case, filled_in_once(ReasonForm)),
)


def steps_for(user: User, cases: Iterable[Case]) -> dict[BulkStep, list[Case]]:
    """The steps that this person may take with at least one of the cases, each with the cases it suits; no query."""
    offered = [(case, set(offered_actions(user, case))) for case in cases]
    suits = {
        step: [case for case, actions in offered if step.action in actions]
        for step in _in_order(BULK.values())
    }
    return {step: suited for step, suited in suits.items() if suited}


def _in_order(steps: Iterable[BulkStep]) -> list[BulkStep]:
    order = list(OFFERS)
    return sorted(steps, key=lambda step: order.index(step.action))


def step_named(name: str, key: str, suits: Mapping[BulkStep, list[Case]]) -> BulkStep | None:
    """The step of a name, or of the key that was pressed; else the first that suits most of the cases."""
    for step in BULK.values():
        if step.name == name or (key and step.offer.key == key):
            return step
    return max(suits, key=lambda step: len(suits[step]), default=None)


def take_each(
    service: Callable[..., object],
    numbers: Iterable[str],
    *,
    actor: User,
    values: Mapping[str, Any],
    seen: Mapping[str, int] | None = None,
    tell: Callable[[int], object] = lambda done: None,
) -> Outcome:
    """Take a step with each of the cases, in a savepoint of its own; what one refuses holds back none of the others.

    In the order of their ids, so that two who choose some of the same can't wait for each other. `seen` are the
    versions they were seen in, by number: what somebody has worked on since stays as it is, as with one case alone.
    `tell` hears how many were gone through.
    """
    outcome = Outcome()
    if seen is None or service is services.comment_case:  # what is said takes nobody's decision away
        seen = {}
    found = dict(
        Case.objects.visible_to(actor)
        .filter(number__in=set(numbers))
        .order_by("pk")
        .values_list("number", "pk")
    )
    for through, (number, pk) in enumerate(found.items()):
        tell(through)
        version = seen.get(number)
        try:
            with transaction.atomic(), as_seen(pk, version):
                service(pk, actor=actor, **values)
        except (DomainError, ValidationError, DatabaseError) as error:
            outcome.not_done.append(NotDone(number, *_why(error, pk, version, actor)))
        else:
            outcome.done.append(number)
    nothing = NotFoundForYou()
    outcome.not_done += [
        NotDone(number, nothing.code, str(nothing.message))
        for number in dict.fromkeys(numbers)
        if number not in found
    ]
    return outcome


def _why(error: Exception, pk: int, seen: int | None, actor: User) -> tuple[str, str]:
    """The code of what went wrong, and the sentence for whoever asked."""
    if isinstance(error, ValidationError):
        return _code(error), " ".join(error.messages)
    if isinstance(error, StepNotAllowed | Overtaken):
        return error.code, _moved_on(pk, seen, actor)
    if isinstance(error, DomainError):
        return error.code, str(error.message)
    logger.error("a step in bulk failed with case %s", pk, exc_info=error)
    return "failed", _("The server could not do this. Nothing was changed. Try again in a moment.")


def _code(error: ValidationError) -> str:
    first = next(iter(error.error_dict.values()))[0] if hasattr(error, "error_dict") else error.error_list[0]
    return first.code or "invalid"


def _moved_on(pk: int, seen: int | None, actor: User) -> str:
    """How the case stands now, and who was quicker if somebody else took a step since it was seen."""
    case = Case.objects.get(pk=pk)
    status = {"status": case.get_status_display()}
    if seen is not None and is_overtaken(case, seen):
        last = case.events.exclude(action=Action.COMMENT).select_related("actor").latest("seq")
        if last.actor and last.actor != actor:
            return _("%(who)s was quicker: it is “%(status)s” now.") % {"who": last.actor, **status}
    return _("It is “%(status)s” now.") % status

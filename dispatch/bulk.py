"""The steps of command that are taken with many cases at once."""

from cases.bulk import BulkStep, filled_in_once, register_bulk
from cases.forms.steps import ReasonForm
from cases.workflow import Action
from dispatch import services
from dispatch.forms.steps import DecideForm, DispatchEachForm
from dispatch.forms.urging import UrgeForm


def register() -> None:
    register_bulk(
        BulkStep(Action.DISPATCH, services.dispatch_case, DispatchEachForm),
        BulkStep(Action.REFUSE_REQUEST, services.decide_request, filled_in_once(DecideForm)),
        BulkStep(Action.URGE, services.urge_case, filled_in_once(UrgeForm)),
        BulkStep(Action.RECALL, services.recall_case, filled_in_once(ReasonForm)),
        BulkStep(Action.ESCALATE, services.escalate_case, filled_in_once(ReasonForm)),
    )

"""Intake: check on the spot, register, refuse."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.extents import AS_IT_IS, Redrawn
from cases.models import Case, CaseClass, Condition, PhotoKind
from cases.placing import areas_of, fields_across
from cases.services.steps import lock_case, take_step
from cases.workflow import Action
from gridgov.errors import invalid
from gridgov.models import Photo
from grids.models import User


@transaction.atomic
def order_check(case_id: int, *, actor: User, note: str = "") -> Case:
    """Ask an inspector of the place to go and look before the case is registered (核实)."""
    case = lock_case(case_id, Action.ORDER_CHECK, actor=actor)
    if not case.is_placed:
        raise ValidationError(
            _("The case lies in no grid, so nobody could go and look: set its place first."), code="unplaced"
        )
    take_step(case, Action.ORDER_CHECK, actor=actor, note=note)
    return case


@transaction.atomic
def answer_check(
    case_id: int,
    *,
    actor: User,
    is_true: bool,
    note: str = "",
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
) -> Case:
    """Say whether the report is true, and if not, how it looks instead; the operator decides what follows."""
    case = lock_case(case_id, Action.ANSWER_CHECK, actor=actor)
    if not (is_true or photos or note.strip()):
        raise invalid("note", _("Take a photo, or say what you found there."), "finding_missing")
    take_step(
        case,
        Action.ANSWER_CHECK,
        actor=actor,
        note=note,
        data={"is_true": is_true},
        photos=photos,
        photo_kind=PhotoKind.CHECK,
        done_at=done_at,
    )
    return case


@transaction.atomic
def register_case(
    case_id: int,
    *,
    actor: User,
    case_class: CaseClass | None = None,
    condition: Condition | None = None,
    extent: Redrawn = AS_IT_IS,
) -> Case:
    """Register a case (立案): its class and condition are fixed, and so its time limit.

    With an `extent` that reaches beyond the holder's area, the lowest centre over all of it leads from here; None takes
    one away. Without a class the reported one stands; without a condition the class's first.
    Raises ValidationError when no class is known, the condition belongs to another class, or the case has no
    place yet.
    """
    case = lock_case(case_id, Action.REGISTER, actor=actor)
    case_class = case_class or case.case_class
    if case_class is None:
        raise invalid("case_class", _("Choose the class before you register the case."), "class_missing")
    if condition is None and case.condition and case.condition.case_class_id == case_class.pk:
        condition = case.condition
    condition = condition or case_class.conditions.filter(is_active=True).first()
    if condition and condition.case_class_id != case_class.pk:
        raise invalid("condition", _("This condition belongs to another class."), "foreign_condition")
    across = {} if extent is AS_IT_IS else fields_across(extent, areas_of(case), case.holder)
    across.pop("level", None)
    take_step(case, Action.REGISTER, actor=actor, case_class=case_class, condition=condition, **across)
    return case


@transaction.atomic
def refuse_case(case_id: int, *, actor: User, reason: str) -> Case:
    """Refuse a report (不予受理); the reporter is told the reason."""
    case = lock_case(case_id, Action.REFUSE, actor=actor)
    take_step(case, Action.REFUSE, actor=actor, note=required_reason(reason))
    return case


def required_reason(reason: str) -> str:
    """The reason without blanks; raises ValidationError when there is none."""
    if not reason.strip():
        raise invalid("reason", _("Give the reason: it is shown to those it concerns."), "reason_missing")
    return reason.strip()

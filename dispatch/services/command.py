"""The commanding side: dispatch, recall, escalate, resume."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from cases.parts import open_parts
from cases.services.register import required_reason
from cases.services.steps import lock_case, take_step
from cases.workflow import Action
from dispatch.routing import responsible_unit
from dispatch.services.joint import Duty, call_in, refuse_straight_back, without
from gridgov.errors import invalid
from grids.command import next_centre_up
from grids.models import Organisation, OrganisationKind, User


@transaction.atomic
def dispatch_case(
    case_id: int,
    *,
    actor: User,
    unit: Organisation | None = None,
    note: str = "",
    joint: Sequence[Duty] = (),
) -> Case:
    """Send a registered case to a unit; without one, to the unit that the responsibilities name.

    `joint` are further units, each with what it has to do: see `join_unit`. Raises ValidationError when nobody is
    named, when the unit only commands, has a part in it, or has just returned the case.
    """
    case = lock_case(case_id, Action.DISPATCH, actor=actor)
    unit = unit or responsible_unit(case)
    if unit is None:
        raise invalid("unit", _("No responsibility names a unit for this case: choose one."), "unrouted")
    if unit.kind == OrganisationKind.COMMAND or not unit.is_active:
        raise invalid("unit", _("This unit does not handle cases."), "not_a_unit")
    refuse_straight_back(case, "unit", unit)
    if unit.pk in [part.unit.pk for part in open_parts(case)]:
        raise invalid(
            "unit", _("This unit has a part in it: release it first, and it can lead."), "takes_part"
        )
    # Once it is dispatched, nobody has just returned it any more.
    refuse_straight_back(case, "joint", *(one for one, duty in joint))
    take_step(case, Action.DISPATCH, actor=actor, note=note, unit=unit, joint_unit_ids=without(case, unit))
    call_in(case, joint, actor=actor)
    return case


@transaction.atomic
def recall_case(case_id: int, *, actor: User, reason: str) -> Case:
    """Take a case back from its unit."""
    case = lock_case(case_id, Action.RECALL, actor=actor)
    take_step(case, Action.RECALL, actor=actor, note=required_reason(reason), unit=None)
    return case


@transaction.atomic
def escalate_case(case_id: int, *, actor: User, reason: str) -> Case:
    """Hand a case up a level because it is beyond this level's powers; the status stays.

    Raises ValidationError at the top.
    """
    case = lock_case(case_id, Action.ESCALATE, actor=actor)
    above = next_centre_up(case.holder)
    if above is None:
        raise ValidationError(_("This is the top level already."), code="top_level")
    take_step(case, Action.ESCALATE, actor=actor, note=required_reason(reason), holder=above)
    return case


@transaction.atomic
def resume_case(case_id: int, *, actor: User | None, note: str = "") -> Case:
    """Let the clock of a suspended case run again; it does so by itself on its date (`actor` None)."""
    case = lock_case(case_id, Action.RESUME, actor=actor)
    take_step(case, Action.RESUME, actor=actor, note=note)
    return case

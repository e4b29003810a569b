"""Joint units: several do their parts of one case beside the unit that leads."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, PhotoKind
from cases.parts import open_parts, part_of
from cases.services.register import required_reason
from cases.services.steps import lock_case, take_step
from cases.workflow import Action
from dispatch.units import just_returned_by
from gridgov.errors import StepNotAllowed, invalid
from gridgov.models import Photo
from grids.models import Organisation, OrganisationKind, User

# A unit and what it has to do, in a sentence.
Duty = tuple[Organisation, str]


@transaction.atomic
def join_unit(case_id: int, *, actor: User, unit: Organisation, duty: str) -> Case:
    """Call in a joint unit (协办单位) for its part of a case; the unit that leads stays the only one that answers for it.

    A unit whose part is done may be called in again. Raises ValidationError without a duty, and for the unit that
    leads, one that takes part already, one that has just returned the case, or one that handles no cases.
    """
    case = lock_case(case_id, Action.JOIN, actor=actor)
    refuse_straight_back(case, "joint", unit)
    call_in(case, [(unit, duty)], actor=actor)
    return case


@transaction.atomic
def release_unit(case_id: int, *, actor: User, unit: Organisation, reason: str) -> Case:
    """Let a joint unit go whose part is no longer needed; raises ValidationError when it has none to do."""
    case = lock_case(case_id, Action.RELEASE, actor=actor)
    if unit.pk not in [part.unit.pk for part in open_parts(case)]:
        raise invalid("unit", _("This unit has no part to do any more."), "no_open_part")
    take_step(
        case,
        Action.RELEASE,
        actor=actor,
        note=required_reason(reason),
        of_unit=unit,
        joint_unit_ids=without(case, unit),
    )
    return case


@transaction.atomic
def accept_part(case_id: int, *, actor: User) -> Case:
    """Accept one's unit's part; raises `StepNotAllowed` when a colleague has done so already."""
    case = lock_case(case_id, Action.ACCEPT_PART, actor=actor)
    part = part_of(actor, case, Action.ACCEPT_PART)
    if part is None:
        raise StepNotAllowed(case, Action.ACCEPT_PART)
    take_step(case, Action.ACCEPT_PART, actor=actor, of_unit=part.unit)
    return case


@transaction.atomic
def feed_back_part(
    case_id: int,
    *,
    actor: User,
    note: str = "",
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
) -> Case:
    """Report one's unit's part as done, with a photo of the result or the reason why there is none.

    Raises `StepNotAllowed` when a colleague has done so already.
    """
    case = lock_case(case_id, Action.FEED_BACK_PART, actor=actor)
    part = part_of(actor, case, Action.FEED_BACK_PART)
    if part is None:
        raise StepNotAllowed(case, Action.FEED_BACK_PART)
    if not photos and not note.strip():
        raise invalid("photos", _("Take a photo of the result, or say why there is none."), "photo_missing")
    take_step(
        case,
        Action.FEED_BACK_PART,
        actor=actor,
        note=note,
        photos=photos,
        photo_kind=PhotoKind.AFTER,
        done_at=done_at,
        of_unit=part.unit,
    )
    return case


def call_in(case: Case, duties: Sequence[Duty], *, actor: User) -> None:
    """Give units their parts of a locked case; raises ValidationError as `join_unit` does."""
    for unit, duty in duties:
        if unit.kind == OrganisationKind.COMMAND or not unit.is_active:
            raise invalid("joint", _("%(unit)s does not handle cases.") % {"unit": unit}, "not_a_unit")
        if unit.pk == case.unit_id:
            raise invalid(
                "joint", _("%(unit)s leads: it can't be a joint unit as well.") % {"unit": unit}, "leads_it"
            )
        if unit.pk in [part.unit.pk for part in open_parts(case)]:
            raise invalid("joint", _("%(unit)s takes part already.") % {"unit": unit}, "takes_part")
        if not duty.strip():
            raise invalid("joint", _("Say what %(unit)s has to do.") % {"unit": unit}, "duty_missing")
        take_step(
            case,
            Action.JOIN,
            actor=actor,
            note=duty,
            of_unit=unit,
            joint_unit_ids=[*without(case, unit), unit.pk],
        )


def refuse_straight_back(case: Case, field: str, *units: Organisation) -> None:
    """Raise ValidationError at the field when one of the units has just returned the case, in whatever part."""
    if units and just_returned_by(case) in [unit.pk for unit in units]:
        raise invalid(
            field,
            _("This unit has just returned the case; it may not be sent straight back."),
            "straight_back",
        )


def without(case: Case, unit: Organisation) -> list[int]:
    """The joint units of a case but for this one."""
    return [pk for pk in case.joint_unit_ids if pk != unit.pk]

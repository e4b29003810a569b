"""Verification (核查) by the finding side, and what may follow a close."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, PhotoKind
from cases.services.register import required_reason
from cases.services.steps import lock_case, take_step
from cases.workflow import Action, Status
from gridgov.errors import invalid
from gridgov.models import Photo
from grids.models import User


@transaction.atomic
def verify_case(
    case_id: int,
    *,
    actor: User,
    passed: bool,
    note: str = "",
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
) -> Case:
    """Close a handled case that is solved, or send it back for rework (返工).

    A close needs a photo of what the verifier saw, or a note that says why there is none; a failed look needs
    the reason.
    """
    action = Action.VERIFY_PASS if passed else Action.VERIFY_FAIL
    case = lock_case(case_id, action, actor=actor)
    if not passed:
        note = required_reason(note)
    elif not photos and not note.strip():
        raise invalid("photos", _("Take a photo, or say why there is none."), "photo_missing")
    take_step(
        case,
        action,
        actor=actor,
        target=None if passed else Status.HANDLING if case.unit_id else Status.REGISTERED,
        note=note,
        photos=photos,
        photo_kind=PhotoKind.VERIFICATION,
        done_at=done_at,
    )
    return case


@transaction.atomic
def reopen_case(case_id: int, *, actor: User, reason: str) -> Case:
    """Open a closed case for the dispatcher, or a refused one for the operator, again."""
    case = lock_case(case_id, Action.REOPEN, actor=actor)
    note = required_reason(reason)
    changes: dict[str, Any] = (
        {"unit": None, "joint_unit_ids": [], "settled_on_the_spot": False}
        if case.status == Status.CLOSED
        else {}
    )
    take_step(case, Action.REOPEN, actor=actor, note=note, **changes)
    return case


@transaction.atomic
def void_case(case_id: int, *, actor: User, reason: str) -> Case:
    """Declare an open case void (作废): it should never have been registered."""
    case = lock_case(case_id, Action.VOID, actor=actor)
    take_step(case, Action.VOID, actor=actor, note=required_reason(reason))
    return case


@transaction.atomic
def comment_case(
    case_id: int,
    *,
    actor: User,
    text: str,
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
) -> Case:
    """Write into the timeline, with photos where there are some; no clock moves."""
    case = lock_case(case_id, Action.COMMENT, actor=actor)
    if not text.strip():
        raise invalid("text", _("Write something first."), "text_missing")
    take_step(
        case,
        Action.COMMENT,
        actor=actor,
        note=text,
        photos=photos,
        photo_kind=PhotoKind.CHECK,
        done_at=done_at,
    )
    return case

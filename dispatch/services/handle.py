"""The handling side: accept, report as handled."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, PhotoKind
from cases.parts import open_parts
from cases.services.steps import lock_case, take_step
from cases.workflow import Action
from gridgov.errors import invalid
from gridgov.models import Photo
from grids.models import User


@transaction.atomic
def accept_case(case_id: int, *, actor: User) -> Case:
    """Accept a dispatched case; the handling limit begins."""
    case = lock_case(case_id, Action.ACCEPT, actor=actor)
    take_step(case, Action.ACCEPT, actor=actor)
    return case


@transaction.atomic
def feed_back_case(
    case_id: int,
    *,
    actor: User,
    note: str = "",
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
    without: Mapping[str, str] = MappingProxyType({}),
) -> Case:
    """Report a case as handled, with a photo of the result or the reason why there is none.

    It waits for verification by the finding side. A joint unit whose part is not done is waited for, unless
    `without` says why not: the unit's code → the reason.
    """
    case = lock_case(case_id, Action.FEED_BACK, actor=actor)
    missing = open_parts(case)
    reasons = {part.unit.code: without.get(part.unit.code, "").strip() for part in missing}
    for part in missing:
        if not reasons[part.unit.code]:
            raise invalid(
                f"without.{part.unit.code}",
                _("%(unit)s has not done its part: wait for it, or say why it goes without.")
                % {"unit": part.unit},
                "part_open",
            )
    if not photos and not note.strip():
        raise invalid("photos", _("Take a photo of the result, or say why there is none."), "photo_missing")
    take_step(
        case,
        Action.FEED_BACK,
        actor=actor,
        note=note,
        data={"without": reasons} if reasons else None,
        photos=photos,
        photo_kind=PhotoKind.AFTER,
        done_at=done_at,
    )
    return case

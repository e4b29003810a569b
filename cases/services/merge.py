"""Joining reports of the same matter."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from cases.services.steps import lock_case, take_step
from cases.workflow import Action, Status
from gridgov.errors import invalid
from grids.models import User


@transaction.atomic
def merge_case(case_id: int, *, actor: User, into_id: int, note: str = "") -> Case:
    """Merge a case (并案) into another open one that reports the same; both reporters are told, and hear how it ends.

    Raises ValidationError when the other is the same, closed, or merged itself.
    """
    # Both rows, the smaller id first, so that two who merge crosswise can't wait for each other.
    locked = {
        pk: lock_case(pk, Action.MERGE if pk == case_id else None, actor=actor)
        for pk in sorted({case_id, into_id})
    }
    case, into = locked[case_id], locked[into_id]
    if case.pk == into.pk or not into.is_open:
        raise invalid("into", _("Choose another case that is still open."), "not_mergeable")
    if case.merged_cases.exists():
        raise invalid(
            "into", _("Other cases were merged into this one: merge the other way round."), "has_merged"
        )
    if into.district_id != case.district_id:
        raise invalid("into", _("The other case belongs to another district."), "other_district")
    take_step(
        case,
        Action.MERGE,
        actor=actor,
        note=note,
        merged_into=into,
        data={"into": into.number, "was": case.status},
    )
    return case


@transaction.atomic
def unmerge_case(case_id: int, *, actor: User, note: str = "") -> Case:
    """Take a merged case out again: it is as it was before, with a fresh clock."""
    case = lock_case(case_id, Action.UNMERGE, actor=actor)
    was = (
        case.events.filter(action=Action.MERGE).order_by("-seq").values_list("from_status", flat=True).first()
    )
    take_step(
        case,
        Action.UNMERGE,
        actor=actor,
        note=note,
        target=Status(was) if was else None,
        merged_into=None,
    )
    return case

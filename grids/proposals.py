"""Proposals as they are read: which wait for whom, what they would change, what was changed meanwhile."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from grids.change_words import FieldChange, in_words
from grids.models import GridObject, ProposalState, ProposedChange, RegistryChange, User
from grids.permissions import DECIDING_ROLES
from grids.services.registry import as_json


def waiting_for(user: User) -> QuerySet[ProposedChange]:
    """The proposals that the person's units decide, and that somebody else made; the oldest first."""
    units = {post.organisation_id for post in user.current_posts if post.role in DECIDING_ROLES}
    waiting = ProposedChange.objects.filter(state=ProposalState.WAITING).exclude(proposed_by=user)
    if not (user.is_staff and user.has_perm("grids.change_gridobject")):
        waiting = waiting.filter(owner__in=units, pk__in=ProposedChange.objects.seen_by_posts(user))
    return waiting.order_by("id")


def fields_of(proposal: ProposedChange) -> set[str]:
    """The names of the fields that a proposal is about."""
    return set(proposal.values) | ({"point"} if proposal.point else set())


def changed_meanwhile(proposal: ProposedChange) -> list[RegistryChange]:
    """The changes of the same fields since the proposal was made, the oldest first."""
    if proposal.object_id is None or proposal.seen_version is None:
        return []
    newer = RegistryChange.objects.filter(object=proposal.object_id, version__gt=proposal.seen_version)
    names = sorted(fields_of(proposal))
    return list(newer.filter(fields__has_any_keys=names).select_related("by", "object__type").order_by("id"))


def before_and_after(proposal: ProposedChange) -> list[FieldChange]:
    """Each field that a proposal is about, as it is now and as it would be, in words.

    Of what is decided: as it was written, or for a refused one as it would have been.
    """
    there = proposal.object
    written = RegistryChange.objects.filter(proposal=proposal).select_related("object__type").first()
    if written is not None:
        fields = {name: pair for name, pair in written.fields.items() if name not in ("as_of", "source")}
    else:
        fields = _would_be(there, proposal)
    shown = RegistryChange(object=there or GridObject(type=proposal.type), fields=fields, version=0)
    return in_words([shown])[0].fields


def _would_be(there: GridObject | None, proposal: ProposedChange) -> dict[str, list[Any]]:
    values = dict(proposal.values)
    if "attributes" in values:
        now = there.attributes if there else {}
        merged = {**now, **values["attributes"]}
        values["attributes"] = {key: value for key, value in merged.items() if value is not None}
    if proposal.point:
        values["point"] = [round(proposal.point.x, 7), round(proposal.point.y, 7)]
    return {name: [as_json(there, name) if there else None, value] for name, value in values.items()}


def proposals_for(user: User, *, mine: bool, decided: bool = False) -> QuerySet[ProposedChange]:
    """The rows of a list: those one made, or those one's units decided, the newest first; else what waits for one."""
    rows = ProposedChange.objects.select_related("type", "area", "object", "proposed_by", "owner")
    if mine:
        return rows.filter(proposed_by=user).order_by("-id")
    if decided:
        done = ~Q(state=ProposalState.WAITING)
        return rows.filter(done, pk__in=ProposedChange.objects.visible_to(user)).order_by("-id")
    return rows.filter(pk__in=waiting_for(user)).order_by("id")

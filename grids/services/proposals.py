"""What somebody found in the street to be otherwise than in the registry: proposed, then accepted or refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from copy import copy
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Photo
from grids.attributes import clean_values
from grids.command import lowest_centre
from grids.errors import NobodyDecides, ObjectMovedOn, ProposalDecided
from grids.models import (
    Area,
    ChangeKind,
    ChangeSource,
    GridObject,
    ObjectState,
    ObjectType,
    Organisation,
    Post,
    ProposalState,
    ProposedChange,
    User,
)
from grids.models.grid_object import serves_residents
from grids.notices import tell_of_decision, tell_of_proposal
from grids.permissions import (
    DECIDING_ROLES,
    can_decide_proposal,
    can_propose_change,
    can_withdraw_proposal,
)
from grids.proposals import changed_meanwhile
from grids.selectors import chain_of, locate
from grids.services.registry import as_json, clean_alone, lock_object, write_changes, write_object

_WORDS = ("name", "address", "credit_code", "business_scope")
# What may be said with each kind of proposal, besides the place.
PROPOSABLE: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.NEW: (*_WORDS, "attributes"),
    ChangeKind.CHANGED: (*_WORDS, "state", "attributes"),
    ChangeKind.MOVED: ("address",),
    ChangeKind.CLOSED: ("state",),
}
_GONE = (ObjectState.CLOSED, ObjectState.REMOVED)


@transaction.atomic
def propose_change(
    *,
    actor: User,
    kind: ChangeKind,
    object_id: int | None = None,
    type: ObjectType | None = None,
    values: Mapping[str, Any] | None = None,
    point: Point | None = None,
    note: str = "",
    photos: Collection[Photo] = (),
    seen_version: int | None = None,
) -> ProposedChange:
    """Say that something is new, changed, moved or closed; the unit that owns it, or the place's centre, decides.

    `values` are fields as in `PROPOSABLE`; `attributes` holds those that differ, None for one that is no more. `point`
    (WGS-84) is where something new stands or something moved went. `seen_version` is the object's version that it was
    written against, which may be days old; None: that of now. Raises `NotFoundForYou`, `NotPermitted` for
    people without a post in the place, `NobodyDecides`, and ValidationError by field.
    """
    there = _object_for(actor, object_id) if kind != ChangeKind.NEW else None
    area, district = (there.area, there.district) if there else _place_of(point)
    if not can_propose_change(actor, area):
        raise NotPermitted("propose_change")
    what = there.type if there else type
    if what is None:
        raise ValidationError({"type": _("Say what it is.")}, code="no_type")
    given = _given(kind, values or {}, there, what)
    if kind == ChangeKind.MOVED and (point is None or not locate(point, level=None)):
        raise ValidationError({"point": _("Say where it stands now, inside our areas.")}, code="no_point")
    _check(there, what, given, point)
    proposal = ProposedChange.objects.create(
        kind=kind,
        object=there,
        type=what,
        area=area,
        district=district,
        owner=_owner_of(there, area, actor),
        values=given,
        point=point if kind in (ChangeKind.NEW, ChangeKind.MOVED) else None,
        seen_version=_version_seen(there, seen_version) if there else None,
        note=note.strip(),
        proposed_by=actor,
        proposed_at=clock.now(),
    )
    for photo in photos:
        if photo._state.adding:
            photo.save(force_insert=True)
    proposal.photos.set(photos)
    tell_of_proposal(proposal)
    return proposal


@transaction.atomic
def accept_proposal(
    proposal_id: int, *, actor: User, seen_version: int | None = None, code: str = ""
) -> ProposedChange:
    """Write what was proposed into the registry; the change feed names the proposal.

    When the same fields were changed after it was proposed, `seen_version` must name the object's version of now:
    that is how one says that one has seen it. `code` is for something new; without it one is given. Raises
    `NotFoundForYou`, `NotPermitted`, `ProposalDecided`, `ObjectMovedOn`, and ValidationError by field.
    """
    proposal = _lock(proposal_id, actor)
    if proposal.kind == ChangeKind.NEW:
        proposal.object = _add(proposal, actor, code.strip())
    else:
        assert proposal.object_id
        there = lock_object(proposal.object_id)
        if seen_version != there.version and changed_meanwhile(proposal):
            raise ObjectMovedOn(proposal)
        as_of = max(there.as_of, timezone.localdate(proposal.proposed_at))
        changes = proposed_values(there, proposal.values, proposal.point)
        write_changes(there, actor, ChangeSource.PROPOSAL, proposal=proposal, as_of=as_of, **changes)
    return _decide(proposal, actor, ProposalState.ACCEPTED)


@transaction.atomic
def refuse_proposal(proposal_id: int, *, actor: User, reason: str) -> ProposedChange:
    """Leave the registry as it is, and tell why. Raises as `accept_proposal` does."""
    proposal = _lock(proposal_id, actor)
    if not reason.strip():
        raise ValidationError(
            {"reason": _("Say why, so that it is understood in the street.")}, code="required"
        )
    return _decide(proposal, actor, ProposalState.REFUSED, reason.strip())


@transaction.atomic
def withdraw_proposal(proposal_id: int, *, actor: User) -> ProposedChange:
    """Take one's own proposal back before it is decided. Raises `NotFoundForYou`, `NotPermitted`, `ProposalDecided`."""
    proposal = _lock(proposal_id, actor, can_withdraw_proposal, "withdraw_proposal")
    return _decide(proposal, actor, ProposalState.WITHDRAWN)


def proposed_values(there: GridObject, values: Mapping[str, Any], point: Point | None) -> dict[str, Any]:
    """The fields of an object as a proposal would have them."""
    changes = {name: value for name, value in values.items() if name != "attributes"}
    if "attributes" in values:
        merged = {**there.attributes, **values["attributes"]}
        changes["attributes"] = {key: value for key, value in merged.items() if value is not None}
    return {**changes, "point": point} if point else changes


def _object_for(actor: User, object_id: int | None) -> GridObject:
    seen = GridObject.objects.visible_to(actor).select_related("type", "area", "district", "owner")
    found: GridObject | None = seen.filter(pk=object_id).first() if object_id else None
    if found is None:
        raise NotFoundForYou(object_id)
    return found


def _version_seen(there: GridObject, said: int | None) -> int:
    """Nobody can have seen a version that is not there yet."""
    return there.version if said is None else min(said, there.version)


def _place_of(point: Point | None) -> tuple[Area, Area]:
    located = locate(point, level=None) if point else None
    if located is None:
        raise ValidationError({"point": _("Say where it stands, inside our areas.")}, code="no_point")
    return located.area, located.chain[0]


def _given(
    kind: ChangeKind, values: Mapping[str, Any], there: GridObject | None, type: ObjectType
) -> dict[str, Any]:
    """What of the values differs from the registry."""
    if foreign := values.keys() - set(PROPOSABLE[kind]):
        raise ValidationError(
            {"values": _("This is not proposed so: %(names)s.") % {"names": ", ".join(sorted(foreign))}},
            code="foreign_values",
        )
    if kind == ChangeKind.CLOSED:
        state = values.get("state") or ObjectState.CLOSED
        if state not in _GONE:
            raise ValidationError({"state": _("Closed or removed.")}, code="not_gone")
        values = {"state": str(state)}
    given = {name: value for name, value in values.items() if name != "attributes"}
    attributes = _as_kept(type, values.get("attributes") or {})
    if there:
        given = {name: value for name, value in given.items() if value != as_json(there, name)}
        attributes = {key: value for key, value in attributes.items() if value != there.attributes.get(key)}
    if attributes:
        given["attributes"] = attributes
    if kind in (ChangeKind.CHANGED, ChangeKind.CLOSED) and not given:
        raise ValidationError(
            _("Nothing here differs from the registry: say what has changed."), code="nothing_changed"
        )
    return given


def _as_kept(type: ObjectType, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says in words as the registry keeps it, None for what was emptied; what can't be read stays."""
    definitions = {definition["key"]: definition for definition in type.attributes}
    kept = dict(attributes)
    for key, value in attributes.items():
        with suppress(ValidationError, KeyError):
            read = clean_values([{**definitions[key], "required": False}], {key: value})
            kept[key] = read.get(key)
    return kept


def _check(there: GridObject | None, type: ObjectType, given: Mapping[str, Any], point: Point | None) -> None:
    """Judge it as it would be written, so that whoever proposes it can mend it."""
    tried = copy(there) if there else GridObject(type=type, code="?", as_of=clock.today())
    for name, value in proposed_values(tried, given, point).items():
        setattr(tried, name, value)
    clean_alone(tried)


def _owner_of(there: GridObject | None, area: Area, actor: User) -> Organisation:
    """The unit that owns it, if it has people to decide, else the nearest command centre that has.

    On what is private only those decide who may see it.
    """
    private = there is not None and there.type.is_private
    centre = lowest_centre(chain_of(area))
    for unit in (there.owner if there else None, centre):
        posts = Post.objects.current().filter(organisation=unit, role__in=DECIDING_ROLES).exclude(user=actor)
        people = posts.select_related("organisation")
        if unit and any(not private or serves_residents(post) for post in people):
            return unit
    if centre is None or private:
        raise NobodyDecides(area)
    return centre


def _lock(
    proposal_id: int,
    actor: User,
    may: Callable[[User, ProposedChange], bool] = can_decide_proposal,
    verb: str = "decide_proposal",
) -> ProposedChange:
    found = (
        ProposedChange.objects.visible_to(actor)
        .select_for_update(of=("self",), no_key=True)
        .select_related("object", "type", "proposed_by", "district")
        .filter(pk=proposal_id)
        .first()
    )
    if found is None:
        raise NotFoundForYou(proposal_id)
    if not may(actor, found):
        raise NotPermitted(verb)
    if found.state != ProposalState.WAITING:
        raise ProposalDecided(proposal_id)
    return found


def _add(proposal: ProposedChange, actor: User, code: str) -> GridObject:
    blank = GridObject(type=proposal.type)
    return write_object(
        actor,
        ChangeSource.PROPOSAL,
        proposal=proposal,
        type=proposal.type,
        code=code or _next_code(proposal),
        as_of=timezone.localdate(proposal.proposed_at),
        source=str(ChangeSource.PROPOSAL.label),
        **proposed_values(blank, proposal.values, proposal.point),
    )


def _next_code(proposal: ProposedChange) -> str:
    """A component's by its standard (6 digits county, the class, 6 of its own), others' from type and proposal."""
    digits = proposal.type.class_digits
    if not digits:
        return f"{proposal.type.code}-{proposal.pk}".upper()
    begin = proposal.district.code + digits
    with connection.cursor() as cursor:
        # One after the other, so that no two get the same.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"component:{begin}"])
    taken = GridObject.objects.filter(code__regex=rf"^{begin}\d{{6}}$").order_by("-code")
    last = taken.values_list("code", flat=True).first()
    return f"{begin}{int(last[-6:]) + 1 if last else 1:06d}"


def _decide(proposal: ProposedChange, actor: User, state: ProposalState, reason: str = "") -> ProposedChange:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor, clock.now()
    proposal.reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason", "object"])
    if state != ProposalState.WITHDRAWN:
        tell_of_decision(proposal)
    return proposal

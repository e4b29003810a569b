"""The way in: reporting a case, correcting it, settling it on the spot."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import stage_clock
from cases.deadlines import deadline_of
from cases.deeds import time_of_deed
from cases.extents import AS_IT_IS, Redrawn, points_of
from cases.models import Case, CaseClass, CaseEvent, Channel, Condition, PhotoKind, Stage
from cases.notices import notify
from cases.numbers import next_number
from cases.permissions import can_report_case
from cases.placing import AREAS, fields_across, place_of
from cases.services.contact import keep_contact
from cases.services.steps import attach_photos, lock_case, take_step
from cases.workflow import NEW, UNREGISTERED, Action, Capacity, Status
from gridgov import clock
from gridgov.errors import NotPermitted
from gridgov.models import Photo
from grids.models import Area, GridObject, User
from grids.selectors import district_of


@transaction.atomic
def report_case(
    *,
    actor: User | None,
    capacity: Capacity = Capacity.CITIZEN,
    point: Point | None = None,
    device_point: Point | None = None,
    accuracy_m: float | None = None,
    address: str = "",
    case_class: CaseClass | None = None,
    condition: Condition | None = None,
    description: str = "",
    object: GridObject | None = None,
    channel: Channel = Channel.INSPECTOR,
    external_id: str = "",
    photos: Collection[Photo] = (),
    district: Area | None = None,
    promised_due_at: datetime | None = None,
    outside_reason: str = "",
    done_at: datetime | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    extent: GEOSGeometry | None = None,
    waits_for_intake: bool = True,
) -> Case:
    """File a report; it waits at the lowest command centre of the place.

    Without an `actor` it comes from a citizen or a device, as `capacity` says, and `district` must be named.
    `point` is WGS-84 (EPSG:4326), lon/lat. A point outside every grid, or none, makes an unplaced case of
    `district`, or of the district of the reporter's first post. `object` is what it is about; where no place or
    address is given, its own are taken. `promised_due_at` is a due time that somebody
    outside was promised; it stands for the handling limit. `outside_reason` is why the reporter was outside their
    own grids. `contact_name` and `contact_phone` are whom a call or a letter came from. `done_at` is when it was reported, if a phone tells it later. Without `waits_for_intake` nobody is
    told, because the caller goes on with it at once.

    Raises `NotPermitted` for people without a post, ValidationError when there is nothing to see: neither photo
    nor words.
    """
    if actor is not None and not can_report_case(actor):
        raise NotPermitted(Action.REPORT)
    if not (photos or description.strip() or case_class):
        raise ValidationError(
            _("Say what is wrong: a photo, a class or a few words."), code="nothing_reported"
        )
    if condition and condition.case_class_id != (case_class and case_class.pk):
        raise ValidationError(_("This condition belongs to another class."), code="foreign_condition")
    if object:
        point = point or object.point
        address = address.strip() or object.public_address
    point = point or (points_of(extent)[0] if extent else None)
    place = place_of(point, lambda: district or _district_of(actor))
    fields = {**place.fields(), **(fields_across(extent, place.chain, place.holder) if extent else {})}
    now, done_at = clock.now(), time_of_deed(done_at)
    case = Case(
        object=object,
        point=point,
        device_point=device_point,
        accuracy_m=accuracy_m,
        address=address.strip(),
        case_class=case_class,
        condition=condition,
        description=description.strip(),
        channel=channel,
        external_id=external_id,
        reporter=actor,
        reported_at=done_at or now,
        promised_due_at=promised_due_at,
        **fields,
    )
    stage_clock.begin(case, now, deadline_of(case, Stage.INTAKE, now))
    case.number = next_number(case.district)
    case.save()
    keep_contact(case, name=contact_name, phone=contact_phone)
    event = CaseEvent.objects.create(
        case=case,
        district_id=case.district_id,
        seq=case.version,
        action=Action.REPORT,
        actor=actor,
        post=next(iter(actor.current_posts), None) if actor else None,
        capacity=Capacity.REPORTER if actor else capacity,
        at=now,
        done_at=done_at,
        from_status=NEW,
        to_status=Status.REPORTED,
        holder=case.holder,
        level=case.level,
        due_after=case.stage_due_at,
        data={
            "channel": channel,
            **({"outside_reason": outside_reason.strip()} if outside_reason.strip() else {}),
        },
    )
    attach_photos(event, photos, PhotoKind.BEFORE)
    if waits_for_intake:
        notify(case, event)
    return case


@transaction.atomic
def amend_case(
    case_id: int,
    *,
    actor: User,
    point: Point | None = None,
    address: str | None = None,
    description: str | None = None,
    case_class: CaseClass | None = None,
    condition: Condition | None = None,
    extent: Redrawn = AS_IT_IS,
) -> Case:
    """Correct a case before it is registered: its place, words or class, and how far it reaches. Its clock does not move.

    Once it is registered, only how far it reaches; None for an `extent` that was drawn by mistake.

    A new point places the case anew; its holder stays, but for an extent that reaches beyond the holder's area: then
    the lowest centre over all of it leads.
    """
    case = lock_case(case_id, Action.AMEND, actor=actor)
    if case.status not in UNREGISTERED and (point, address, description, case_class) != (None,) * 4:
        raise ValidationError(
            _("Once a case is registered, only how far it reaches can be corrected."), code="registered"
        )
    changes: dict[str, Any] = {}
    data: dict[str, Any] = {}
    if point is not None:
        # Whose it was until now: what they owed it is still counted there.
        data["was"] = {f"{name}_id": getattr(case, f"{name}_id") for name in AREAS}
        fields = place_of(point, lambda: case.district).fields()
        changes |= {"point": point} | {
            name: fields[name]
            for name in ("district", "street", "subdistrict", "community", "grid", "grid_version")
        }
    if address is not None and address.strip() != case.address:
        changes["address"] = address.strip()
    if description is not None and description.strip() != case.description:
        changes["description"] = description.strip()
    if case_class is not None and (case_class.pk, condition and condition.pk) != (
        case.case_class_id,
        case.condition_id,
    ):
        changes |= {"case_class": case_class, "condition": condition}
    if point is not None or extent is not AS_IT_IS:
        reaches = case.extent if extent is AS_IT_IS else extent
        chain = [changes.get(name, getattr(case, name)) for name in AREAS]
        across = fields_across(reaches, [area for area in chain if area], case.holder)
        changes |= {name: value for name, value in across.items() if value != getattr(case, name)}
    changes.pop("level", None)
    take_step(case, Action.AMEND, actor=actor, data={"changed": sorted(changes), **data}, **changes)
    return case


@transaction.atomic
def settle_case(
    case_id: int,
    *,
    actor: User,
    note: str = "",
    photos: Collection[Photo] = (),
    done_at: datetime | None = None,
) -> Case:
    """Settle on the spot what one reported oneself (自行处置), with a photo of the result.

    Whoever reported can't be the only judge: one case in `SETTLED_SAMPLE_EVERY` waits for somebody else's
    verification, the others close.
    """
    case = lock_case(case_id, Action.SETTLE, actor=actor)
    if not photos:
        raise ValidationError(_("Settling on the spot needs a photo of the result."), code="photo_missing")
    sampled = settings.SETTLED_SAMPLE_EVERY > 0 and case.pk % settings.SETTLED_SAMPLE_EVERY == 0
    take_step(
        case,
        Action.SETTLE,
        actor=actor,
        target=Status.HANDLED if sampled else Status.CLOSED,
        note=note,
        photos=photos,
        photo_kind=PhotoKind.AFTER,
        done_at=done_at,
        settled_on_the_spot=True,
    )
    return case


@transaction.atomic
def report_settled_case(*, actor: User, after_photos: Collection[Photo], **report: Any) -> Case:
    """Report what one has settled on the spot already: `report_case` and `settle_case` in one go."""
    case = report_case(actor=actor, waits_for_intake=False, **report)
    return settle_case(case.pk, actor=actor, photos=after_photos, done_at=report.get("done_at"))


def _district_of(actor: User | None) -> Area:
    if actor is None:
        raise ValueError("who reports without an account names the district")
    return district_of(actor.current_posts[0].area)

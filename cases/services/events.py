"""Alarms of devices: counted, and once there are enough of them, a case."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from cases.deeds import LATEST
from cases.forms.photos import MOST_PHOTOS
from cases.models import AlarmOutcome, Case, CaseEvent, CasePhoto, Channel, Device, DeviceAlarm, PhotoKind
from cases.permissions import can_change_devices, can_send_event
from cases.services.report import report_case
from cases.services.steps import attach_photos
from cases.workflow import OPEN, Action, Capacity
from gridgov import clock
from gridgov.errors import DomainError, KeyReused, NotFoundForYou, NotPermitted, invalid
from gridgov.models import Photo
from grids.models import User
from grids.selectors import district_of, locate

# A device's clock may be fast; one that says more is wrong.
AHEAD = timedelta(minutes=5)


class DeviceOff(DomainError):
    """The device is no longer in use, so its alarms mean nothing."""

    code = "device_off"
    message = gettext_lazy("This device is not in use.")
    advice = gettext_lazy("Nothing was kept. Ask the administrators to put it into use.")


@transaction.atomic
def receive_event(
    *,
    actor: User,
    device_code: str,
    event_id: str,
    at: datetime | None = None,
    value: str = "",
    note: str = "",
    photo: Photo | None = None,
) -> tuple[DeviceAlarm, bool]:
    """Take one alarm of a device; tells what became of it, and whether it is new.

    Below the threshold it is only counted; the one that reaches it opens a case of the device's class and place; while
    that is open, further ones join it without a row in its timeline. After it has ended the device is silent for a time.
    Alarms of before the end never open another. The same `event_id` is the same alarm. `photo` is stored, not saved.

    Raises `NotFoundForYou` for a device of another account or beyond its posts, `KeyReused` for an id that came with
    another alarm, `DeviceOff`, and ValidationError for a time more than `AHEAD` ahead or `LATEST` ago.
    """
    # Of alarms at once each sees what the one before it did.
    device: Device | None = (
        Device.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area", "case_class", "condition")
        .filter(code=device_code)
        .first()
    )
    if device is None or not can_send_event(actor, device):
        raise NotFoundForYou(device_code)
    if there := device.alarms.select_related("case").filter(event_id=event_id).first():
        return _same(there, at, value, note), False
    if not device.is_active:
        raise DeviceOff(device_code)
    now = clock.now()
    if at is not None and not now - LATEST <= at <= now + AHEAD:
        raise invalid(
            "at", gettext("An alarm is of the last seven days, and not of the future."), "out_of_time"
        )
    alarm = DeviceAlarm(
        device=device,
        district=district_of(device.area),
        event_id=event_id,
        at=min(at or now, now),
        received_at=now,
        value=value,
        note=note,
        photo=photo,
    )
    if photo is not None:
        photo.save(force_insert=True)
    _decide(device, alarm)
    return alarm, True


def _decide(device: Device, alarm: DeviceAlarm) -> None:
    """What becomes of a new alarm; saves it. The device is locked."""
    case = _case_of(device)
    if case is not None and case.status in OPEN:
        alarm.outcome, alarm.case = AlarmOutcome.JOINED, case
        alarm.save()
        _hang_up(alarm, case)
        return
    # Its last stage began with its end.
    silent_until = case.stage_started_at + timedelta(minutes=device.silence_minutes) if case else None
    if silent_until is not None and alarm.at <= silent_until:
        alarm.outcome = AlarmOutcome.SILENCED
        alarm.save()
        return
    waiting = device.alarms.filter(
        outcome=AlarmOutcome.COUNTED,
        case=None,
        at__gt=alarm.at - timedelta(minutes=device.within_minutes),
    )
    if silent_until is not None:
        waiting = waiting.filter(at__gt=silent_until)
    before = list(waiting.select_related("photo").order_by("pk"))
    if len(before) + 1 < device.alarms_needed:
        alarm.outcome = AlarmOutcome.COUNTED
        alarm.save()
        return
    alarm.outcome = AlarmOutcome.OPENED
    alarm.case = _open_case(device, alarm, before)
    alarm.save()


def _open_case(device: Device, alarm: DeviceAlarm, before: list[DeviceAlarm]) -> Case:
    """A case for an alarm and those before it, with what they show."""
    photos = [each.photo for each in [*before, alarm] if each.photo][:MOST_PHOTOS]
    words = [device.name, *filter(None, (alarm.value, alarm.note))]
    case = report_case(
        actor=None,
        capacity=Capacity.DEVICE,
        channel=Channel.SYSTEM,
        district=alarm.district,
        point=device.point,
        address=device.address,
        case_class=device.case_class,
        condition=device.condition,
        description=" · ".join(words),
        external_id=device.code,
    )
    # They are saved already, each with its alarm.
    _attach(case, photos)
    DeviceAlarm.objects.filter(pk__in=[each.pk for each in before]).update(case=case)
    device.case = case
    device.save(update_fields=["case"])
    return case


def _hang_up(alarm: DeviceAlarm, case: Case) -> None:
    """Show a joining alarm's photo with the report, while there are few: a camera sends one with each alarm."""
    if alarm.photo is None:
        return
    # Two devices may alarm about one case, where one of theirs was merged into it.
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if CasePhoto.objects.filter(case=case, event__action=Action.REPORT).count() < MOST_PHOTOS:
        _attach(case, [alarm.photo])


def _attach(case: Case, photos: list[Photo]) -> None:
    if photos:
        report = CaseEvent.objects.get(case=case, action=Action.REPORT)
        attach_photos(report, photos, PhotoKind.BEFORE)


def _case_of(device: Device) -> Case | None:
    """The last case of the device; the one that it was merged into, if it was."""
    if device.case_id is None:
        return None
    case: Case = Case.objects.select_related("merged_into").get(pk=device.case_id)
    return case.merged_into or case


def _same(there: DeviceAlarm, at: datetime | None, value: str, note: str) -> DeviceAlarm:
    """The alarm that is there already; its photo is not compared: what was kept first stays."""
    if (there.value, there.note) != (value, note) or (
        at is not None and there.at != min(at, there.received_at)
    ):
        raise KeyReused(there.event_id)
    return there


@transaction.atomic
def save_device(device: Device, *, actor: User | None) -> Device:
    """Register or change a device. Raises `NotPermitted`, and ValidationError as a form would."""
    if not can_change_devices(actor):
        raise NotPermitted()
    check_device(device)
    if device.pk is None:
        device.save()
    else:
        # An alarm may just be opening a case: that field is not the form's.
        device.save(
            update_fields=[
                field.name for field in Device._meta.concrete_fields if field.name not in ("id", "case")
            ]
        )
    return device


def check_device(device: Device) -> None:
    """Refuse a device whose parts do not fit each other. Raises ValidationError."""
    if device.condition and device.condition.case_class_id != device.case_class_id:
        raise invalid("condition", gettext("This condition belongs to another class."), "foreign_condition")
    there = locate(device.point) if device.point else None
    if there is not None and device.area not in there.chain:
        raise invalid("point", gettext("This place lies outside the area."), "outside_the_area")
    if device.account.has_usable_password():
        raise invalid("account", gettext("This is a person's account: alarms come from systems."), "a_person")


def forget_alarms(before: datetime) -> int:
    """Throw away the alarms that arrived before a moment and whose case, if any, has ended; returns how many.

    Photos that hang on no case go with them.
    """
    old = DeviceAlarm.objects.filter(received_at__lt=before).exclude(case__status__in=OPEN)
    with transaction.atomic():
        locked = list(old.select_for_update(of=("self",), skip_locked=True).values_list("pk", "photo_id"))
        DeviceAlarm.objects.filter(pk__in=[pk for pk, _photo in locked]).delete()
        photos = [photo for _pk, photo in locked if photo]
        # Photos that nothing claims are thrown away with their files.
        Photo.objects.filter(pk__in=photos, case_photo=None).update(is_waiting=True)
    return len(locked)

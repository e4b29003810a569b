"""Emergencies: declare and end, the circle, the alert and its receipts, the log."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.services.steps import lock_case, take_step
from cases.workflow import Action
from dispatch.batches import move_each
from dispatch.emergencies import not_alerted_yet, silent
from dispatch.models import (
    LEAST_RADIUS,
    MOST_RADIUS,
    Emergency,
    EmergencyAlert,
    EmergencyEntry,
    EmergencyEvent,
)
from dispatch.permissions import can_command_emergency, can_see_emergency
from gridgov import clock
from gridgov.errors import AlreadyTaken, NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from gridgov.live import area_topic, organisation_topic, person_topic, tell_live
from gridgov.models import NoticeKind
from gridgov.outbox import register_texts, send_notices
from grids.models import User

USUAL_RADIUS = 300

register_texts(
    {"emergency_alert": gettext_lazy("%(number)s: emergency. %(text)s")}, kind=NoticeKind.OPERATIONS
)


@transaction.atomic
def declare_emergency(case_id: int, *, actor: User, note: str = "", radius_m: int = USUAL_RADIUS) -> Case:
    """Declare a case an emergency: from now on its clock runs round the clock, and a circle is drawn around its place.

    Raises `AlreadyTaken` when it is one, ValidationError without a place or for a radius out of range.
    """
    case = lock_case(case_id, Action.ALARM, actor=actor)
    if case.emergency_at or Emergency.objects.filter(case=case, ended_at=None).exists():
        raise AlreadyTaken(case, message=_("This case is an emergency already."))
    if case.point is None:
        raise invalid("note", _("Nobody knows where it is: correct the case's place first."), "no_place")
    _check_radius(radius_m)
    now = clock.now()
    take_step(case, Action.ALARM, actor=actor, note=note, emergency_at=now)
    emergency = Emergency.objects.create(
        case=case,
        district_id=case.district_id,
        centre=case.point,
        radius_m=radius_m,
        declared_by=actor,
        declared_at=now,
    )
    _log(emergency, EmergencyEvent.DECLARED, by=actor, note=note)
    _hint(emergency)
    return case


@transaction.atomic
def end_emergency(case_id: int, *, actor: User, summary: str) -> Case:
    """End the emergency of a case with a summary; the next stage's clock is the ordinary one again."""
    case = lock_case(case_id, Action.CALM, actor=actor)
    emergency = (
        Emergency.objects.select_for_update(of=("self",), no_key=True)
        .filter(case=case, ended_at=None)
        .first()
    )
    if emergency is None:
        raise StepNotAllowed(case, Action.CALM)
    summary = summary.strip()
    if not summary:
        raise invalid("summary", _("Say in a few words what it was and what was done."), "summary_missing")
    take_step(case, Action.CALM, actor=actor, note=summary, emergency_at=None)
    emergency.ended_at, emergency.ended_by, emergency.summary = clock.now(), actor, summary
    emergency.save(update_fields=["ended_at", "ended_by", "summary"])
    _log(emergency, EmergencyEvent.ENDED, by=actor, note=summary)
    _hint(emergency)
    return case


@transaction.atomic
def draw_circle(emergency_id: int, *, actor: User, radius_m: int, alert_new: bool = False) -> Emergency:
    """Draw the circle wider or narrower; who is inside now and was not alerted is alerted at once if asked for."""
    emergency = _lock(emergency_id, actor=actor)
    _check_radius(radius_m)
    if radius_m != emergency.radius_m:
        note = _("%(before)d m → %(after)d m") % {"before": emergency.radius_m, "after": radius_m}
        emergency.radius_m = radius_m
        emergency.save(update_fields=["radius_m"])
        _log(emergency, EmergencyEvent.CIRCLE, by=actor, note=note)
    if alert_new and (text := last_text(emergency)):
        _alert(emergency, actor, text)
    _hint(emergency)
    return emergency


@transaction.atomic
def alert_concerned(emergency_id: int, *, actor: User, text: str) -> Emergency:
    """Alert everyone concerned who was not alerted yet, urgently, with a text; each once.

    Raises ValidationError without a text, `AlreadyTaken` when everybody has had it.
    """
    emergency = _lock(emergency_id, actor=actor)
    text = text.strip()
    if not text:
        raise invalid("text", _("Say what has happened and what to do."), "text_missing")
    if not _alert(emergency, actor, text):
        raise AlreadyTaken(emergency.pk, message=_("Everyone concerned has been alerted already."))
    _hint(emergency)
    return emergency


@transaction.atomic
def alert_again(emergency_id: int, *, actor: User) -> Emergency:
    """Alert again those who have not answered for five minutes; raises `AlreadyTaken` when there are none."""
    emergency = _lock(emergency_id, actor=actor)
    alerts = list(silent(emergency).select_related("user").order_by("pk"))
    if not alerts:
        raise AlreadyTaken(emergency.pk, message=_("Nobody has left it unanswered for five minutes."))
    for alert in alerts:
        alert.last_sent_at = clock.now()
        alert.times_sent += 1
    EmergencyAlert.objects.bulk_update(alerts, ["last_sent_at", "times_sent"])
    _send(emergency, [alert.user for alert in alerts], last_text(emergency))
    names = _names([alert.user for alert in alerts])
    _log(emergency, EmergencyEvent.ALERTED_AGAIN, by=actor, note=names)
    _hint(emergency)
    return emergency


@transaction.atomic
def receive_alert(emergency_id: int, *, actor: User, reply: str = "") -> EmergencyAlert:
    """Say that one has the alert, with a word if one likes; a second press changes nothing.

    Raises `NotFoundForYou` for who was not alerted.
    """
    alert: EmergencyAlert | None = (
        EmergencyAlert.objects.select_for_update(of=("self",), no_key=True)
        .select_related("emergency__case")
        .filter(emergency=emergency_id, user=actor)
        .first()
    )
    if alert is None:
        raise NotFoundForYou(emergency_id)
    if alert.received_at is None:
        alert.received_at, alert.reply = clock.now(), reply.strip()[:200]
        alert.save(update_fields=["received_at", "reply"])
        _log(alert.emergency, EmergencyEvent.RECEIVED, by=actor, note=alert.reply)
        _hint(alert.emergency)
    return alert


@transaction.atomic
def write_entry(emergency_id: int, *, actor: User, note: str) -> EmergencyEntry:
    """Write something into the log by hand; it stands for good."""
    emergency = _lock(emergency_id, actor=actor)
    if not note.strip():
        raise invalid("note", _("Write something first."), "note_missing")
    entry = _log(emergency, EmergencyEvent.NOTE, by=actor, note=note)
    _hint(emergency)
    return entry


def end_with_their_cases() -> int:
    """End each emergency whose case is over, once; how many. The sweep calls it."""
    # Not by the status: the case may have been opened again, and then it is no emergency any more.
    over = Emergency.objects.filter(ended_at=None, case__emergency_at=None)
    return move_each(over.select_related("case").order_by("pk"), _end_with_case)


def _end_with_case(emergency: Emergency) -> None:
    emergency.ended_at = clock.now()
    emergency.summary = (
        _("The case was over meanwhile.")
        if emergency.case.is_open
        else _("The case is over: %(status)s.") % {"status": emergency.case.get_status_display()}
    )
    emergency.save(update_fields=["ended_at", "summary"])
    _log(emergency, EmergencyEvent.ENDED, by=None, note=emergency.summary)
    _hint(emergency)


def last_text(emergency: Emergency) -> str:
    """What those concerned were told last; "" when nobody was alerted."""
    found = emergency.entries.filter(event=EmergencyEvent.ALERTED).order_by("-pk").first()
    return found.note.partition("\n")[0] if found else ""


def _lock(emergency_id: int, *, actor: User) -> Emergency:
    """An emergency that goes on and that the actor commands, locked; raises what the services name."""
    emergency = (
        Emergency.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__holder")
        .filter(pk=emergency_id)
        .order_by()
        .first()
    )
    if emergency is None or not can_see_emergency(actor, emergency):
        raise NotFoundForYou(emergency_id)
    if not can_command_emergency(actor, emergency.case):
        raise NotPermitted(emergency_id)
    if emergency.ended_at:
        raise StepNotAllowed(emergency_id)
    return emergency


def _alert(emergency: Emergency, actor: User, text: str) -> int:
    """Alert who was not alerted yet; how many."""
    new = not_alerted_yet(emergency, but=actor)
    now = clock.now()
    EmergencyAlert.objects.bulk_create(
        EmergencyAlert(emergency=emergency, user=user, why=why, sent_at=now, last_sent_at=now)
        for user, why in new.values()
    )
    people = [user for user, _why in new.values()]
    if people:
        text = " ".join(text.split())
        _send(emergency, people, text)
        _log(emergency, EmergencyEvent.ALERTED, by=actor, note=f"{text}\n{_names(people)}")
    return len(people)


def _send(emergency: Emergency, people: Iterable[User], text: str) -> None:
    send_notices(
        people,
        "emergency_alert",
        params={"number": emergency.case.number, "text": text[:200]},
        url=reverse("dispatch:emergency_alert", args=[emergency.pk]),
        subject=f"case:{emergency.case_id}",
        urgent=True,
    )


def _log(emergency: Emergency, event: EmergencyEvent, *, by: User | None, note: str = "") -> EmergencyEntry:
    entry: EmergencyEntry = EmergencyEntry.objects.create(
        emergency=emergency, at=clock.now(), by=by, event=event, note=note.strip()[:2000]
    )
    return entry


def _hint(emergency: Emergency) -> None:
    """Whoever watches the case sees its emergency change, and whoever was alerted."""
    case = emergency.case
    topics = [area_topic(pk) for pk in case.touched_area_ids] + [organisation_topic(case.holder_id)]
    people = emergency.alerts.values_list("user_id", flat=True)
    tell_live("emergency", str(emergency.pk), [*topics, *map(person_topic, people)])


def _check_radius(radius_m: int) -> None:
    if not LEAST_RADIUS <= radius_m <= MOST_RADIUS:
        raise invalid(
            "radius_m",
            _("Choose a radius from %(least)d to %(most)d m.") % {"least": LEAST_RADIUS, "most": MOST_RADIUS},
            "radius_out_of_range",
        )


def _names(people: Iterable[User]) -> str:
    names = [str(person) for person in people]
    shown = _(", ").join(names[:20])
    more = len(names) - 20
    return shown if more <= 0 else _("%(names)s and %(more)d more") % {"names": shown, "more": more}

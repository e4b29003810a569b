"""Questions about emergencies: whom one concerns, who has answered, and its story."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent
from cases.permissions import IN_UNIT
from cases.story import TOLD as CASE_TOLD
from cases.workflow import Action
from dispatch.models import Emergency, EmergencyAlert, EmergencyEvent, Why
from dispatch.surroundings import NOTHING, Circle, Surroundings, areas_touching, on_duty_in, surroundings_of
from gridgov import clock
from grids.models import Post, Role, User

# Who has not answered after so long stands out, and can be alerted again.
SILENT_AFTER = timedelta(minutes=5)
RUNNING, OVER = "open", "over"
ON_A_PAGE = 30
# Steps of the case that the emergency's own log tells already.
_TOLD_BY_ITSELF = (Action.ALARM, Action.CALM)


def concerned(emergency: Emergency) -> dict[int, tuple[User, Why]]:
    """Everyone concerned, by id, as what first: unit, seats, supervisors, leaders, who answers for an area inside, who is
    on duty inside; three queries.
    """
    case = emergency.case
    circle = circle_of(emergency)
    ways = {
        Why.UNIT: Q(
            role__in=IN_UNIT,
            organisation__in=[pk for pk in (case.unit_id, *case.joint_unit_ids) if pk],
        ),
        Why.SEAT: Q(role__in=[Role.OPERATOR, Role.DISPATCHER], organisation=case.holder_id),
        Why.SUPERVISOR: Q(role=Role.SUPERVISOR, area__in=case.touched_area_ids),
        Why.LEADER: Q(role=Role.LEADER, area__in=case.touched_area_ids),
        Why.ANSWERS: Q(is_responsible=True, area__in=areas_touching(circle)),
    }
    found: dict[int, tuple[User, Why]] = {}
    posts = list(_posts(ways.values()))
    for why in ways:
        for post in posts:
            if _fits(post, why, case) and post.user_id not in found:
                found[post.user_id] = (post.user, why)
    for duty in on_duty_in(circle, emergency.district_id):
        found.setdefault(duty.user_id, (duty.user, Why.ON_DUTY))
    return found


def _posts(ways: Iterable[Q]) -> QuerySet[Post]:
    where = Q(pk__in=[])
    for way in ways:
        where |= way
    return Post.objects.current().filter(where).select_related("user").order_by("pk")


def _fits(post: Post, why: Why, case: Case) -> bool:
    match why:
        case Why.UNIT:
            units = (case.unit_id, *case.joint_unit_ids)
            return post.role in IN_UNIT and post.organisation_id in units
        case Why.SEAT:
            at_holder = post.organisation_id == case.holder_id
            return post.role in (Role.OPERATOR, Role.DISPATCHER) and at_holder
        case Why.SUPERVISOR | Why.LEADER:
            role = Role.SUPERVISOR if why is Why.SUPERVISOR else Role.LEADER
            return post.role == role and post.area_id in case.touched_area_ids
    return post.is_responsible


def not_alerted_yet(emergency: Emergency, *, but: User) -> dict[int, tuple[User, Why]]:
    """Of those concerned, the ones who have had no alert."""
    had = set(emergency.alerts.values_list("user_id", flat=True)) | {but.pk}
    return {pk: one for pk, one in concerned(emergency).items() if pk not in had}


def circle_of(emergency: Emergency) -> Circle:
    return Circle(emergency.centre, emergency.radius_m)


def around(emergency: Emergency, user: User, circle: Circle) -> Surroundings:
    """What lies in a circle now; nothing once the emergency is over.

    While it goes on, whoever sees it sees who is on duty there, where, and their phone: somebody may have to be sent. Then
    it is a record, by which nobody is watched.
    """
    return NOTHING if emergency.ended_at else surroundings_of(user, circle, emergency.district_id)


def silent(emergency: Emergency) -> QuerySet[EmergencyAlert]:
    """Those who were last alerted some minutes ago and have not answered."""
    return emergency.alerts.filter(received_at=None, last_sent_at__lte=clock.now() - SILENT_AFTER)


@dataclass(frozen=True)
class Receipt:
    """One person who was alerted, as the room shows it; minutes until they answered, or since they were alerted."""

    alert: EmergencyAlert
    minutes: int
    is_silent: bool


def receipts_of(emergency: Emergency) -> list[Receipt]:
    """Who does not answer stands first, then who may still, then who has, the last one on top; one query."""
    now = clock.now()
    receipts = [
        Receipt(
            alert,
            minutes=max(int(((alert.received_at or now) - alert.sent_at).total_seconds() // 60), 0),
            is_silent=alert.received_at is None and alert.last_sent_at <= now - SILENT_AFTER,
        )
        for alert in emergency.alerts.select_related("user")
    ]
    return sorted(
        receipts,
        key=lambda one: (
            one.alert.received_at is not None,
            not one.is_silent,
            -(one.alert.received_at or now).timestamp(),
            one.alert.pk,
        ),
    )


@dataclass(frozen=True)
class Line:
    """A line of an emergency's log, of its own or of its case's timeline."""

    at: datetime
    icon: str
    did: str
    who: str
    note: str
    by_hand: bool = False

    @property
    def machine(self) -> bool:
        return not self.who


_ICONS = {
    EmergencyEvent.DECLARED: "siren",
    EmergencyEvent.CIRCLE: "compass",
    EmergencyEvent.ALERTED: "megaphone",
    EmergencyEvent.ALERTED_AGAIN: "bell",
    EmergencyEvent.RECEIVED: "check",
    EmergencyEvent.NOTE: "pencil",
    EmergencyEvent.ENDED: "circle-check",
}


def log_of(emergency: Emergency) -> list[Line]:
    """The whole log, the newest first: what was done here, by hand too, and each step of the case meanwhile; two queries."""
    own = [
        Line(
            entry.at,
            _ICONS[EmergencyEvent(entry.event)],
            entry.get_event_display(),
            str(entry.by or ""),
            entry.note,
            by_hand=entry.event == EmergencyEvent.NOTE,
        )
        for entry in emergency.entries.select_related("by")
    ]
    steps = CaseEvent.objects.filter(case=emergency.case_id, at__gte=emergency.declared_at).exclude(
        action__in=_TOLD_BY_ITSELF
    )
    if emergency.ended_at:
        steps = steps.filter(at__lte=emergency.ended_at)
    of_case = [
        Line(
            step.at,
            CASE_TOLD[Action(step.action)][0],
            _("The case: %(step)s") % {"step": step.get_action_display()},
            str(step.actor or ""),
            step.note,
        )
        for step in steps.select_related("actor").order_by("seq")
    ]
    return sorted([*own, *of_case], key=lambda line: line.at, reverse=True)


def going_on(user: User) -> QuerySet[Emergency]:
    """Those that the person commands or watches and that are not over."""
    return Emergency.objects.visible_to(user).filter(ended_at=None)


def emergencies_of(user: User, show: str) -> QuerySet[Emergency]:
    """Those that the person commands or watches, newest first, with how many were alerted and have answered."""
    return (
        Emergency.objects.visible_to(user)
        .filter(ended_at__isnull=show == RUNNING)
        .select_related("case__case_class", "case__holder", "case__unit", "declared_by")
        .annotate(
            n_alerted=Count("alerts"),
            n_received=Count("alerts", filter=Q(alerts__received_at__isnull=False)),
        )
        .order_by("-pk")
    )

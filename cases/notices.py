"""Who hears of which step of a case."""

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.followers import tell_followers
from cases.models import Case, CaseEvent
from cases.permissions import IN_UNIT
from cases.source_replies import tell_source
from cases.workflow import Action, Capacity, Status
from gridgov.live import area_topic, organisation_topic, person_topic, tell_live
from gridgov.models import NoticeKind
from gridgov.outbox import register_subject, register_texts, send_notices
from grids.models import OrganisationKind, Post, Role, User

# Step → the capacities that are told. REPORTER is a person, the others are posts.
TOLD: dict[Action, tuple[Capacity, ...]] = {
    Action.REPORT: (Capacity.OPERATOR,),
    Action.ORDER_CHECK: (Capacity.FIELD,),
    Action.ANSWER_CHECK: (Capacity.OPERATOR,),
    Action.REGISTER: (Capacity.DISPATCHER,),
    Action.REFUSE: (Capacity.REPORTER,),
    Action.MERGE: (Capacity.REPORTER,),
    Action.UNMERGE: (Capacity.REPORTER, Capacity.OPERATOR),
    Action.DISPATCH: (Capacity.UNIT, Capacity.JOINT),
    Action.RECALL: (Capacity.UNIT, Capacity.JOINT),
    Action.ASK_RETURN: (Capacity.DISPATCHER,),
    Action.ASK_EXTENSION: (Capacity.SUPERVISOR,),
    Action.ASK_SUSPENSION: (Capacity.SUPERVISOR,),
    Action.ASK_DEFERRAL: (Capacity.SUPERVISOR,),
    Action.REFUSE_REQUEST: (Capacity.UNIT,),
    Action.RETURN: (Capacity.UNIT,),
    Action.EXTEND: (Capacity.UNIT,),
    Action.SUSPEND: (Capacity.UNIT, Capacity.JOINT),
    Action.DEFER: (Capacity.UNIT, Capacity.JOINT),
    Action.RESUME: (Capacity.UNIT, Capacity.JOINT, Capacity.DISPATCHER),
    # Of these two the event's unit is the joint one.
    Action.JOIN: (Capacity.UNIT,),
    Action.RELEASE: (Capacity.UNIT,),
    Action.FEED_BACK_PART: (Capacity.UNIT, Capacity.DISPATCHER),
    Action.FEED_BACK: (Capacity.FIELD,),
    Action.VERIFY_PASS: (Capacity.REPORTER, Capacity.UNIT, Capacity.JOINT),
    Action.VERIFY_FAIL: (Capacity.UNIT, Capacity.DISPATCHER),
    Action.ESCALATE: (Capacity.OPERATOR, Capacity.DISPATCHER, Capacity.SUPERVISOR, Capacity.UNIT),
    Action.SUPERVISE: (Capacity.SUPERVISOR, Capacity.LEADER, Capacity.UNIT),
    Action.RING: (Capacity.SUPERVISOR, Capacity.DISPATCHER, Capacity.UNIT),
    Action.URGE: (Capacity.UNIT, Capacity.DISPATCHER),
    Action.ALARM: (Capacity.UNIT, Capacity.DISPATCHER, Capacity.SUPERVISOR, Capacity.LEADER),
    Action.CALM: (Capacity.UNIT, Capacity.DISPATCHER, Capacity.SUPERVISOR, Capacity.LEADER),
    Action.REOPEN: (Capacity.DISPATCHER, Capacity.REPORTER),
    Action.VOID: (Capacity.REPORTER, Capacity.UNIT, Capacity.JOINT),
    Action.ANSWER: (Capacity.OPERATOR,),
    Action.COMMENT: (Capacity.UNIT, Capacity.JOINT),
}
# Among the people of a centre's role those whose turn it is, as a filter of posts; the app that keeps the rota adds it.
WHOSE_TURN: list[Callable[[Role, int], Q]] = []
# Who must move when a stage's time is nearly gone.
WARNED: dict[Status, tuple[Capacity, ...]] = {
    Status.REPORTED: (Capacity.OPERATOR,),
    Status.CHECKING: (Capacity.FIELD,),
    Status.REGISTERED: (Capacity.DISPATCHER,),
    Status.DISPATCHED: (Capacity.UNIT,),
    Status.HANDLING: (Capacity.UNIT,),
    Status.HANDLED: (Capacity.FIELD,),
}
# A settled case may be one of the sample that somebody else verifies.
_TELLS_WHO_MOVES_NEXT = {Action.SETTLE, Action.COMMENT, Action.URGE}
# A case across borders is told to the centres of all areas that it touches.
_TELLS_ACROSS = {Action.REPORT, Action.REGISTER}
# How a case ends, or that it goes on after all: so it went for what was merged into it.
_ENDS = {Action.REFUSE, Action.VERIFY_PASS, Action.VOID, Action.REOPEN}
_URGENT = {Action.ESCALATE, Action.SUPERVISE, Action.RING, Action.URGE, Action.ALARM}

register_texts(
    {
        "case_report": _("%(number)s: reported, waits to be registered"),
        "case_order_check": _("%(number)s: please go and check on the spot"),
        "case_answer_check": _("%(number)s: checked on the spot, it is as reported. %(note)s"),
        "case_answer_check_untrue": _("%(number)s: checked on the spot, it is not as reported. %(note)s"),
        "case_register": _("%(number)s: registered, waits to be dispatched"),
        "case_refuse": _("%(number)s: not accepted. %(note)s"),
        "case_merge": _("%(number)s: joined with another case of the same matter"),
        "case_merged_here": _("%(number)s: another report of the same matter is joined with it"),
        "case_unmerge": _("%(number)s: taken apart again, it goes its own way"),
        "case_dispatch": _("%(number)s: a case for you, please accept"),
        "case_recall": _("%(number)s: recalled by the dispatcher. %(note)s"),
        "case_ask_return": _("%(number)s: the unit asks to return it. %(note)s"),
        "case_ask_extension": _("%(number)s: the unit asks for more time. %(note)s"),
        "case_ask_suspension": _("%(number)s: the unit asks for a suspension. %(note)s"),
        "case_ask_deferral": _("%(number)s: the unit asks for a deferral. %(note)s"),
        "case_refuse_request": _("%(number)s: the request is refused. %(note)s"),
        "case_return": _("%(number)s: the return is accepted. %(note)s"),
        "case_extend": _("%(number)s: more time is granted"),
        "case_suspend": _("%(number)s: suspended, the clock stands"),
        "case_resume": _("%(number)s: resumed, the clock runs again"),
        "case_defer": _("%(number)s: deferred, the clock stands"),
        "case_join": _("%(number)s: your unit is called in. %(note)s"),
        "case_release": _("%(number)s: your unit's part is no longer needed. %(note)s"),
        "case_feed_back_part": _("%(number)s: a joint unit has done its part. %(note)s"),
        "case_feed_back": _("%(number)s: handled, please go and verify"),
        "case_verify_pass": _("%(number)s: verified and closed"),
        "case_verify_fail": _("%(number)s: not solved yet. %(note)s"),
        "case_urge": _("%(number)s: urged, please answer. %(note)s"),
        "case_urging_rings": _("%(number)s: an urging is not answered. %(note)s"),
        "case_answer_urging": _("%(number)s: the urging is answered. %(note)s"),
        "case_alarm": _("%(number)s: an emergency. %(note)s"),
        "case_calm": _("%(number)s: the emergency is over. %(note)s"),
        "case_reopen": _("%(number)s: reopened. %(note)s"),
        "case_answer": _("%(number)s: a citizen says how it ended. %(note)s"),
        "case_void": _("%(number)s: void. %(note)s"),
        "case_settle": _("%(number)s: settled on the spot, please go and verify"),
        "case_comment": _("%(number)s: a comment. %(note)s"),
        "case_across": _("%(number)s: reaches into your area; %(note)s leads"),
        "case_comment_leader": _("%(number)s: the leader comments. %(note)s"),
    },
    kind=NoticeKind.CASES,
)
register_texts(
    {
        "case_escalate": _("%(number)s: moved up to %(note)s"),
        "case_supervise": _("%(number)s: overdue at the top level, now under supervision"),
        "case_ring": _("%(number)s: still overdue, under supervision"),
        "case_warning": _("%(number)s: most of the time is gone"),
    },
    kind=NoticeKind.LATE,
)


def cases_in_words(ids: Collection[int]) -> dict[int, str]:
    """Class and place of cases, for whoever was told of them; one query."""
    found = Case.objects.filter(pk__in=ids).order_by()
    return {
        pk: " · ".join(part for part in (name, address or grid) if part)
        for pk, name, address, grid in found.values_list("pk", "case_class__name", "address", "grid__name")
    }


register_subject("case", cases_in_words)


def notify(case: Case, event: CaseEvent) -> None:
    """Tell everyone a step concerns, except who took it; within the step's transaction."""
    _tell_live(case, event)
    tell_followers(case, event)
    tell_source(case, event)
    action = Action(event.action)
    told = TOLD.get(action, ())
    if action in _TELLS_WHO_MOVES_NEXT:
        told = (*WARNED.get(Status(case.status), ()), *told)
    by_leader = action is Action.COMMENT and event.capacity == Capacity.LEADER
    if by_leader:
        told = (*told, Capacity.DISPATCHER)
    if told:
        # The lead waits for the part of another.
        unit_id = case.unit_id if action is Action.FEED_BACK_PART else event.unit_id
        untrue = action is Action.ANSWER_CHECK and not event.data["is_true"]
        tell(
            case,
            f"case_{action}" + ("_untrue" if untrue else "_leader" if by_leader else ""),
            [who for who in recipients_of(case, told, unit_id=unit_id) if who.pk != event.actor_id],
            note=case.holder.name if action is Action.ESCALATE else event.note,
            urgent=action in _URGENT,
            unit_of=event if action in (Action.JOIN, Action.RELEASE) else case,
        )
    if action is Action.MERGE and case.merged_into:
        _tell_reporter(case.merged_into, "case_merged_here", event)
    elif action in _ENDS:
        # Each of the case that they reported themselves: it is the one that they may see.
        for merged in case.merged_cases.exclude(reporter=None).order_by("pk"):
            _tell_reporter(merged, f"case_{action}", event)
    if case.more_area_ids and (action in _TELLS_ACROSS or "extent" in event.data.get("changed", ())):
        _tell_across(case, event)


def _tell_reporter(case: Case, event_name: str, event: CaseEvent) -> None:
    told = recipients_of(case, [Capacity.REPORTER], unit_id=None)
    tell(case, event_name, [who for who in told if who.pk != event.actor_id], note=event.note)


def _tell_across(case: Case, event: CaseEvent) -> None:
    """Tell the command centres of the areas that a case reaches into, and who leads from now on."""
    if "holder" in event.data.get("changed", ()):
        told = recipients_of(case, [Capacity.OPERATOR], unit_id=None)
        tell(case, "case_report", [who for who in told if who.pk != event.actor_id])
    seats = Post.objects.current().filter(
        role__in=[Role.OPERATOR, Role.DISPATCHER],
        organisation__kind=OrganisationKind.COMMAND,
        organisation__area__in=case.more_area_ids,
    )
    people = seats.order_by().values_list("user_id", "user__email").distinct()
    tell(
        case,
        "case_across",
        [User(pk=pk, email=email) for pk, email in people if pk != event.actor_id],
        note=case.holder.name,
    )


def _tell_live(case: Case, event: CaseEvent) -> None:
    """Whoever looks at the areas or the organisations of the case sees it change; those that it leaves, too."""
    tell_live("case", case.number, live_topics(case, event.holder_id, event.unit_id))


def live_topics(case: Case, *besides: int | None) -> list[str]:
    """What those who look at the case listen to: its areas, its organisations and some `besides`, its reporter."""
    organisations = {case.holder_id, case.unit_id, *case.joint_unit_ids, *besides}
    topics = [area_topic(pk) for pk in case.touched_area_ids]
    topics += [organisation_topic(pk) for pk in organisations if pk]
    if case.reporter_id:
        topics.append(person_topic(case.reporter_id))
    return topics


def warn(case: Case) -> None:
    """Tell who must move that most of the stage's time is gone."""
    tell(case, "case_warning", recipients_of(case, WARNED[Status(case.status)], unit_id=case.unit_id))


def recipients_of(case: Case, told: Iterable[Capacity], *, unit_id: int | None) -> list[User]:
    """The people behind the capacities, each once, with as much of them as a notice needs; one query."""
    posts = [_posts(case, capacity, unit_id) for capacity in told if capacity != Capacity.REPORTER]
    held = Post.objects.current().filter(reduce(or_, posts, Q(pk__in=[])))
    people = held.order_by().values_list("user_id", "user__email").distinct()
    if Capacity.REPORTER in told and case.reporter_id:
        # A union, because with OR PostgreSQL reads every person there is.
        people = people.union(User.objects.filter(pk=case.reporter_id).values_list("pk", "email"))
    return [User(pk=pk, email=email) for pk, email in people]


def _posts(case: Case, capacity: Capacity, unit_id: int | None) -> Q:
    match capacity:
        case Capacity.OPERATOR | Capacity.DISPATCHER:
            return at_seat(Role(capacity.value), case.holder_id)
        case Capacity.UNIT:
            return Q(role__in=IN_UNIT, organisation=unit_id)
        case Capacity.JOINT:
            return Q(role__in=IN_UNIT, organisation__in=case.joint_unit_ids)
        case Capacity.FIELD:
            # Those nearest to the place: its grid's own people and the community's leaders.
            return Q(role__in=[Role.INSPECTOR, Role.GRID_LEADER], area__in=[case.grid_id, case.community_id])
        case Capacity.SUPERVISOR:
            return Q(role=Role.SUPERVISOR, area__in=case.area_ids)
        case Capacity.LEADER:
            return Q(role=Role.LEADER, area=case.holder.area_id)
        case _:
            raise ValueError(f"nobody is told as {capacity}")


def at_seat(role: Role, centre_id: int) -> Q:
    """The filter of a centre's posts of a role: of those whose turn it is."""
    return reduce(
        and_, [narrow(role, centre_id) for narrow in WHOSE_TURN], Q(role=role, organisation=centre_id)
    )


def tell(
    case: Case,
    event: str,
    recipients: Iterable[User],
    *,
    note: str = "",
    urgent: bool = False,
    unit_of: Case | CaseEvent | None = None,
) -> None:
    """Tell people of a case, and the unit's robots and systems where it has any."""
    unit_id = (unit_of or case).unit_id
    send_notices(
        recipients,
        event,
        params={"number": case.number, "note": note[:200]},
        # Straight to the step it waits for from the reader, if it still does, else to the case.
        url=reverse("inspections:next_step", args=[case.number]),
        subject=f"case:{case.pk}",
        urgent=urgent,
        outside=[f"organisation:{unit_id}"] if unit_id else [],
    )

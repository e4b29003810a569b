"""Handing over a shift with what is open; signed by who comes, told when late, raced."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.models import Case
from cases.workflow import Status
from dispatch.models import Shift
from dispatch.seat import LINES
from dispatch.services import ask_extension, ask_return, decide_request, escalate_case, urge_case
from dispatch.services.emergency import declare_emergency
from dispatch.services.handover import hand_over, take_over, tell_late_handovers
from dispatch.services.rota import take_off
from gridgov import clock
from gridgov.errors import AlreadyTaken, NotFoundForYou, StepNotAllowed
from gridgov.models import Notice
from grids.models import Role
from tests.case_factories import case_in, make_case
from tests.dispatch.operation_factories import ask_joint, blow
from tests.factories import make_post, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def second(cast):
    user = make_user("second")
    make_post(user, Role.OPERATOR, cast.city.community_centre)
    return user


def shift_of(cast, user=None, *, ended_minutes_ago=0):
    ends = clock.now() - timedelta(minutes=ended_minutes_ago)
    return Shift.objects.create(
        user=user or cast.operator,
        organisation=cast.city.community_centre,
        starts_at=ends - timedelta(hours=8),
        ends_at=ends,
    )


def page(shift, name="hand_over"):
    return reverse(f"dispatch:{name}", args=[shift.pk])


@pytest.mark.parametrize(("ended_minutes_ago", "asks"), [(-120, True), (-10, False), (5, False)])
def test_one_is_asked_before_handing_over_long_before_the_end(client, cast, ended_minutes_ago, asks):
    shift = shift_of(cast, ended_minutes_ago=ended_minutes_ago)
    client.force_login(cast.operator)
    assert ("Hand over now?" in client.get(page(shift), headers=ENGLISH).content.decode()) is asks


def test_a_shift_is_handed_over_with_what_is_open_and_signed(client, cast, second):
    make_case(cast)
    case_in(Status.REGISTERED, cast)
    shift = shift_of(cast)
    client.force_login(cast.operator)
    html = client.get(page(shift), headers=ENGLISH).content.decode()
    assert "To register" in html
    assert reverse("cases:intake_list") in html
    assert client.post(page(shift), {"note": "7 号楼停电", "to": second.pk}).status_code == 302
    shift.refresh_from_db()
    assert (shift.open_counts["intake"], shift.handed_over_to, shift.note) == (1, second, "7 号楼停电")
    assert Notice.objects.filter(recipient=second, event="shift_handed_over").exists()
    make_case(cast)
    client.force_login(second)
    now = client.get(reverse("dispatch:on_duty_now"), headers=ENGLISH).content.decode()
    assert page(shift) in now
    html = client.get(page(shift), headers=ENGLISH).content.decode()
    assert "7 号楼停电" in html
    assert "What was open then" in html
    assert client.post(page(shift, "take_over")).status_code == 302
    shift.refresh_from_db()
    assert shift.taken_over_at is not None
    assert shift.open_counts["intake"] == 1  # as it was
    for change in ({"taken_over_at": None}, {"note": "无事"}, {"open_counts": {}}):  # signed is signed
        with pytest.raises(DatabaseError, match="signed_once"), transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(**change)
    rows = client.get(f"/dispatch/handovers/?centre={cast.city.community_centre.code}").content.decode()
    assert page(shift) in rows


@pytest.fixture
def busy(cast):
    """Something in every list of the community's seats; whoever sits there sits at the street too, where there is more."""
    make_post(cast.operator, Role.OPERATOR, cast.city.street_centre)
    make_post(cast.dispatcher, Role.DISPATCHER, cast.city.street_centre)
    with clock.at(clock.now() - timedelta(days=3)):
        make_case(cast)
        at_street, urged = case_in(Status.REGISTERED, cast), case_in(Status.REGISTERED, cast)
        escalate_case(at_street.pk, actor=cast.dispatcher, reason="超出权限")
        for case in (at_street, urged):
            urge_case(case.pk, actor=cast.leader, note="多久？")
        asked, returned, extended = (case_in(Status.HANDLING, cast) for _ in range(3))
        ask_return(asked.pk, actor=cast.handler, reason="不归我们")
        ask_return(returned.pk, actor=cast.handler, reason="不归我们")
        decide_request(returned.pk, actor=cast.dispatcher, granted=True)
        until = extended.stage_due_at + timedelta(hours=1)
        ask_extension(extended.pk, actor=cast.handler, reason="下雨", until=until)
    Case.objects.filter(pk__in=[at_street.pk, urged.pk]).update(supervised_at=clock.now())
    declare_emergency(case_in(Status.HANDLING, cast).pk, actor=cast.dispatcher, note="燃气泄漏")
    blow(cast)
    ask_joint(cast)


@pytest.mark.parametrize("who", ["operator", "dispatcher", "supervisor"])
def test_each_number_is_what_the_list_it_leads_to_says_and_holds(client, cast, busy, who):
    person, centre = getattr(cast, who), cast.city.community_centre
    shift = shift_of(cast, person, ended_minutes_ago=-60)
    client.force_login(person)
    lines = {line.url: line.number for line in client.get(page(shift)).context["open"]}
    mine = {
        line.url(centre)
        for line in LINES.values()
        if any(post.role in line.roles for post in person.current_posts)
    }
    assert lines.keys() == mine
    assert all(lines.values()), lines
    for url, number in lines.items():
        listed = client.get(url)
        rows = next(listed.context[name] for name in ("cases", "urgings", "rows") if name in listed.context)
        assert len(rows) == number, url
        assert [tab["count"] for tab in listed.context.get("tabs", ()) if tab["current"]] in ([], [number]), (
            url
        )
    queues = {link.url: link.count for link in listed.context["console_navigation"]}
    for url in {reverse("cases:intake_list"), reverse("dispatch:emergency_list")} & lines.keys():
        assert queues[url] == lines[url]


def test_lists_of_other_roles_are_not_led_to(client, cast, second):
    shift = shift_of(cast, cast.dispatcher)
    client.force_login(cast.supervisor)
    html = client.get(page(shift), headers=ENGLISH).content.decode()
    assert "To dispatch" in html
    assert 'href="/dispatch/"' not in html.partition("What is open now")[2].partition("</section>")[0]
    client.force_login(cast.operator)
    html = client.get(page(shift_of(cast)), headers=ENGLISH).content.decode()
    assert "To dispatch" not in html  # what an operator has no list of is not theirs to hand over


def test_what_can_t_be_is_refused(client, cast, second):
    shift = shift_of(cast)
    client.force_login(cast.operator)
    response = client.post(page(shift), {"note": "记得", "to": cast.handler.pk}, headers=ENGLISH)
    assert response.status_code == 422
    assert "记得" in response.content.decode()
    assert client.post(page(shift, "take_over")).status_code == 409  # not handed over yet
    client.force_login(second)
    assert client.post(page(shift), {"note": ""}).status_code == 403  # not theirs
    for person in (cast.stranger, cast.handler, cast.citizen):
        client.force_login(person)
        assert client.get(page(shift)).status_code == 404
        assert client.post(page(shift), {}).status_code == 404
        assert client.post(page(shift, "take_over")).status_code == 404
    hand_over(shift.pk, actor=cast.operator, to=second)
    client.force_login(cast.operator)
    assert client.post(page(shift), {"note": ""}).status_code == 409
    assert client.post(page(shift, "take_over")).status_code == 403  # nobody signs for themselves
    client.force_login(cast.dispatcher)
    assert client.post(page(shift, "take_over")).status_code == 403  # somebody else was named
    later = shift_of(cast, second, ended_minutes_ago=-9 * 60)
    client.force_login(second)
    assert client.post(page(later), {"note": ""}).status_code == 409  # not begun


def test_a_supervisor_hands_over_for_somebody_who_left(client, cast, second):
    shift = shift_of(cast)
    client.force_login(cast.supervisor)
    assert client.post(page(shift), {"note": "", "to": second.pk}).status_code == 302


def test_half_an_hour_late_the_supervisor_is_told_once(cast, second):
    shift_of(cast, ended_minutes_ago=29)
    assert tell_late_handovers() == 0
    late = shift_of(cast, second, ended_minutes_ago=31)
    assert tell_late_handovers() == 1
    assert tell_late_handovers() == 0
    told = Notice.objects.get(event="shift_late")
    assert (told.recipient, told.urgent) == (cast.supervisor, True)
    late.refresh_from_db()
    assert late.told_late_at is not None


def test_handed_over_but_not_signed_counts_while_somebody_sits_there(cast, second):
    shift = shift_of(cast, ended_minutes_ago=40)
    hand_over(shift.pk, actor=cast.operator)
    assert tell_late_handovers() == 0  # the seat is empty until the morning
    Shift.objects.create(
        user=second,
        organisation=cast.city.community_centre,
        starts_at=clock.now() - timedelta(minutes=40),
        ends_at=clock.now() + timedelta(hours=7),
    )
    assert tell_late_handovers() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_over_at_once_one_does(cast, second):
    third = make_user("third")
    make_post(third, Role.OPERATOR, cast.city.community_centre)
    shift = shift_of(cast)
    hand_over(shift.pk, actor=cast.operator)
    results = race(
        lambda: take_over(shift.pk, actor=second),
        lambda: take_over(shift.pk, actor=third),
    )
    assert sorted(type(one).__name__ for one in results) == ["AlreadyTaken", "Shift"]
    winner = next(one for one in results if isinstance(one, Shift)).handed_over_to
    shift.refresh_from_db()
    assert shift.handed_over_to == winner


@pytest.mark.django_db(transaction=True)
def test_handed_over_by_two_at_once_it_goes_to_one(cast, second):
    shift = shift_of(cast)
    results = race(
        lambda: hand_over(shift.pk, actor=cast.operator, to=second, note="一"),
        lambda: hand_over(shift.pk, actor=cast.supervisor, note="二"),
    )
    assert sorted(type(one).__name__ for one in results) == ["Shift", "StepNotAllowed"]
    shift.refresh_from_db()
    assert (shift.note, shift.handed_over_to) in {("一", second), ("二", None)}
    told = Notice.objects.filter(event="shift_handed_over").count()
    assert told == (shift.handed_over_to is not None)


@pytest.mark.django_db(transaction=True)
def test_taken_off_and_handed_over_at_once_it_is_gone_or_handed_over(cast, second):
    shift = shift_of(cast, ended_minutes_ago=-60)
    handed, taken = race(
        lambda: hand_over(shift.pk, actor=cast.operator, to=second),
        lambda: take_off(shift.pk, actor=cast.supervisor),
    )
    assert isinstance(handed, Shift) == isinstance(taken, StepNotAllowed), (handed, taken)
    assert isinstance(handed, NotFoundForYou) == (taken is None), (handed, taken)
    assert Shift.objects.filter(pk=shift.pk).exists() == isinstance(handed, Shift)


@pytest.mark.django_db(transaction=True)
def test_told_late_in_two_places_at_once_it_is_told_once(cast):
    shift_of(cast, ended_minutes_ago=45)
    results = race(tell_late_handovers, tell_late_handovers)
    assert sum(results) == 1
    assert Notice.objects.filter(event="shift_late").count() == 1
    assert not isinstance(results[0], AlreadyTaken)

"""Delegation during leave: nothing waits for an absent person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case
from cases.permissions import available_actions, can_take_step
from cases.services import register_case, verify_case
from cases.workflow import Action, Status
from dispatch.queues import in_dispatch
from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed
from gridgov.models import Notice
from grids.leave import leaves
from grids.models import Post, Role, User
from grids.services.leave import end_leave
from inspections.models import PatrolPlan, Rhythm, Task, TaskKind, TaskState
from inspections.services.leave import hand_over_tasks, set_leave
from inspections.services.plans import make_planned_tasks
from tests.case_factories import case_in
from tests.factories import LONG_AGO, make_post, make_user
from tests.inspection_factories import make_task
from tests.racing import race

pytestmark = pytest.mark.django_db
PostEvent = Post.pgh_event_model
ENGLISH = {"Accept-Language": "en"}
PAGE = "/leave/"


@pytest.fixture
def colleague(cast):
    """A second inspector of the station, in the other grid."""
    user = make_user("colleague")
    make_post(user, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    return user


def field(role, organisation):
    return f"deputy.{role.value}.{organisation.pk}"


def days(first=0, last=2):
    today = clock.today()
    return {"first": today + timedelta(days=first), "last": today + timedelta(days=last)}


def away(cast, deputy, *, first=0, last=2, actor=None):
    seat = (Role.INSPECTOR.value, cast.city.community_centre.pk)
    return set_leave(
        cast.inspector, actor=actor or cast.inspector, deputies={seat: deputy}, **days(first, last)
    )


def sent(cast, deputy, **when):
    return {
        **{name: day.isoformat() for name, day in days(**when).items()},
        field(Role.INSPECTOR, cast.city.community_centre): deputy.pk if deputy else "",
    }


def fresh(user):
    return User.objects.get(pk=user.pk)


# Who may


def test_in_a_large_station_everybody_can_stand_in(cast, colleague):
    names = [f"a{number:03}" for number in range(101)]
    for user in User.objects.bulk_create(User(username=name, display_name=name) for name in names):
        make_post(user, Role.INSPECTOR, cast.city.community_centre)
    assert away(cast, colleague)


@pytest.mark.parametrize("own_post", ["ended yesterday", "begins next week"])
def test_nobody_leads_who_only_stands_in_for_others_today(client, cast, colleague, own_post):
    away(cast, colleague, last=20)
    today, own = clock.today(), Post.objects.filter(user=colleague, deputy_of=None)
    if own_post == "ended yesterday":
        own.update(valid_to=today - timedelta(days=1))
    else:
        own.update(valid_from=today + timedelta(days=7))
    client.force_login(cast.stranger)
    assert client.get(f"{PAGE}?person={colleague.pk}").status_code == 404
    with pytest.raises(NotPermitted):
        end_leave(colleague, actor=cast.stranger, first=today)


def test_who_leads_today_does_not_give_away_a_post_elsewhere_that_begins_meanwhile(cast, colleague):
    tomorrow = clock.today() + timedelta(days=1)
    make_post(cast.inspector, Role.INSPECTOR, cast.city.district_centre, valid_from=tomorrow)
    with pytest.raises(NotPermitted):
        away(cast, colleague, actor=cast.grid_leader)
    away(cast, colleague, last=0, actor=cast.grid_leader)


# Setting it


def test_one_is_away_and_a_colleague_has_the_post_meanwhile(client, cast, colleague):
    client.force_login(cast.inspector)
    page = client.get(PAGE, headers=ENGLISH)
    proposed = page.context["form"].deputies[0]
    assert proposed.value() == colleague.pk  # the same role in the same organisation comes first
    response = client.post(PAGE, sent(cast, colleague))
    assert response.status_code == 302
    post = Post.objects.get(user=colleague, deputy_of__isnull=False)
    own = Post.objects.get(user=cast.inspector)
    assert (post.deputy_of, post.role, post.organisation, post.area) == (
        own,
        own.role,
        own.organisation,
        own.area,
    )
    assert (post.valid_from, post.valid_to) == tuple(days().values())
    assert Notice.objects.filter(recipient=colleague, event="leave_deputy").count() == 1
    with clock.at(clock.now() + timedelta(days=3)):
        assert cast.city.grid not in [post.area for post in fresh(colleague).current_posts]


def test_the_deputy_sees_acts_and_is_told_and_the_timeline_says_for_whom(client, cast):
    city = cast.city
    other = make_user("seconddispatcher")
    make_post(other, Role.DISPATCHER, city.street_centre)
    case = case_in(Status.REPORTED, cast)
    assert not in_dispatch(other).filter(pk=case.pk).exists()
    seat = (Role.DISPATCHER.value, city.community_centre.pk)
    set_leave(cast.dispatcher, actor=cast.dispatcher, deputies={seat: other}, **days())
    register_case(case.pk, actor=cast.operator)
    assert Notice.objects.filter(recipient=other, event="case_register").exists()
    assert in_dispatch(fresh(other)).filter(pk=case.pk).exists()
    client.force_login(other)
    client.post(reverse("dispatch:dispatch_case", args=[case.number]), {"unit": city.team.pk})
    event = case.events.get(action=Action.DISPATCH)
    assert event.post.deputy_of.user == cast.dispatcher
    html = client.get(reverse("cases:case_detail", args=[case.number]), headers=ENGLISH).content.decode()
    assert f"for {cast.dispatcher}" in html


def test_a_supervisor_sets_it_for_their_people_and_a_grid_leader_for_inspectors_only(client, cast, colleague):
    client.force_login(cast.grid_leader)
    address = f"{PAGE}?person={cast.inspector.pk}"
    assert client.post(address, sent(cast, colleague)).status_code == 302
    assert Notice.objects.filter(recipient=cast.inspector, event="leave_set").exists()
    assert client.get(f"{PAGE}?person={cast.dispatcher.pk}").status_code == 404
    client.force_login(cast.supervisor)
    assert client.get(f"{PAGE}?person={cast.dispatcher.pk}").status_code == 200
    assert str(cast.inspector) in client.get(PAGE).content.decode()
    assert str(cast.inspector) in client.get(f"{PAGE}?words={cast.inspector}").content.decode()


def test_strangers_and_colleagues_can_t_set_it_for_somebody(client, cast, colleague):
    for person in (colleague, cast.stranger, cast.citizen, cast.handler):
        client.force_login(person)
        assert client.get(f"{PAGE}?person={cast.inspector.pk}").status_code == 404
        with pytest.raises(NotPermitted):
            away(cast, colleague, actor=person)
    client.force_login(cast.inspector)
    for asked in ("0", "x", "9" * 30):
        assert client.get(f"{PAGE}?person={asked}").status_code == 404


def test_what_can_t_be_is_refused_with_words_and_what_was_typed_stays(client, cast, colleague):
    client.force_login(cast.inspector)

    def refused(data, words):
        response = client.post(PAGE, data, headers=ENGLISH)
        assert response.status_code == 422
        html = response.content.decode()
        assert words in html
        assert f'value="{data["last"]}"' in html

    refused(sent(cast, colleague, first=-1), "This day has passed already")
    refused(sent(cast, colleague, first=3, last=1), "It ends before it begins")
    refused(sent(cast, colleague, last=500), "longer than a year")
    refused(sent(cast, None), "Choose who stands in")
    refused(sent(cast, cast.stranger), "Select a valid choice")
    away(cast, colleague, first=5, last=6)
    refused(sent(cast, colleague, first=0, last=5), "already: end that first")
    assert Post.objects.stand_ins().count() == 1
    # Who isn't there can't stand in, and who stands in can't go: no chain of stand-ins, and so no loop.
    client.force_login(cast.grid_leader)
    leaders = field(Role.GRID_LEADER, cast.city.community_centre)
    when = sent(cast, colleague, first=6, last=7)
    refused({**when, leaders: cast.inspector.pk}, "away then too")
    client.force_login(colleague)
    refused(sent(cast, cast.grid_leader, first=6, last=7), "let somebody else do that first")


def test_the_database_itself_refuses_a_second_deputy_and_one_without_end(cast, colleague):
    own = Post.objects.get(user=cast.inspector)
    away(cast, colleague)
    twin = {"role": own.role, "organisation": own.organisation, "area": own.area, "deputy_of": own}
    for wrong in (days(), {"first": clock.today() + timedelta(days=9), "last": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.create(
                user=cast.grid_leader, valid_from=wrong["first"], valid_to=wrong["last"], **twin
            )


def test_a_colleague_with_the_same_post_may_stand_in(cast):
    twin = make_user("twin")
    make_post(twin, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid)
    task = make_task(cast.city.grid, assignee=cast.inspector, state=TaskState.ASSIGNED)
    away(cast, twin)
    task.refresh_from_db()
    assert task.assignee == twin


# Ending it


def test_it_ends_early_and_what_was_begun_yesterday_ends_yesterday(client, cast, colleague):
    with clock.at(clock.now() - timedelta(days=1)):
        away(cast, colleague, last=5)
    first = clock.today() - timedelta(days=1)
    client.force_login(cast.inspector)
    assert "Back today" in client.get(PAGE, headers=ENGLISH).content.decode()
    address = reverse("inspections:end_leave", args=[cast.inspector.pk])
    assert client.post(address, {"first": first.isoformat()}).status_code == 302
    post = Post.objects.stand_ins().get()
    assert post.valid_to == first
    assert fresh(colleague).current_posts != []
    assert cast.city.grid not in [post.area for post in fresh(colleague).current_posts]
    assert Notice.objects.filter(recipient=colleague, event="leave_ended").exists()
    assert client.post(address, {"first": first.isoformat()}).status_code == 409
    assert client.post(address, {"first": "x"}).status_code == 404
    client.force_login(colleague)
    assert client.post(address, {"first": first.isoformat()}).status_code == 404


def test_taken_back_on_its_first_day_nothing_is_left_but_history(cast, colleague):
    away(cast, colleague)
    end_leave(cast.inspector, actor=cast.inspector, first=clock.today())
    assert not Post.objects.stand_ins().exists()
    assert leaves() == []
    history = PostEvent.objects.filter(deputy_of__isnull=False).order_by("pgh_id")
    assert [row.pgh_label for row in history] == ["insert", "delete"]
    assert history[0].pgh_context.metadata["user"] == cast.inspector.pk


def test_what_was_done_under_it_today_keeps_it_until_tonight(cast, colleague):
    city = cast.city
    away(cast, colleague)
    case = case_in(Status.HANDLED, cast)
    verify_case(case.pk, actor=fresh(colleague), passed=True, note="亮了")
    end_leave(cast.inspector, actor=cast.inspector, first=clock.today())
    post = Post.objects.stand_ins().get()
    assert post.valid_to == clock.today()
    assert case.events.get(action=Action.VERIFY_PASS).post == post
    assert city.grid == post.area


# 查办分离


def test_a_deputy_of_an_inspector_who_handles_for_the_unit_can_t_verify(client, cast):
    """Standing in gives the inspector's post, but whoever handles never checks their own unit's work."""
    both = make_user("both")
    make_post(both, Role.HANDLER, cast.city.team)
    make_post(both, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    case = case_in(Status.HANDLED, cast)
    away(cast, both)
    assert any(post.deputy_of_id for post in fresh(both).current_posts)
    assert not can_take_step(fresh(both), case, Action.VERIFY_PASS)
    assert Action.VERIFY_PASS not in available_actions(fresh(both), case)
    client.force_login(both)
    address = reverse("cases:verify_case", args=[case.number])
    assert client.post(address, {"passed": "yes", "note": "好了"}).status_code == 403
    task = make_task(
        cast.city.grid,
        kind=TaskKind.VERIFICATION,
        case=case,
        assignee=cast.inspector,
        state=TaskState.ASSIGNED,
    )
    hand_over_tasks()
    task.refresh_from_db()
    assert (task.assignee, task.state) == (None, TaskState.OPEN)  # nor does the task wait for who is away
    assert Case.objects.get(pk=case.pk).status == Status.HANDLED


# Tasks


def test_what_is_due_before_they_are_back_goes_over_and_what_is_due_later_stays(cast, colleague):
    now = clock.now()
    held = [
        make_task(
            cast.city.grid, assignee=cast.inspector, state=TaskState.ASSIGNED, due_at=now + timedelta(days=n)
        )
        for n in (1, 2, 20)
    ]
    away(cast, colleague)
    assert [Task.objects.get(pk=task.pk).assignee for task in held] == [colleague, colleague, cast.inspector]
    event = held[0].events.order_by("seq").last()
    assert (event.action, event.actor, event.note) == ("assign", None, str(cast.inspector))
    told = Notice.objects.get(recipient=colleague, event="leave_tasks")
    assert told.params["number"] == 2
    assert hand_over_tasks() == 0


def test_a_leave_to_come_takes_the_tasks_on_its_first_day(cast, colleague):
    later = clock.now() + timedelta(days=4)
    task = make_task(cast.city.grid, assignee=cast.inspector, state=TaskState.ASSIGNED, due_at=later)
    away(cast, colleague, first=3, last=5)
    assert Task.objects.get(pk=task.pk).assignee == cast.inspector
    with clock.at(clock.now() + timedelta(days=3)):
        hand_over_tasks()
    assert Task.objects.get(pk=task.pk).assignee == colleague


def test_plans_give_the_patrols_made_meanwhile_to_the_deputy(cast, colleague, midday):
    PatrolPlan.objects.create(
        name="一日一巡", area=cast.city.grid, rhythm=Rhythm.DAILY, valid_from=LONG_AGO, to_grid_inspector=True
    )
    away(cast, colleague)
    make_planned_tasks()
    assert [task.assignee for task in Task.objects.filter(plan__isnull=False)] == [colleague]


def test_the_board_says_who_is_away_and_offers_to_let_somebody_stand_in(client, cast, colleague):
    client.force_login(cast.grid_leader)
    board = reverse("inspections:board")
    html = client.get(board, headers=ENGLISH).content.decode()
    assert f"{PAGE}?person={cast.inspector.pk}" in html
    assert 'id="away"' not in html
    away(cast, colleague)
    html = client.get(board, headers=ENGLISH).content.decode()
    assert 'id="away"' in html
    assert f"{colleague} stands in" in html


# Races


@pytest.mark.django_db(transaction=True)
def test_two_leaves_set_at_once_leave_one(cast, colleague):
    results = race(
        lambda: away(cast, colleague),
        lambda: away(cast, cast.grid_leader, actor=cast.grid_leader),
    )
    assert sorted(type(one).__name__ for one in results) == ["ValidationError", "list"]
    assert Post.objects.stand_ins().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_stand_in_for_each_other_at_once_make_no_loop(cast, colleague):
    seat = (Role.INSPECTOR.value, cast.city.community_centre.pk)

    def other():
        return set_leave(colleague, actor=colleague, deputies={seat: cast.inspector}, **days())

    results = race(lambda: away(cast, colleague), other)
    assert sorted(isinstance(one, ValidationError) for one in results) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_ended_twice_at_once_it_ends_once(cast, colleague):
    away(cast, colleague)

    def end():
        return end_leave(cast.inspector, actor=cast.inspector, first=clock.today())

    results = race(end, end)
    assert [type(one) for one in results if one is not None] == [StepNotAllowed]

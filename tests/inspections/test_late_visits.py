"""A visit that comes in late, or that the world went past: whose it was, where it was, and what it may still say."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils import translation

from cases.models import Case
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Notice
from gridgov.outbox import subjects_of
from grids.models import GridObject, Post, User
from grids.services.areas import retire_area
from grids.services.registry import change_object
from inspections.models import (
    ChecklistItem,
    Finding,
    FindingState,
    Task,
    TaskAction,
)
from inspections.services.findings import confirm, follow_cases
from inspections.services.tasks import write_event
from inspections.services.visits import Given
from tests.factories import inside, make_post, make_user
from tests.inspection_factories import abnormal, make_checklist, make_task, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

PLAIN = {"photo_required": False}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def end_post(person: User, days_ago: int = 1) -> None:
    Post.objects.filter(user=person).update(valid_to=clock.today() - timedelta(days=days_ago))


def at(days_ago: int, hours: int = 0) -> dict[str, datetime]:
    """The times of a visit of before."""
    ended = clock.now() - timedelta(days=days_ago, hours=hours)
    return {"started_at": ended - timedelta(minutes=10), "finished_at": ended}


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_what_was_done_while_one_held_the_post_is_kept_after_it_has_ended(cast, shop, items):
    given = [abnormal(cast, items[0]), Given(items[1], "normal")]
    end_post(cast.inspector)
    visit = make_visit(fresh(cast.inspector), shop, *given, **at(days_ago=1))
    assert visit.post.user == cast.inspector
    assert Case.objects.get().reporter == cast.inspector
    with pytest.raises(NotPermitted):
        make_visit(fresh(cast.inspector), shop)


def test_what_lay_in_ones_grid_until_lately_may_still_have_been_visited(cast, shop, items):
    change_object(shop.pk, actor=None, point=inside(cast.city.other_grid))
    shop.refresh_from_db()
    assert make_visit(cast.inspector, shop, **at(days_ago=1)).area == cast.city.other_grid
    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(NotFoundForYou):
        make_visit(fresh(cast.inspector), shop)


def test_what_redrawn_grids_gave_to_a_neighbour_may_still_have_been_visited(cast, shop, items):
    retire_area(cast.city.grid, on=clock.today(), actor=None)
    shop.refresh_from_db()
    assert shop.area == cast.city.community
    assert make_visit(cast.inspector, shop, **at(days_ago=1))


def test_a_private_home_that_moved_away_stays_closed_to_who_does_not_serve_there(cast):
    home = make_object(cast.city.grid, make_type("aided", "dwelling", is_private=True))
    make_checklist([home.type], [PLAIN], department=cast.city.district_department)
    visitor = make_user("visitor")
    make_post(visitor, "handler", cast.city.team, area=cast.city.grid)
    change_object(home.pk, actor=None, point=inside(cast.city.other_grid))
    home.refresh_from_db()
    with pytest.raises(NotFoundForYou):
        make_visit(visitor, home)
    assert make_visit(cast.inspector, home)


def test_a_list_that_is_no_more_for_such_objects_was_for_them_when_it_was_answered(cast, shop, items):
    ChecklistItem.objects.get(pk=items[0]).version.checklist.types.set([make_type("lamp", "component")])
    assert make_visit(cast.inspector, shop, Given(items[0], "normal"))


def test_an_object_that_turned_out_to_be_of_another_type_was_asked_what_it_was_taken_for(cast, shop, items):
    change_object(shop.pk, actor=None, type=make_type("inn"))
    shop.refresh_from_db()
    assert make_visit(cast.inspector, shop, Given(items[0], "normal"))


def test_a_visit_that_comes_in_late_says_nothing_of_what_was_found_after_it(cast, shop, items):
    settled = {"settled": True, "after_photos": [photo_ahead(cast.inspector, "green")]}
    make_visit(cast.inspector, shop, abnormal(cast, items[0], **settled), abnormal(cast, items[1]))
    make_visit(cast.inspector, shop, **at(days_ago=1))
    assert list(Finding.objects.values_list("confirmed_by", flat=True)) == [None, None]
    assert not Case.objects.get().events.filter(action="comment").exists()


def test_found_late_it_goes_into_the_case_that_was_raised_of_it_later(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    make_visit(cast.inspector, shop, abnormal(cast, items[0]), **at(days_ago=1))
    assert set(Finding.objects.values_list("case", flat=True)) == {Case.objects.get().pk}


def test_a_task_that_one_neither_sees_nor_had_is_not_opened_by_its_number(cast, shop, items):
    home = make_object(
        cast.city.other_grid, make_type("aided", "dwelling", is_private=True), name="演示救助住所"
    )
    visitor = make_user("visitor")
    make_post(visitor, "officer", cast.city.street_department)
    task = make_task(cast.city.other_grid, object=home, title="看望独居老人", assignee=cast.grid_leader)
    visit = make_visit(visitor, shop, task_id=task.pk)
    assert (visit.task, visit.task_moved_on, visit.reason) == (None, True, "routine")
    assert not Notice.objects.filter(event="visit_beside_task").exists()


def test_a_task_that_one_had_is_named_though_one_sees_it_no_longer(cast, shop, items):
    home = make_object(
        cast.city.grid, make_type("aided", "dwelling", is_private=True), code="H-7", name="某某家"
    )
    make_checklist([home.type], [PLAIN], department=cast.city.district_department)
    visitor = make_user("visitor")
    make_post(visitor, "handler", cast.city.team, area=cast.city.grid)
    task = make_task(cast.city.grid, object=home, assignee=visitor)
    write_event(task, TaskAction.ASSIGN, cast.grid_leader)
    Task.objects.filter(pk=task.pk).update(assignee=cast.inspector)
    assert make_visit(visitor, shop, task_id=task.pk).task == task
    notice = Notice.objects.filter(event="visit_beside_task").latest("pk")
    assert subjects_of([notice]) == {notice.subject: "H-7"}


@pytest.mark.parametrize(
    ("started_at", "finished_at"),
    [("0001-01-02", "2020-01-01"), ("2020-01-01", "9999-12-30"), ("0001-01-02", "9999-12-30")],
)
def test_times_that_no_clock_tells_are_refused(cast, shop, items, started_at, finished_at):
    times = {"started_at": started_at, "finished_at": finished_at}
    with pytest.raises(ValidationError, match="Choose a day between"):
        make_visit(
            cast.inspector,
            shop,
            **{k: datetime.fromisoformat(f"{day}T00:00:00Z") for k, day in times.items()},
        )


def test_a_visit_of_long_ago_does_not_open_what_lay_in_ones_grid_then(cast, shop, items):
    change_object(shop.pk, actor=None, point=inside(cast.city.other_grid))
    with clock.at(clock.now() + timedelta(days=100)), pytest.raises(NotFoundForYou):
        make_visit(fresh(cast.inspector), GridObject.objects.get(pk=shop.pk), **at(days_ago=365 * 30))


def test_what_the_object_became_while_the_visit_was_on_its_way_counts(cast, shop, items):
    as_the_phone_knew_it = GridObject.objects.select_related("area", "district", "type").get(pk=shop.pk)
    change_object(shop.pk, actor=None, point=inside(cast.city.other_grid))
    assert make_visit(cast.inspector, as_the_phone_knew_it).area == cast.city.other_grid


def test_what_was_taken_up_again_meanwhile_is_not_confirmed(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    finding = Finding.objects.get()
    Finding.objects.update(state="solved", ended_at=finding.found_at)
    read_before = list(Finding.objects.select_related("case"))
    answer = make_visit(cast.inspector, shop, Given(items[1], "normal")).answers.get()
    follow_cases()
    confirm(answer, read_before)
    finding.refresh_from_db()
    assert (finding.state, finding.confirmed_by) == (FindingState.IN_CASE, None)
    with pytest.raises(Error), transaction.atomic():
        Finding.objects.update(confirmed_by=answer.visit)

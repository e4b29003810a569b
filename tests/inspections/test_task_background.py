"""What a task's page tells of where it comes from, and of what came of it."""

from datetime import timedelta

import pytest

from cases.workflow import Status
from gridgov import clock
from inspections.models import ChecklistItem, Task
from inspections.services.errands import make_case_tasks, make_recheck_tasks
from inspections.services.tasks import finish_task
from inspections.services.visits import Given
from tests.case_factories import case_in
from tests.inspection_factories import make_checklist, make_task, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def recheck(cast):
    """A look again at what was settled on the spot, with words and photos."""
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"may_settle": True, "case_class": cast.city.case_class}])
    settled = Given(
        ChecklistItem.objects.get().pk,
        "abnormal",
        "灭火器过期",
        photos=[photo_ahead(cast.inspector)],
        settled=True,
        after_photos=[photo_ahead(cast.inspector, "green")],
    )
    make_visit(cast.inspector, shop, settled)
    make_recheck_tasks()
    return Task.objects.get()


def page_of(client, person, task, query=""):
    client.force_login(person)
    return client.get(f"/m/tasks/{task.pk}/{query}", headers=ENGLISH).content.decode()


def test_a_recheck_shows_what_was_found_with_its_photos_and_visit(client, cast, recheck):
    found = recheck.finding
    for person in (cast.inspector, cast.grid_leader):
        page = page_of(client, person, recheck)
        assert "灭火器过期" in page
        assert f'href="/visits/{found.answer.visit_id}/"' in page
        assert page.count(f"/visits/{found.answer.visit_id}/photos/") == 4  # two photos, small and large
        assert f'href="/registry/{recheck.object.code}/"' in page
        assert "What came of it" not in page


def test_a_recheck_that_is_done_shows_the_visit_that_ended_it(client, cast, recheck):
    item = ChecklistItem.objects.get().pk
    with clock.at(recheck.starts_at + timedelta(hours=1)):
        visit = make_visit(cast.inspector, recheck.object, Given(item, "normal"), task_id=recheck.pk)
    recheck.refresh_from_db()
    assert recheck.state == "done"
    page = page_of(client, cast.grid_leader, recheck)
    assert f'href="/visits/{visit.pk}/"' in page
    assert "Done by inspector" in page
    assert "in order again" in page


def test_an_order_ended_by_a_visit_made_for_nothing_names_that_visit(client, cast):
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"case_class": cast.city.case_class}])
    task = make_task(cast.city.grid, kind="order", object=shop, assignee=cast.inspector)
    visit = make_visit(cast.inspector, shop, Given(ChecklistItem.objects.get().pk, "normal"))
    page = page_of(client, cast.grid_leader, task)
    assert f'href="/visits/{visit.pk}/"' in page
    assert "Everything normal" in page


def test_a_case_is_shown_with_its_words_and_is_a_link(client, cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = Task.objects.get()
    page = page_of(client, cast.grid_leader, task)
    assert f'href="/cases/{case.number}/"' in page
    assert case.description in page


def test_what_was_done_by_hand_is_said_with_its_note(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector, state="begun")
    finish_task(task.pk, actor=cast.inspector, note="已清走")
    page = page_of(client, cast.grid_leader, task)
    assert "Done by inspector" in page
    assert page.count("已清走") == 2  # the result, and the story


def test_from_the_desk_the_leader_goes_back_to_the_board(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.cookies["posture"] = "console"
    board = f"/m/board/?area={cast.city.community.code}"
    assert f'href="{board}"' in page_of(client, cast.grid_leader, task)
    assert 'href="/m/board/?by=grid"' in page_of(
        client, cast.grid_leader, task, "?next=/m/board/%3Fby%3Dgrid"
    )
    assert f'href="{board}"' not in page_of(client, cast.inspector, task)

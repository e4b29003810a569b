"""Tasks on Today, on Nearby and on their own page, and in the API."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.workflow import Status
from gridgov import clock
from inspections.models import PatrolPlan, Skill, Task
from inspections.services.errands import make_case_tasks
from inspections.services.tasks import grab_task, put_back_task
from tests.case_factories import case_in
from tests.factories import inside, make_post, make_user
from tests.inspection_factories import make_task
from tests.inspections.test_campaign_tasks import make_campaign
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db


def today(client, person):
    client.force_login(person)
    return client.get("/m/")


def tasks_of(response):
    return [card.task for card in response.context["tasks"]]


def around(client, person, point):
    client.force_login(person)
    return client.get("/m/nearby/", {"longitude": point.x, "latitude": point.y})


# Today


def test_my_tasks_of_today_come_first_the_urgent_ones_on_top(client, cast):
    now = clock.now()
    later = make_task(cast.city.grid, assignee=cast.inspector, due_at=now + timedelta(hours=5))
    soon = make_task(cast.city.grid, assignee=cast.inspector, due_at=now + timedelta(hours=1))
    urgent = make_task(cast.city.grid, assignee=cast.inspector, is_urgent=True)
    make_task(
        cast.city.grid,
        assignee=cast.inspector,
        starts_at=now + timedelta(days=2),
        due_at=now + timedelta(days=3),
    )
    make_task(cast.city.grid, assignee=cast.inspector, state="done")
    make_task(cast.city.grid, assignee=cast.grid_leader)
    make_task(cast.city.grid)
    assert tasks_of(today(client, cast.inspector)) == [urgent, soon, later]


def test_each_card_has_its_one_button(client, cast):
    shop = make_object(cast.city.grid)
    campaign = make_campaign(cast.city.grid, [shop.type])
    visit = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    patrol = make_task(cast.city.grid, kind="patrol", assignee=cast.inspector)
    begun = make_task(cast.city.grid, kind="patrol", assignee=cast.inspector, state="begun")
    theme = make_task(cast.city.grid, kind="campaign", campaign=campaign, assignee=cast.inspector)
    page = today(client, cast.inspector).content.decode()
    assert f'href="/m/visit/?task={visit.pk}&amp;object={shop.code}"' in page
    assert f'action="/m/tasks/{patrol.pk}/begin/"' in page
    assert f'href="/m/tasks/{begun.pk}/#finish"' in page
    assert f'action="/m/tasks/{theme.pk}/begin/"' not in page
    assert "0 / 1" in page


def test_a_round_through_several_grids_is_one_card_with_a_button_for_each(client, cast):
    plan = PatrolPlan.objects.create(
        name="一日双巡", area=cast.city.community, rhythm="twice_a_day", valid_from=clock.today()
    )
    now = clock.now()
    morning = [
        make_task(
            grid,
            kind="patrol",
            plan=plan,
            starts_at=now,
            due_at=now + timedelta(hours=1),
            assignee=cast.grid_leader,
        )
        for grid in (cast.city.grid, cast.city.other_grid)
    ]
    make_task(cast.city.grid, assignee=cast.grid_leader)
    response = today(client, cast.grid_leader)
    assert [card.task for card in response.context["rounds"][0]] == morning
    assert len(response.context["rounds"]) == 2
    page = response.content.decode()
    assert page.count('class="round__grid"') == 2
    assert all(f'action="/m/tasks/{task.pk}/begin/"' in page for task in morning)


def test_a_case_stands_there_once_and_not_at_all_when_somebody_else_has_it(client, cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = grab_task(Task.objects.get().pk, actor=cast.inspector)
    response = today(client, cast.inspector)
    assert tasks_of(response) == []
    (errand,) = response.context["errands"]
    assert (errand.case, errand.task) == (case, task)
    assert f'action="/m/tasks/{task.pk}/begin/"' in response.content.decode()
    response = today(client, cast.grid_leader)
    assert response.context["errands"] == []
    assert response.context["to_look_at"] == 0


def test_the_leader_finds_the_board_and_others_do_not(client, cast):
    assert 'href="/m/board/"' in today(client, cast.grid_leader).content.decode()
    assert 'href="/m/board/"' not in today(client, cast.inspector).content.decode()
    assert "/m/duty/on/" in today(client, cast.inspector).content.decode()
    assert "/m/duty/on/" not in today(client, cast.handler).content.decode()


def test_the_day_costs_the_same_for_one_task_and_for_thirty(client, cast):
    shop = make_object(cast.city.grid)
    campaign = make_campaign(cast.city.grid, [shop.type])
    make_task(cast.city.grid, campaign=campaign, assignee=cast.inspector)
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_task(cast.city.grid, object=shop, assignee=cast.inspector)
        client.force_login(cast.inspector)
        with CaptureQueriesContext(connection) as queries:
            client.get("/m/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16


# Nearby


def test_open_tasks_are_offered_the_nearest_first(client, cast):
    here = inside(cast.city.grid)
    far = make_task(cast.city.other_grid)
    near = make_task(cast.city.grid, object=make_object(cast.city.grid, point=here))
    cards = around(client, cast.grid_leader, here).context["tasks"]
    assert [card.task for card in cards] == [near, far]
    assert cards[0].distance_m == pytest.approx(0, abs=1)
    assert cards[1].distance_m == pytest.approx(102, abs=3)
    assert f'action="/m/tasks/{near.pk}/grab/"' in around(client, cast.inspector, here).content.decode()


def test_only_what_may_be_theirs_is_offered(client, cast):
    here = inside(cast.city.grid)
    mine = make_task(cast.city.grid)
    make_task(cast.city.other_grid)
    make_task(cast.city.grid, skill=Skill.objects.create(name="燃气"))
    make_task(cast.city.grid, assignee=cast.grid_leader)
    make_task(
        cast.city.grid, starts_at=clock.now() + timedelta(days=2), due_at=clock.now() + timedelta(days=3)
    )
    assert [card.task for card in around(client, cast.inspector, here).context["tasks"]] == [mine]
    for person in (cast.operator, cast.handler, cast.citizen, cast.stranger):
        assert around(client, person, here).context["tasks"] == []


def test_a_case_among_the_tasks_is_not_shown_again(client, cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    response = around(client, cast.inspector, case.point)
    assert [card.task.case for card in response.context["tasks"]] == [case]
    assert response.context["cases"] == []


def test_nearby_costs_the_same_for_one_task_and_for_thirty(client, cast):
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_task(cast.city.grid)
        client.force_login(cast.inspector)
        here = inside(cast.city.grid)
        with CaptureQueriesContext(connection) as queries:
            client.get("/m/nearby/", {"longitude": here.x, "latitude": here.y})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 11


# The page of a task


def test_the_page_offers_only_what_one_may_do(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector, note="看桥下")
    for person, offered, missing in (
        (cast.inspector, ("begin", "put-back", "finish"), ("grab", "assign", "cancel")),
        (cast.grid_leader, ("assign", "cancel", "put-back"), ("grab", "begin", "finish")),
        (cast.operator, (), ("grab", "begin", "finish", "assign", "cancel", "put-back")),
    ):
        client.force_login(person)
        page = client.get(f"/m/tasks/{task.pk}/").content.decode()
        assert "看桥下" in page
        assert all(f"/m/tasks/{task.pk}/{step}/" in page for step in offered)
        assert not any(f"/m/tasks/{task.pk}/{step}/" in page for step in missing)
    client.force_login(cast.stranger)
    assert client.get(f"/m/tasks/{task.pk}/").status_code == 404


def steps_on(client, person, task):
    """The next steps that a task's page shows in the phone's layout, and whether the tabs stand under them."""
    client.cookies["posture"] = "phone"
    client.force_login(person)
    response = client.get(f"/m/tasks/{task.pk}/")
    return response.context["step"], 'class="phone__tabs' in response.content.decode()


def test_there_is_one_next_step_at_a_time_and_nothing_over_it(client, cast):
    shop, mine = make_object(cast.city.grid), {"assignee": cast.inspector}
    campaign = make_campaign(cast.city.grid, [shop.type])
    for fields, step in (
        ({}, "grab"),
        (mine, "begin"),
        ({**mine, "state": "begun"}, "finish"),
        ({**mine, "object": shop}, "visit"),
        ({**mine, "object": shop, "begin_by": clock.now() + timedelta(minutes=9)}, "begin"),
        ({**mine, "kind": "campaign", "campaign": campaign}, ""),
        ({**mine, "state": "done"}, ""),
        ({"assignee": cast.grid_leader}, ""),
    ):
        assert steps_on(client, cast.inspector, make_task(cast.city.grid, **fields)) == (step, not step)


def test_a_finish_that_is_refused_shows_its_form_again(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.inspector)
    broken = SimpleUploadedFile("x.jpg", b"no picture", content_type="image/jpeg")
    response = client.post(f"/m/tasks/{task.pk}/finish/", {"note": "已清理", "photos": [broken]})
    assert response.status_code == 422
    assert 'id="finish"' in response.content.decode()
    assert response.context["step"] == "finish"


def test_a_patrol_of_one_thing_in_each_grid_leads_to_its_visit(client, cast):
    plan = PatrolPlan.objects.create(
        name="一日双巡", area=cast.city.community, rhythm="twice_a_day", valid_from=clock.today()
    )
    now = clock.now()
    times = {"plan": plan, "kind": "patrol", "starts_at": now, "due_at": now + timedelta(hours=1)}
    for grid in (cast.city.grid, cast.city.other_grid):
        make_task(grid, object=make_object(grid), assignee=cast.grid_leader, **times)
    page = today(client, cast.grid_leader).content.decode()
    assert page.count("/m/visit/?task=") == 2
    assert "#finish" not in page


def test_one_matter_has_one_light_wherever_it_stands(client, cast):
    """The board shows the task, Today the case: both by the case's clock."""
    case = case_in(Status.HANDLED, cast)
    with clock.at(case.stage_due_at - timedelta(minutes=20)):  # the task is made late
        make_case_tasks()
        task = Task.objects.get()
    for moment, colour in (
        (case.stage_warn_at - timedelta(minutes=1), "green"),
        (case.stage_warn_at + timedelta(minutes=1), "yellow"),
        (case.stage_due_at + timedelta(minutes=1), "red"),
    ):
        with clock.at(moment):
            grab_task(task.pk, actor=cast.inspector)
            for url in ("/m/", "/m/board/", f"/m/tasks/{task.pk}/", f"/cases/{case.number}/"):
                client.force_login(cast.inspector if url == "/m/" else cast.grid_leader)
                page = client.get(url).content.decode()
                assert f"light--{colour}" in page, (url, colour)
                assert not any(f"light--{other}" in page for other in {"green", "yellow", "red"} - {colour})
            task.refresh_from_db()
            put_back_task(task.pk, actor=cast.inspector)


def test_it_lists_what_is_left_to_visit(client, cast):
    shop = make_object(cast.city.grid)
    task = make_task(
        cast.city.grid, campaign=make_campaign(cast.city.grid, [shop.type]), assignee=cast.inspector
    )
    client.force_login(cast.inspector)
    page = client.get(f"/m/tasks/{task.pk}/").content.decode()
    assert f"/m/visit/?task={task.pk}&amp;object={shop.code}" in page


def test_nobody_is_led_off_the_site(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.inspector)
    response = client.post(f"/m/tasks/{task.pk}/grab/", {"next": "https://example.org/"})
    assert response.url == f"/m/tasks/{task.pk}/"


# The API


def listed(client, of):
    return [row["id"] for row in client.get("/api/v1/tasks/", {"of": of}).json()["results"]]


def test_the_api_lists_mine_what_is_open_and_all(client, cast):
    mine, free = make_task(cast.city.grid, assignee=cast.inspector), make_task(cast.city.grid)
    other = make_task(cast.city.grid, assignee=cast.grid_leader)
    make_task(cast.city.other_grid)
    client.force_login(cast.inspector)
    assert listed(client, "me") == [mine.pk]
    assert listed(client, "open") == [free.pk]
    assert listed(client, "all") == [mine.pk, free.pk, other.pk]
    client.force_login(cast.stranger)
    assert listed(client, "all") == []
    assert client.get(f"/api/v1/tasks/{mine.pk}/").status_code == 404


def test_the_api_offers_what_the_page_offers(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.inspector)
    assert client.get(f"/api/v1/tasks/{task.pk}/").json()["available_actions"] == ["grab"]
    row = client.post(f"/api/v1/tasks/{task.pk}/grab/").json()
    assert (row["is_mine"], row["available_actions"]) == (True, ["begin", "finish", "put_back"])
    for step, state in (("begin", "begun"), ("put-back", "open")):
        assert client.post(f"/api/v1/tasks/{task.pk}/{step}/").json()["state"] == state
    assert client.post(f"/api/v1/tasks/{task.pk}/begin/").status_code == 409
    client.force_login(cast.grid_leader)
    answer = client.post(
        f"/api/v1/tasks/{task.pk}/cancel/", {"reason": "不用了"}, content_type="application/json"
    )
    assert answer.json()["state"] == "cancelled"


def test_the_api_costs_the_same_for_one_task_and_for_thirty(client, cast):
    colleague = make_user("colleague")
    make_post(colleague, "inspector", cast.city.community_centre, area=cast.city.grid)
    skill = Skill.objects.create(name="燃气")
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_task(cast.city.grid, skill=skill, assignee=colleague)
        client.force_login(cast.inspector)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/tasks/?of=all")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8

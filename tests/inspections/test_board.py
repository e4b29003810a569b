"""The grid leader's board."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridgov import clock
from grids.models import Post
from inspections.models import Visit
from inspections.people import crews_of
from inspections.services.duty import go_on_duty
from inspections.services.tasks import assign_task
from tests.factories import make_post, make_user
from tests.inspection_factories import make_task
from tests.inspections.test_campaign_tasks import make_campaign, visit_to
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
URL = "/m/board/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def colleague(cast):
    colleague = make_user("colleague", display_name="演示同事")
    make_post(colleague, "inspector", cast.city.community_centre, area=cast.city.grid)
    return colleague


def lanes(response):
    return {lane.title: [card.task for card in lane.cards] for lane in response.context["lanes"]}


def board(client, person, query=""):
    client.force_login(person)
    return client.get(URL + query, headers=ENGLISH)


def test_today_stands_by_person_what_is_open_first(client, cast):
    free, held = make_task(cast.city.grid), make_task(cast.city.grid, assignee=cast.inspector)
    response = board(client, cast.grid_leader)
    assert lanes(response) == {"Open to be grabbed": [free], "inspector": [held], "gridleader": []}
    assert next(iter(lanes(response))) == "Open to be grabbed"
    assert lanes(board(client, cast.grid_leader, "?by=grid")) == {"第一网格": [free, held], "第二网格": []}


def test_what_is_overdue_is_said_and_what_is_done_comes_last(client, cast):
    now = clock.now()
    done = make_task(cast.city.grid, assignee=cast.inspector, state="done")
    late = make_task(
        cast.city.grid,
        assignee=cast.inspector,
        starts_at=now - timedelta(days=2),
        due_at=now - timedelta(days=1),
    )
    make_task(cast.city.grid, starts_at=now + timedelta(days=2), due_at=now + timedelta(days=3))
    make_task(cast.city.grid, state="cancelled")
    response = board(client, cast.grid_leader)
    assert lanes(response)["inspector"] == [late, done]
    assert response.context["counts"] == {"open": 0, "in_hand": 1, "overdue": 1, "done": 1}
    assert "task--late" in response.content.decode()


def test_what_is_done_or_presses_only_later_is_folded_away(client, cast):
    now, mine = clock.now(), {"assignee": cast.inspector}
    done = make_task(cast.city.grid, state="done", **mine)
    later, begun, urgent = (
        make_task(cast.city.grid, due_at=now + timedelta(days=20), **mine, **more)
        for more in ({}, {"state": "begun"}, {"is_urgent": True})
    )
    today = make_task(cast.city.grid, **mine)
    response = board(client, cast.grid_leader)
    lane = next(lane for lane in response.context["lanes"] if lane.walker)
    parts = {part: {card.task for card in cards} for part, cards in lane.parts}
    assert parts == {"": {today, begun, urgent}, "later": {later}, "done": {done}}
    page = response.content.decode()
    assert ">1 due later<" in page
    assert ">1 done<" in page


def test_a_figure_leads_to_what_it_counts_and_back(client, cast):
    now = clock.now()
    free = make_task(cast.city.grid)
    late = make_task(
        cast.city.grid,
        assignee=cast.inspector,
        starts_at=now - timedelta(days=2),
        due_at=now - timedelta(days=1),
    )
    page = board(client, cast.grid_leader).content.decode()
    query = f"?area={cast.city.community.code}&by=person"
    assert f'href="/m/board/{query.replace("&", "&amp;")}&amp;show=overdue#tasks"' in page
    shown = board(client, cast.grid_leader, f"{query}&show=overdue")
    assert lanes(shown) == {"inspector": [late]}
    assert shown.context["counts"]["open"] == 1
    assert (
        f'href="/m/board/{query.replace("&", "&amp;")}#tasks" aria-current="true"' in shown.content.decode()
    )
    assert lanes(board(client, cast.grid_leader, f"{query}&show=open")) == {"Open to be grabbed": [free]}
    assert lanes(board(client, cast.grid_leader, f"{query}&show=done")) == {}
    assert free in lanes(board(client, cast.grid_leader, f"{query}&show=x"))["Open to be grabbed"]


def test_who_is_on_duty_stands_before_the_cards_and_grids_lead_to_their_boards(client, cast):
    go_on_duty(actor=cast.inspector)
    page = board(client, cast.grid_leader).content.decode()
    assert page.index('id="on-duty"') < page.index('id="tasks"')
    assert "2 grids lack somebody" in page
    assert f'<a href="?area={cast.city.grid.code}">' in page


def test_what_is_in_hand_can_be_put_back_from_its_card(client, cast):
    held, free = make_task(cast.city.grid, assignee=cast.inspector), make_task(cast.city.grid)
    page = board(client, cast.grid_leader).content.decode()
    assert f'action="/m/tasks/{held.pk}/put-back/"' in page
    assert f'action="/m/tasks/{free.pk}/put-back/"' not in page
    response = client.post(f"/m/tasks/{held.pk}/put-back/", {"next": URL})
    assert response.url == URL
    held.refresh_from_db()
    assert (held.state, held.assignee) == ("open", None)


@pytest.mark.parametrize("who", ["inspector", "operator", "leader", "handler", "citizen", "stranger"])
def test_it_is_for_who_leads(client, cast, who):
    assert board(client, getattr(cast, who)).status_code == 404


def test_nobody_opens_the_board_of_where_they_do_not_lead(client, cast):
    for code, status in ((cast.city.street.code, 404), ("440699", 404), ("x\x00", 400)):
        client.force_login(cast.grid_leader)
        assert client.get(URL, {"area": code}).status_code == status


def test_a_card_offers_only_people_who_may_have_it_and_works_without_script(client, cast, colleague):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    other = make_task(cast.city.other_grid)
    response = board(client, cast.grid_leader)
    assert response.context["who_may"][task.pk] == [cast.inspector, colleague, cast.grid_leader]
    assert response.context["who_may"][other.pk] == [cast.grid_leader]
    page = response.content.decode()
    assert f'action="/m/tasks/{task.pk}/assign/"' in page
    assert f'<option value="{colleague.pk}">' in page


def test_a_larger_area_shows_each_part_and_leads_down(client, cast):
    make_task(cast.city.grid, assignee=cast.inspector)
    make_task(cast.city.community, assignee=None)
    go_on_duty(actor=cast.inspector)
    response = board(client, cast.supervisor)
    (row,) = response.context["rows"]
    assert (row.area, row.open, row.in_hand, row.on_duty, row.grids, row.incomplete) == (
        cast.city.street,
        1,
        1,
        1,
        2,
        2,
    )
    assert f"?area={cast.city.street.code}" in response.content.decode()
    assert board(client, cast.supervisor, f"?area={cast.city.community.code}").context["lanes"]


def test_who_is_on_duty_stands_there_with_what_they_hold(client, cast):
    go_on_duty(actor=cast.inspector)
    make_task(cast.city.grid, assignee=cast.inspector)
    response = board(client, cast.grid_leader)
    assert [(lane.title, lane.pending) for lane in response.context["on_duty"]] == [("inspector", 1)]
    assert "on duty since" in response.content.decode()


def test_each_grid_tells_what_its_crew_lacks(client, cast, colleague):
    Post.objects.filter(user=cast.grid_leader).update(is_responsible=True)
    make_post(make_user(), "volunteer", cast.city.community_centre, area=cast.city.grid)
    crews = crews_of([cast.city.grid, cast.city.other_grid])
    assert crews[cast.city.grid.pk].missing == []
    with_words = [str(words) for words in crews[cast.city.other_grid.pk].missing]
    assert len(with_words) == 2
    page = board(client, cast.grid_leader).content.decode()
    assert "no inspector, no volunteer" in page
    Post.objects.filter(user=colleague).update(valid_to=clock.today() - timedelta(days=1))
    assert [str(each) for each in crews_of([cast.city.grid])[cast.city.grid.pk].missing] != []


def test_a_leader_of_the_street_does_not_make_a_grid_complete(cast):
    make_post(make_user(), "grid_leader", cast.city.street_centre, is_responsible=True)
    assert crews_of([cast.city.grid])[cast.city.grid.pk].leaders == 0


def test_what_somebody_else_did_all_the_same_is_shown(client, cast, colleague):
    shop = make_object(cast.city.grid)
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    assign_task(task.pk, actor=cast.grid_leader, assignee=colleague)
    visit = visit_to(shop, cast.inspector, task=task, task_moved_on=True)
    response = board(client, cast.grid_leader)
    assert response.context["beside"] == [visit]
    assert "although it is with 演示同事" in response.content.decode()
    Visit.objects.update(inspector=colleague)
    assert board(client, cast.grid_leader).context["beside"] == []


def test_a_campaign_tells_the_share_of_each_grid_who_has_it_and_leads_there(client, cast):
    shop = make_object(cast.city.grid)
    for grid in (cast.city.grid, cast.city.other_grid):
        make_object(grid, type=shop.type)
    campaign = make_campaign(cast.city.community, [shop.type], target_percent=50)
    visit_to(shop, cast.inspector)
    task = make_task(cast.city.grid, campaign=campaign, kind="campaign", assignee=cast.inspector)
    client.force_login(cast.grid_leader)
    page = client.get(f"/m/campaigns/{campaign.pk}/", headers=ENGLISH).content.decode()
    for words in ("1 / 3 · 33 %<", "0 / 1 · 0 %<", "1 / 2 · 50 % · reached<", f"/m/tasks/{task.pk}/?next="):
        assert words in page, words


def test_campaigns_stand_there_with_their_bars(client, cast):
    shop = make_object(cast.city.grid)
    campaign = make_campaign(cast.city.community, [shop.type])
    visit_to(shop, cast.inspector)
    (row,) = board(client, cast.grid_leader).context["campaigns"]
    assert (row.campaign, row.progress.percent) == (campaign, 100)
    for page in ("/m/campaigns/", f"/m/campaigns/{campaign.pk}/"):
        assert "安全生产月" in client.get(page).content.decode()
    client.force_login(cast.inspector)
    assert client.get("/m/campaigns/").status_code == 404
    assert client.get(f"/m/campaigns/{campaign.pk}/").status_code == 404


@pytest.mark.parametrize("query", ["", "?by=grid"])
def test_it_costs_the_same_for_one_task_and_for_thirty(client, cast, query):
    shop = make_object(cast.city.grid)
    campaign = make_campaign(cast.city.community, [shop.type])
    make_task(cast.city.grid, campaign=campaign, kind="campaign", assignee=cast.inspector)
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_task(cast.city.grid, assignee=cast.inspector)
            make_task(cast.city.grid, object=shop)
        client.force_login(cast.grid_leader)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL + query)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 28


def test_the_overview_costs_the_same_for_one_task_and_for_thirty(client, cast):
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_task(cast.city.grid)
        client.force_login(cast.supervisor)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 22

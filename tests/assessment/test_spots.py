"""Hot spots and repeated places: what counts as one, that each opens its list, and becomes a campaign with two presses."""

import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPoint, Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.services.facts import read_facts
from gridgov import clock
from inspections.models import Campaign, Task, TaskAction, TaskState
from inspections.permissions import available_task_actions
from tests.case_factories import make_case
from tests.factories import inside
from tests.pages import count_queries
from tests.racing import race

pytestmark = pytest.mark.django_db
URL = "/figures/spots/"


def beside(point: Point, metres: float) -> Point:
    return Point(point.x, point.y + metres / 110_574, srid=4326)


@pytest.fixture
def repeated(cast):
    """Three of a class within 30 m, one 200 m away, one of another class."""
    here = inside(cast.city.grid)
    cases = [make_case(cast, point=beside(here, metres)) for metres in (0, 10, 20, 200)]
    other = make_case(cast, point=here, case_class=cast.city.other_class)
    read_facts()
    return [*cases, other]


def rows(client, **asked):
    return client.get(URL, asked).context["rows"]


def test_three_of_a_class_within_30_m_are_a_repeated_place_and_open_as_a_list(client, cast, repeated):
    client.force_login(cast.supervisor)
    (row,) = rows(client, kind="repeated")
    assert row["spot"].count == 3
    assert 19 <= row["spot"].across_m <= 21
    listed = client.get(row["list_url"]).context["cases"]
    assert {case.number for case in listed} == {case.number for case in repeated[:3]}
    assert len(client.get(row["open_url"]).context["cases"]) == row["spot"].open == 3


def test_fewer_or_farther_are_none(client, cast, repeated):
    client.force_login(cast.supervisor)
    assert rows(client, kind="hot") == []
    assert rows(client, kind="repeated", at_least="5") == []
    (row,) = rows(client, kind="hot", metres="200", at_least="3")
    assert row["spot"].count == 4
    yesterday = (clock.today() - timedelta(1)).isoformat()
    assert rows(client, kind="repeated", since=yesterday, until=yesterday) == []


def test_a_campaign_in_two_presses(client, cast, repeated):
    client.force_login(cast.supervisor)
    (row,) = rows(client, kind="repeated")
    page = client.get(row["campaign_url"])
    form = page.context["form"]
    sent = client.post(row["campaign_url"], form.initial)
    assert sent.status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.case_class, campaign.area) == (cast.city.case_class, cast.city.grid)
    assert campaign.maker == cast.supervisor
    assert len(campaign.places) == 3
    task = Task.objects.get(campaign=campaign)
    assert (task.area, task.assignee, task.state) == (cast.city.grid, cast.inspector, TaskState.ASSIGNED)
    assert TaskAction.FINISH in available_task_actions(cast.inspector, task)
    (row,) = rows(client, kind="repeated")
    assert [each for each, _open in row["campaigns"]] == [campaign]
    assert client.get(f"/m/campaigns/{campaign.pk}/").context["row"].progress.objects == 1


def test_other_campaigns_are_left_to_the_clock(client, cast, repeated):
    other = Campaign.objects.create(
        theme="安全生产月", area=cast.city.grid, places=MultiPoint(inside(cast.city.grid), srid=4326),
        starts_on=clock.today(), ends_on=clock.today(),
    )  # fmt: skip
    client.force_login(cast.supervisor)
    (row,) = rows(client, kind="repeated")
    client.post(row["campaign_url"], client.get(row["campaign_url"]).context["form"].initial)
    assert [task.campaign.maker for task in Task.objects.all()] == [cast.supervisor]
    assert not Task.objects.filter(campaign=other).exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_campaign(cast, repeated):
    client = Client()
    client.force_login(cast.supervisor)
    (row,) = rows(client, kind="repeated")
    page = client.get(row["campaign_url"])
    (key,) = re.findall(r'name="idempotency_key" value="([^"]+)"', page.content.decode())
    sent = {**page.context["form"].initial, "idempotency_key": key}
    answers = race(*[lambda: client.post(row["campaign_url"], sent)] * 3)
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, answers[0].headers["Location"])
    ] * 3
    assert Campaign.objects.count() == Task.objects.count() == 1


def test_what_can_not_be_keeps_what_was_typed(client, cast, repeated):
    client.force_login(cast.supervisor)
    (row,) = rows(client, kind="repeated")
    typed = {"theme": "夜查", "starts_on": "2020-01-01", "ends_on": "2020-01-02", "note": "看看"}
    answer = client.post(row["campaign_url"], typed)
    assert answer.status_code == 422
    assert "夜查" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_who_neither_leads_nor_commands_makes_none(client, cast, repeated):
    client.force_login(cast.supervisor)
    url = rows(client, kind="repeated")[0]["campaign_url"]
    for person in (cast.inspector, cast.operator):
        client.force_login(person)
        answer = client.post(url, {"theme": "x", "starts_on": "2026-01-01", "ends_on": "2099-01-01"})
        assert answer.status_code == 404, person
    client.force_login(cast.inspector)
    assert rows(client, kind="repeated")[0]["campaign_url"] == ""
    client.force_login(cast.citizen)
    assert client.get(URL).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404
    assert not Campaign.objects.exists()


def test_the_page_costs_the_same_for_one_place_and_for_many(client, cast, repeated):
    client.force_login(cast.supervisor)
    address = f"{URL}?kind=repeated"
    client.get(address)
    one = count_queries(client, address)
    for n in range(3, 6):
        for _ in range(3):
            make_case(cast, point=beside(inside(cast.city.grid), n * 150))
    read_facts()
    assert count_queries(client, address) == one


@pytest.mark.parametrize(
    ("person", "asked"),
    [
        ("supervisor", "{number}~501~3"),
        ("supervisor", "{number}~30~2"),
        ("supervisor", "{number}~0~3"),
        ("supervisor", "x~30~3"),
        ("stranger", "{number}~30~3"),
    ],
)
def test_an_address_can_not_make_the_whole_city_be_clustered(client, cast, repeated, person, asked):
    client.force_login(getattr(cast, person))
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/cases/", {"spot": asked.format(number=repeated[0].number)})
    assert page.context["cases"] == []
    assert not any("ST_ClusterDBSCAN" in query["sql"] for query in queries)


def test_only_what_is_like_the_case_is_looked_at(client, cast, repeated):
    client.force_login(cast.supervisor)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/cases/", {"spot": f"{repeated[0].number}~30~3"})
    assert {case.pk for case in page.context["cases"]} == {case.pk for case in repeated[:3]}
    (clustered,) = [query["sql"] for query in queries if "ST_ClusterDBSCAN" in query["sql"]]
    assert f'"case_class_id" = {repeated[0].case_class_id}' in clustered
    assert '"reported_at" BETWEEN' in clustered

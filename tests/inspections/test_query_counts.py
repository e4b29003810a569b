"""How many queries the pages and writes of going out take: few, and no more for many rows than for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.services import refuse_case
from gridgov import clock
from grids.models import ChangeKind, DepartmentForm
from grids.services.department_feeds import Delivered, deliver_records
from grids.services.proposals import propose_change
from inspections.models import ChecklistItem, Finding
from inspections.services.duty import TrackPoint, add_track, go_on_duty
from inspections.services.findings import follow_cases
from inspections.services.visits import Given
from inspections.tasks import keep_tasks
from tests.case_factories import stored
from tests.factories import inside
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.inspections.test_campaign_tasks import make_campaign
from tests.pages import count_queries
from tests.registry_factories import make_object, make_type

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midday")]
PLAIN = {"photo_required": False}


def cost(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        do()
    return len(queries)


def send_visit(client, code: str, answers: list[dict[str, Any]]) -> int:
    """How many queries it takes to send a visit."""
    now = clock.now()
    body = {
        "client_uuid": str(uuid4()),
        "object": code,
        "started_at": (now - timedelta(minutes=5)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": answers,
    }
    with CaptureQueriesContext(connection) as queries:
        assert client.post("/api/v1/visits/", body, "application/json").status_code == 201
    return len(queries)


@pytest.fixture
def shops(cast):
    """So many shops that are asked twenty items."""
    type = make_type()
    make_checklist(
        [type],
        [{**PLAIN, "case_class": cast.city.case_class}] * 20,
        department=cast.city.district_department,
    )
    return lambda number: [make_object(cast.city.grid, type) for _ in range(number)]


def test_a_visit_of_twenty_normal_items_takes_as_many_queries_as_one_of_a_single_item(client, cast, shops):
    first, second, third = shops(3)
    items = list(ChecklistItem.objects.values_list("pk", flat=True))
    normal = [{"item": item, "result": "normal"} for item in items]
    client.force_login(cast.inspector)
    send_visit(client, first.code, normal[:1])
    one = send_visit(client, second.code, normal[:1])
    assert send_visit(client, third.code, normal) == one <= 30


def test_what_is_abnormal_costs_a_case_each_and_no_more_as_they_become_many(client, cast, shops):
    objects = shops(4)
    items = list(ChecklistItem.objects.values_list("pk", flat=True))
    client.force_login(cast.inspector)
    costs = {}
    for shop, number in zip(objects, (1, 1, 2, 5), strict=True):
        abnormal = [{"item": item, "result": "abnormal", "note": "坏了"} for item in items[:number]]
        costs[number] = send_visit(client, shop.code, abnormal)
    each = costs[2] - costs[1]
    assert each <= 16
    assert costs[5] - costs[2] <= 3 * each


def test_the_pages_of_duty_take_the_same_for_one_stretch_and_for_thirty(client, cast):
    with clock.at(clock.now() - timedelta(minutes=40)):
        duty = go_on_duty(actor=cast.inspector)
    spot, since = inside(cast.city.grid), duty.started_at.timestamp()

    def walk(minute: int, points: int = 2) -> int:
        way = [
            TrackPoint(spot.x, spot.y + step * 1e-5, since + minute * 60 + step / points, 5.0)
            for step in range(points)
        ]
        return cost(lambda: add_track(actor=cast.inspector, client_uuid=uuid4(), points=way))

    few = walk(1)
    client.force_login(cast.inspector)
    pages = ("/m/duty/", f"/m/duty/{duty.pk}/")
    client.get(pages[0])  # what is read once and remembered
    one = [count_queries(client, page) for page in pages]
    # A stretch of five hundred points is as cheap as one of two.
    assert walk(2, points=500) == few <= 8
    for minute in range(3, 31):
        walk(minute)
    assert [count_queries(client, page) for page in pages] == one
    assert max(one) <= 11


def test_a_feeds_page_takes_the_same_for_one_delivery_and_for_twenty(client, cast):
    make_object(cast.city.grid, code="S-1")
    form = DepartmentForm.objects.create(
        department=cast.city.street_department,
        code="fire",
        name="消防许可",
        fields=[{"key": "number", "name": "许可证号", "type": "text"}],
    )

    def deliver() -> None:
        rows = [Delivered(2, "S-1", {"number": "F-1"})]
        deliver_records(form.pk, actor=cast.officer, source="test", as_of=clock.today(), rows=rows)

    deliver()
    client.force_login(cast.officer)
    one = count_queries(client, "/registry/feeds/fire/")
    for _ in range(19):
        deliver()
    assert count_queries(client, "/registry/feeds/fire/") == one <= 12


def test_a_proposals_page_takes_the_same_for_one_photo_and_for_six(client, cast):
    client.force_login(cast.operator)
    costs = []
    for colours in (["red"], ["red", "green", "blue", "gray", "black", "white"]):
        proposal = propose_change(
            actor=cast.inspector,
            kind=ChangeKind.CLOSED,
            object_id=make_object(cast.city.grid).pk,
            photos=stored(cast.inspector, *colours),
        )
        costs.append(count_queries(client, f"/registry/proposals/{proposal.pk}/"))
    assert costs[0] == costs[1] <= 16


def test_campaigns_take_the_same_for_one_and_for_ten(client, cast, shops):
    shops(2)
    type = make_type("lamp", "component")
    first = make_campaign(cast.city.community, [type])
    client.force_login(cast.grid_leader)
    pages = ("/m/campaigns/", f"/m/campaigns/{first.pk}/")
    make_object(cast.city.grid, type)
    one = [count_queries(client, page) for page in pages]
    for number in range(9):
        make_campaign(cast.city.community, [type], theme=f"专项{number}")
        make_object(cast.city.other_grid, type)
    assert [count_queries(client, page) for page in pages] == one
    assert max(one) <= 13


def with_refused_cases(cast, objects) -> None:
    item = ChecklistItem.objects.values_list("pk", flat=True)[0]
    for place, shop in enumerate(objects):
        photo = photo_ahead(cast.inspector, f"#{place:06x}")
        make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo]))
    for finding in Finding.objects.filter(object__in=objects):
        refuse_case(finding.case_id, actor=cast.operator, reason="不属于受理范围")


def test_following_cases_takes_the_same_for_one_and_for_ten(cast, shops):
    one, *many = shops(11)
    with_refused_cases(cast, [one])
    few = cost(follow_cases)
    with_refused_cases(cast, many)
    assert cost(follow_cases) == few <= 10


def test_keeping_tasks_with_nothing_to_do_takes_few_queries_however_much_was_visited(cast, shops):
    with_refused_cases(cast, shops(1))
    keep_tasks()
    few = cost(keep_tasks)
    for shop in shops(10):
        make_visit(cast.inspector, shop)
    keep_tasks()
    assert cost(keep_tasks) == few <= 30

"""What a count says and what its list holds are the same, over all pages, by time left."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case, CaseEvent, PhotoKind
from cases.services.saved_filters import save_filter
from cases.services.steps import attach_photos
from cases.workflow import Status
from dispatch.models import Responsibility, Shift
from dispatch.services import ask_extension, ask_return, decide_request, recall_case
from gridgov import clock
from tests.case_factories import case_in, make_case, stored
from tests.factories import make_post
from tests.pages import part

pytestmark = pytest.mark.django_db
DISPATCH, SUPERVISION = "/dispatch/", "/dispatch/supervision/"


def walk(client, path):
    """The rows of a list over all its pages, and the page it begins with."""
    first = page = client.get(path)
    rows = list(page.context["cases"])
    while page.context["page"].next:
        joint = "&" if "?" in path else "?"
        page = client.get(f"{path}{joint}page={page.context['page'].next.replace('+', '%2B')}")
        rows += page.context["cases"]
    return first, rows


def count_of(page, path):
    """The count at the tab that is open, or else in the navigation."""
    tabs = page.context.get("tabs")
    if tabs:
        return next(tab["count"] for tab in tabs if tab["current"])
    return next(link.count for link in page.context["console_navigation"] if link.current)


@pytest.fixture
def busy(cast):
    """Several cases in every queue, with different time left."""
    begin = clock.now()
    for hours in range(5):
        with clock.at(begin - timedelta(minutes=7 * (hours * 3 % 5))):
            make_case(cast)
            make_case(cast, point=None)
            case_in(Status.REGISTERED, cast)
            case_in(Status.REGISTERED, cast, case_class=cast.city.other_class)
            case_in(Status.HANDLING, cast)
            case_in(Status.HANDLED, cast)
            case_in(Status.CHECKING, cast)
            asked, returned, extended = (case_in(Status.HANDLING, cast) for _ in range(3))
            ask_return(asked.pk, actor=cast.handler, reason="不归我们")
            ask_return(returned.pk, actor=cast.handler, reason="不归我们")
            decide_request(returned.pk, actor=cast.dispatcher, granted=True)
            until = extended.stage_due_at + timedelta(hours=1)
            ask_extension(extended.pk, actor=cast.handler, reason="下雨", until=until)
    Responsibility.objects.filter(unit=cast.city.team).update(case_class=cast.city.case_class)
    Case.objects.filter(pk__in=Case.objects.values("pk")[:7]).update(supervised_at=begin)


QUEUES = [
    ("/cases/intake/", "operator", 10),
    ("/cases/unplaced/", "district_operator", 5),
    (DISPATCH, "dispatcher", 15),
    (f"{DISPATCH}?show=returned", "dispatcher", 5),
    (f"{DISPATCH}?show=requests", "dispatcher", 5),
    (f"{DISPATCH}?show=out", "dispatcher", 15),
    ("/dispatch/unrouted/", "dispatcher", 5),
    ("/dispatch/unit/", "handler", 15),
    (SUPERVISION, "supervisor", 7),
    (f"{SUPERVISION}?show=requests", "supervisor", 5),
    (f"{SUPERVISION}?show=overdue", "supervisor", 30),
    ("/verify/", "grid_leader", 5),
    ("/verify/?show=answer_check", "inspector", 5),
]


@pytest.mark.parametrize(("path", "person", "number"), QUEUES)
def test_the_count_is_the_list_over_all_pages_by_time_left(
    client, cast, busy, monkeypatch, path, person, number
):
    monkeypatch.setattr("cases.views.lists.PAGE_SIZE", 3)
    district_operator = make_post(role="operator", organisation=cast.city.district_centre).user
    client.force_login(getattr(cast, person, district_operator))
    with clock.at(clock.now() + timedelta(hours=2) if "overdue" in path else clock.now()):
        first, rows = walk(client, path)
        assert len(rows) == len({case.pk for case in rows}) == number
        assert count_of(first, path) == number
    assert rows == sorted(rows, key=lambda case: (case.stage_due_at, case.pk))


@pytest.mark.parametrize(("path", "person", "number"), QUEUES)
def test_each_row_says_what_where_how_long_and_who(client, cast, busy, path, person, number):
    Case.objects.update(address="桂澜路 1 号")
    district_operator = make_post(role="operator", organisation=cast.city.district_centre).user
    client.force_login(getattr(cast, person, district_operator))
    with clock.at(clock.now() + timedelta(hours=2) if "overdue" in path else clock.now()):
        first = client.get(path).context["cases"][0]
        event = CaseEvent.objects.filter(case=first.pk).earliest("seq")
        attach_photos(event, stored(cast.inspector), PhotoKind.BEFORE)
        page = client.get(path, headers={"Accept-Language": "en"})
    rows = dict(re.findall(r'<tr data-row data-number="(.*?)"(.*?)</tr>', page.content.decode(), re.DOTALL))
    assert len(rows) == number
    for shown in page.context["cases"]:
        cells = re.findall(
            r'<td class="[^"]*cases__(\w+)[^"]*"[^>]*>(.*?)</td>', rows[shown.number], re.DOTALL
        )
        parts, case = dict(cells), Case.objects.get(pk=shown.pk)
        assert parts["number"] == case.number
        assert str(case.case_class) in parts["class"]
        assert "桂澜路 1 号" in parts["place"]
        assert case != first or f"/cases/{case.number}/photos/" in parts["photo"]
        assert "left" in parts["light"] or "overdue" in parts["light"]
        assert str(case.holder) in parts["who"]
        assert case.unit is None or f"› {case.unit}" in parts["who"]


def test_where_counting_stops_a_plus_says_so_everywhere(client, cast, busy, monkeypatch):
    monkeypatch.setattr("gridgov.counting.MOST_COUNTED", 4)
    client.force_login(cast.dispatcher)
    saved = save_filter(actor=cast.dispatcher, name="在办", query="status=handling")
    page = client.get(DISPATCH).content.decode()
    assert page.count('<span class="count">4+</span>') == 4  # each tab
    assert '<span class="nav__count" data-count="dispatch:unrouted_list">4+</span>' in page
    after_a_step = part(client, DISPATCH, "counts").content.decode()
    assert "[data-count='dispatch:unrouted_list']\">4+</span>" in after_a_step
    assert '.tabs__tab:nth-child(1) .count">4+</span>' in after_a_step
    assert f"saved_filter:{saved.pk}']\">4+</span>" in client.get("/cases/filters/counts/").content.decode()
    now = clock.now()
    shift = Shift.objects.create(
        user=cast.dispatcher,
        organisation=cast.city.community_centre,
        starts_at=now,
        ends_at=now + timedelta(hours=8),
    )
    assert (
        client.get(reverse("dispatch:hand_over", args=[shift.pk])).content.decode().count(">4+</span>") >= 4
    )
    client.post(reverse("dispatch:hand_over", args=[shift.pk]), {"note": ""})
    handovers = client.get(f"{reverse('dispatch:handover_list')}?centre={cast.city.community_centre.code}")
    assert "+</td>" in handovers.content.decode()
    monkeypatch.undo()
    assert ">4+<" not in client.get(DISPATCH).content.decode()


def test_what_a_unit_gave_back_stands_there_until_it_is_dispatched_anew(client, cast):
    recalled, returned = case_in(Status.HANDLING, cast), case_in(Status.HANDLING, cast)
    recall_case(recalled.pk, actor=cast.dispatcher, reason="派遣有误")
    ask_return(returned.pk, actor=cast.handler, reason="不归我们")
    client.force_login(cast.dispatcher)
    path = f"{DISPATCH}?show=returned"
    assert client.get(path).context["cases"] == []
    decide_request(returned.pk, actor=cast.dispatcher, granted=True)
    assert client.get(path).context["cases"] == [returned]
    client.post(f"/cases/{returned.number}/comment/", {"text": "谁来办？"})
    assert client.get(path).context["cases"] == [returned]
    client.post(f"/cases/{returned.number}/dispatch/", {"unit": cast.city.street_department.pk})
    assert client.get(path).context["cases"] == []

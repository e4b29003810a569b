"""The pages of appeals: the form at a counted case, the lists, and one with its case beside it."""

import pytest
from django.urls import reverse

from assessment.appeals import appeals_to_review
from assessment.models import (
    Appeal,
)
from assessment.services.appeals import (
    review_appeal,
)
from assessment.services.periods import close_period
from cases.models import CaseEvent
from cases.workflow import Action
from tests.assessment.appealed import RATE, WHY, World, fresh
from tests.pages import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def test_from_the_items_page_to_the_decision(client, world):
    client.force_login(world.cast.handler)
    page = client.get(world.url())
    assert page.status_code == 200
    assert world.late.number in page.content.decode()
    # Back to where one came from.
    assert reverse("assessment:score_item", args=[world.score.pk, RATE]) in page.content.decode()
    assert client.post(world.url(), {"reason": ""}).status_code == 422
    page = client.post(world.url(), {"reason": "长" * 1001}, headers={"Accept-Language": "en"})
    assert page.status_code == 422
    # In our words, and what was typed is still there.
    assert page.context["form"].errors["reason"] == ["At most 1000 characters."]
    assert "长" * 1001 in page.content.decode()
    answer = client.post(world.url(), WHY)
    appeal = Appeal.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("assessment:appeal", args=[appeal.pk]))
    # Asked again, it leads to the one that there is.
    assert client.get(world.url()).url == answer.url
    page = client.get(answer.url)
    assert "timeline__entry--marked" in page.content.decode()
    assert not page.context["can_review"]
    refused = client.post(reverse("assessment:review_appeal", args=[appeal.pk]), {"grants": "yes"})
    assert refused.status_code == 403
    client.force_login(world.first)
    assert client.get(answer.url).context["can_review"]
    review = reverse("assessment:review_appeal", args=[appeal.pk])
    assert client.post(review, {}).status_code == 422
    assert client.post(review, {"grants": "no"}).status_code == 422
    assert client.post(review, {"grants": "no", "note": "不"}).status_code == 302
    decide = reverse("assessment:decide_appeal", args=[appeal.pk])
    assert client.post(decide, {"grants": "yes"}).status_code == 403
    client.force_login(world.second)
    assert client.post(decide, {"grants": "yes"}).status_code == 302
    assert client.post(decide, {"grants": "yes"}).status_code == 409
    words = client.get(answer.url, headers={"Accept-Language": "en"}).content.decode()
    assert "50.00 → 100.00" in words
    assert "This is final: a case is appealed against once." in words
    client.force_login(world.cast.handler)
    words = client.get(answer.url).content.decode()
    assert f'href="{reverse("assessment:score_detail", args=[world.score.pk])}"' in words


def test_the_form_wants_what_belongs_together(client, world):
    client.force_login(world.cast.handler)
    assert client.get(world.url(item=RATE)).status_code == 200
    for more in (
        {"score": 0},
        {"item": 0},
        {"case": 0},
        {"item": "x"},
        {"item": "rework_rate"},
        {"item": ""},
    ):
        assert client.get(world.url(**more)).status_code == 404
    assert client.get(world.url(case=world.later.pk)).status_code == 409
    for person in (world.cast.stranger, world.cast.citizen, world.cast.inspector, world.first):
        client.force_login(person)
        assert client.get(world.url()).status_code == 404


def test_of_a_closed_period_the_form_says_so(client, world):
    close_period(world.period.pk, actor=world.cast.supervisor)
    client.force_login(world.cast.handler)
    page = client.get(world.url())
    assert page.context["is_closed"]
    assert 'name="reason"' not in page.content.decode()
    assert client.post(world.url(), WHY).status_code == 409


def test_strangers_find_no_appeal(client, world):
    appeal = world.file()
    for person in (world.cast.stranger, world.cast.citizen, world.cast.inspector, world.cast.leader):
        client.force_login(person)
        for name in ("appeal", "review_appeal", "decide_appeal"):
            url = reverse(f"assessment:{name}", args=[appeal.pk])
            answer = client.get(url) if name == "appeal" else client.post(url, {"grants": "yes"})
            assert answer.status_code == 404
    client.force_login(world.cast.citizen)
    assert client.get(reverse("assessment:appeal_list")).status_code == 404


def test_who_no_longer_sees_the_case_reads_the_rows_in_question_alone(client, world):
    carried = world.late
    appeal = world.file()
    type(carried).objects.filter(pk=carried.pk).update(unit=world.cast.city.street_department)
    client.force_login(world.cast.handler)
    page = client.get(reverse("assessment:appeal", args=[appeal.pk]))
    assert not page.context["sees_case"]
    seqs = {entry.seq for entry, _asked in page.context["story"]}
    accepted = CaseEvent.objects.get(case=carried, action=Action.ACCEPT).seq
    fed_back = CaseEvent.objects.get(case=carried, action=Action.FEED_BACK).seq
    assert seqs == {accepted, fed_back}


def test_the_lists_name_what_is_whose(client, world):
    appeal = world.file()
    shown = {}
    for person, show in (
        (world.cast.handler, "mine"), (world.first, "to_review"), (world.first, "mine"), (world.cast.inspector, "mine"),
    ):  # fmt: skip
        client.force_login(person)
        page = client.get(reverse("assessment:appeal_list"), {"show": show})
        shown[person.username, show] = [row["appeal"].pk for row in page.context["rows"]]
    assert shown == {
        ("handler", "mine"): [appeal.pk],
        ("first", "to_review"): [appeal.pk],
        ("first", "mine"): [],
        ("inspector", "mine"): [],
    }
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    assert list(appeals_to_review(fresh(world.first))) == []
    assert list(appeals_to_review(fresh(world.second))) == [appeal]
    client.force_login(world.first)
    page = client.get(reverse("assessment:appeal_list"), {"show": "reviewed"})
    assert [row["appeal"] for row in page.context["rows"]] == [appeal]


@pytest.mark.parametrize("show", ["mine", "to_review", "reviewed"])
def test_a_long_list_asks_as_often_as_a_short_one(client, world, show):
    url = f"{reverse('assessment:appeal_list')}?show={show}"
    client.force_login(world.cast.handler if show == "mine" else world.first)
    world.reviewed() if show == "reviewed" else world.file()
    count_queries(client, url)
    few = count_queries(client, url)
    world.file(case=world.good)
    if show == "reviewed":
        review_appeal(Appeal.objects.latest("pk").pk, actor=fresh(world.first), grants=True)
    assert count_queries(client, url) == few


def test_one_appeal_asks_a_fixed_number_of_times(client, world):
    appeal = world.file()
    client.force_login(world.first)
    assert count_queries(client, reverse("assessment:appeal", args=[appeal.pk])) <= 30


def test_the_items_page_leads_there_for_who_was_scored_alone(client, world):
    item = reverse("assessment:score_item", args=[world.score.pk, RATE])
    link = reverse("assessment:new_appeal")
    client.force_login(world.cast.handler)
    page = client.get(item, {"of": "denominator"})
    assert page.content.decode().count(link) == 2
    assert client.get(world.url(item=RATE)).status_code == 200
    world.file()
    page = client.get(item, {"of": "denominator"})
    assert page.context["appealed"] == {world.late.pk}
    assert page.content.decode().count(link) == 2
    client.force_login(world.first)
    assert link not in client.get(item, {"of": "denominator"}).content.decode()
    close_period(world.period.pk, actor=world.cast.supervisor)
    client.force_login(world.cast.handler)
    assert link not in client.get(item, {"of": "denominator"}).content.decode()

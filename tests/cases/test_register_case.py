"""Registering a report: class and condition, and the limit they bring."""

import uuid

import pytest
from django.urls import reverse

from cases.models import CaseEvent, Condition
from cases.workflow import Action, Status
from tests.case_factories import case_in, make_case
from tests.pages import HTMX, part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def address(case):
    return reverse("cases:register_case", args=[case.number])


def test_the_reported_class_is_chosen_already_and_its_limit_shown(client, cast):
    client.force_login(cast.operator)
    response = client.get(address(make_case(cast)), headers=ENGLISH)
    html = response.content.decode()
    assert response.context["chosen_class"] == cast.city.case_class
    assert response.context["deadline"].minutes == 24 * 60
    assert "24 urgent hours" in html
    assert "灯具不亮" in html


def test_one_press_registers_it(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    response = client.post(address(case), {"case_class": cast.city.case_class.pk})
    case.refresh_from_db()
    assert response.url == reverse("cases:case_detail", args=[case.number])
    assert (case.status, case.condition) == (Status.REGISTERED, cast.city.condition)


def test_another_class_and_condition_may_be_chosen(client, cast):
    case = make_case(cast)
    other = cast.city.other_class
    second = Condition.objects.create(case_class=other, text="零星垃圾", position=2)
    client.force_login(cast.operator)
    client.post(address(case), {"case_class": other.pk, "condition": second.pk})
    case.refresh_from_db()
    assert (case.case_class, case.condition) == (other, second)


def test_a_condition_left_from_another_class_gives_way_to_the_first_of_the_new_one(client, cast):
    case = make_case(cast)
    other = cast.city.other_class
    client.force_login(cast.operator)
    client.post(address(case), {"case_class": other.pk, "condition": cast.city.condition.pk})
    case.refresh_from_db()
    assert case.condition == other.conditions.get()


def test_without_a_class_it_is_asked_for(client, cast):
    case = make_case(cast, case_class=None)
    client.force_login(cast.operator)
    response = client.post(address(case), {})
    case.refresh_from_db()
    assert response.status_code == 422
    assert "case_class" in response.context["form"].errors
    assert case.status == Status.REPORTED


def test_the_limit_of_a_class_is_told_before_the_click(client, cast):
    case = make_case(cast, case_class=None)
    client.force_login(cast.operator)
    where = reverse("cases:class_limit", args=[case.number])
    html = part(client, f"{where}?case_class={cast.city.other_class.pk}").content.decode()
    assert "成堆垃圾未清" in html
    assert "<html" not in html
    client.force_login(cast.stranger)
    assert client.get(where).status_code == 404


def test_a_class_is_found_by_name_or_code(client, cast):
    client.force_login(cast.operator)
    for words in ("垃圾", "市容", "02001"):
        html = part(client, f"{reverse('cases:class_search')}?class_words={words}").content.decode()
        assert "暴露垃圾" in html
        assert "路灯" not in html


def test_in_the_sheet_success_leads_to_the_case_and_a_refusal_keeps_what_was_typed(client, cast):
    case = make_case(cast, case_class=None)
    client.force_login(cast.operator)
    refused = client.post(address(case), {"class_words": "x"}, headers=HTMX)
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    taken = client.post(address(case), {"case_class": cast.city.case_class.pk}, headers=HTMX)
    assert taken.url == f"{reverse('cases:case_detail', args=[case.number])}?after=register"


def test_sent_twice_it_is_done_once(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    sent = {"case_class": cast.city.case_class.pk, "idempotency_key": str(uuid.uuid4())}
    first, second = client.post(address(case), sent), client.post(address(case), sent)
    assert first["Location"] == second["Location"]
    assert CaseEvent.objects.filter(case=case, action=Action.REGISTER).count() == 1


def test_others_may_not_and_strangers_find_nothing(client, cast):
    case = make_case(cast)
    for person, status in ((cast.dispatcher, 403), (cast.inspector, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(address(case)).status_code == status
        assert client.post(address(case), {"case_class": cast.city.case_class.pk}).status_code == status


def test_a_case_that_has_moved_on_says_so(client, cast):
    client.force_login(cast.operator)
    assert client.post(address(case_in(Status.REFUSED, cast)), {}).status_code == 409

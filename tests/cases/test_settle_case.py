"""Settling on the spot what one reported oneself."""

import pytest
from django.urls import reverse

from cases.actions import offered_actions
from cases.models import Case, PhotoKind
from cases.permissions import where_may_take
from cases.services import report_settled_case
from cases.workflow import Action, Status
from tests.case_factories import case_in, jpeg, make_case, stored
from tests.factories import inside

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("cases:settle_case", args=[case.number])


def test_a_photo_of_the_result_closes_the_case(client, cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 0
    case = make_case(cast)
    client.force_login(cast.inspector)
    response = client.post(address(case), {"photos": [jpeg()], "note": "已清理"})
    case.refresh_from_db()
    assert response.url == reverse("cases:case_detail", args=[case.number])
    assert (case.status, case.settled_on_the_spot) == (Status.CLOSED, True)
    assert case.photos.get().kind == PhotoKind.AFTER
    assert case.events.last().note == "已清理"


def test_one_of_the_sample_waits_for_somebody_else(client, cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    case = make_case(cast)
    client.force_login(cast.inspector)
    client.post(address(case), {"photos": [jpeg()]})
    case.refresh_from_db()
    assert case.status == Status.HANDLED
    assert client.get(reverse("cases:verify_case", args=[case.number])).status_code == 403


def test_without_a_photo_it_is_asked_for_and_the_words_are_kept(client, cast):
    case = make_case(cast)
    client.force_login(cast.inspector)
    response = client.post(address(case), {"note": "已清理"})
    case.refresh_from_db()
    assert response.status_code == 422
    assert "已清理" in response.content.decode()
    assert case.status == Status.REPORTED


def test_only_the_reporter_settles(client, cast):
    case = make_case(cast)
    client.force_login(cast.grid_leader)
    assert client.post(address(case), {"photos": [jpeg()]}).status_code == 403
    client.force_login(cast.stranger)
    assert client.post(address(case), {"photos": [jpeg()]}).status_code == 404


def test_once_registered_it_is_too_late(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.inspector)
    assert client.post(address(case), {"photos": [jpeg()]}).status_code == 409


def test_a_call_that_an_operator_took_is_settled_by_nobody_at_a_desk(client, cast):
    case = make_case(cast, actor=cast.operator)
    assert Action.SETTLE not in offered_actions(cast.operator, case)
    assert not Case.objects.filter(where_may_take(cast.operator, Action.SETTLE)).exists()
    client.force_login(cast.operator)
    assert client.post(address(case), {"photos": [jpeg()]}).status_code == 403


def test_what_was_settled_already_waits_for_nobody(cast):
    report_settled_case(
        actor=cast.inspector,
        after_photos=stored(cast.inspector),
        description="已清走",
        point=inside(cast.city.grid),
    )
    assert not cast.operator.notices.exists()

"""session/: what a phone asks before it sends what it kept."""

import pytest
from django.test import Client

from tests.cases.api.caller import V1, Caller

pytestmark = pytest.mark.django_db

SESSION = f"{V1}session/"


def test_it_says_who_is_logged_in_and_is_never_kept(cast):
    response = Caller(cast.inspector).get(SESSION)

    assert response.json()["user"] == {"id": cast.inspector.pk, "name": str(cast.inspector)}
    assert "no-store" in response.headers["Cache-Control"]


def test_without_a_log_in_it_answers_401(db):
    assert Caller().get(SESSION).status_code == 401


def test_a_write_with_its_token_goes_through_and_one_without_does_not(cast):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(cast.inspector)
    body = {"description": "路灯整夜不亮"}

    refused = phone.post(f"{V1}cases/", body, content_type="application/json")
    token = phone.get(SESSION).json()["csrf"]
    taken = phone.post(f"{V1}cases/", body, content_type="application/json", headers={"X-CSRFToken": token})

    assert (refused.status_code, taken.status_code) == (403, 201)
    assert refused.json()["errors"][0]["code"] == "permission_denied"

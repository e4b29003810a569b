"""Errors of the API have one shape, also where there is nothing."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_does_not_exist_is_not_found_in_the_usual_shape(method):
    response = getattr(APIClient(), method)("/api/v1/nonsense/", headers={"Accept-Language": "en"})

    assert response.status_code == 404
    assert response.json() == {
        "type": "client_error",
        "errors": [{"code": "not_found", "detail": "There is nothing here.", "attr": None}],
    }


def test_a_forgotten_slash_leads_to_the_address(cast):
    client = APIClient()
    client.force_login(cast.operator)

    assert client.get("/api/v1/cases", follow=True).json()["results"] == []


def test_a_method_that_an_address_does_not_know_is_refused_in_the_usual_shape(cast):
    client = APIClient()
    client.force_login(cast.operator)

    response = client.delete("/api/v1/cases/")

    assert response.status_code == 405
    assert response.json()["errors"][0]["code"] == "method_not_allowed"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = APIClient()
    client.force_login(cast.inspector)

    response = client.post("/api/v1/cases/", {"description": "井" * 2000})

    assert response.status_code == 413
    assert response.json()["errors"][0]["code"] == "too_much_sent"


@pytest.mark.parametrize(
    "address", ["cases/", "classes/", "assignments/", "cases/440605-20261122-000001/register/"]
)
def test_what_an_address_can_do_may_be_asked(cast, address):
    client = APIClient()
    client.force_login(cast.operator)

    assert client.options(f"/api/v1/{address}").status_code == 200


def test_a_session_without_its_csrf_token_changes_nothing(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.inspector)

    response = client.post("/api/v1/cases/", {"description": "井盖没了"})

    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == "permission_denied"

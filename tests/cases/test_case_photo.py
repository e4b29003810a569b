"""The photos of a case are served to those who may see it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.case_factories import make_case, stored

pytestmark = pytest.mark.django_db


def address(case, photo_id=None, size="display"):
    photo_id = photo_id or case.photos.get().photo_id
    return reverse("cases:case_photo", args=[case.number, photo_id, size])


@pytest.fixture
def case(cast):
    return make_case(cast, photos=stored(cast.inspector, "red"))


def test_both_copies_are_served_to_whoever_sees_the_case(client, cast, case):
    client.force_login(cast.operator)
    for size in ("display", "thumb"):
        response = client.get(address(case, size=size))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert "private" in response["Cache-Control"]


def test_the_original_with_its_metadata_is_not_for_pages(client, cast, case):
    client.force_login(cast.operator)
    assert client.get(address(case, size="original")).status_code == 404


def test_strangers_get_404(client, cast, case):
    for person in (cast.stranger, cast.handler, cast.citizen):
        client.force_login(person)
        assert client.get(address(case)).status_code == 404


def test_a_photo_is_not_served_under_another_case(client, cast, case):
    client.force_login(cast.operator)
    other = make_case(cast)
    assert client.get(address(other, case.photos.get().photo_id)).status_code == 404
    assert client.get(address(case, uuid4())).status_code == 404

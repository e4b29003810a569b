"""What strangers find of the scores: areas and units of public schemes, never a person."""

from decimal import Decimal

import pytest

from assessment.kinds import Kind
from assessment.models import Scheme
from tests.assessment.published import computed, correct, last_days, made_up, published

pytestmark = pytest.mark.django_db
FIRST, LAST = last_days()


@pytest.fixture
def client(client):
    """Who reads English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_everybody_sees_areas_and_units_of_public_schemes_alone(client, cast):
    hidden = made_up(cast)
    assert client.get("/open/scores/").status_code == 200
    assert "Nothing is published yet" in client.get("/open/scores/").content.decode()
    assert "/open/scores/" not in client.get("/open/").content.decode()
    score = hidden.scores.first()
    assert client.get(f"/open/scores/{score.pk}/").status_code == 404

    Scheme.objects.update(is_public=True)
    assert "/open/scores/" in client.get("/open/").content.decode()
    assert [row.points for row in client.get("/open/scores/").context["rows"]] == [Decimal(50)]
    page = client.get(f"/open/scores/{score.pk}/")
    assert page.status_code == 200
    assert 'href="/assessment/' not in page.content.decode()

    person = published(Kind.INSPECTOR, FIRST, LAST, cast.supervisor).scores.first()
    assert client.get(f"/open/scores/{person.pk}/").status_code == 404
    assert client.get("/open/scores/", {"scheme": person.period.scheme.code}).status_code == 404
    not_yet = computed(Kind.COMMUNITY, FIRST, LAST, is_public=True).scores.first()
    assert client.get(f"/open/scores/{not_yet.pk}/").status_code == 404


def test_no_person_is_named_to_strangers(client, cast):
    period = made_up(cast, is_public=True)
    score = period.scores.get(organisation=cast.city.team)
    cast.supervisor.display_name = "某某某"
    cast.supervisor.save()
    correct(score, 60, cast.supervisor)
    words = client.get(f"/open/scores/{score.pk}/").content.decode()
    assert "60.00" in words
    assert "某某某" not in words
    assert "申诉成立" not in words


def test_the_public_map_leads_to_public_pages(client, cast):
    made_up(cast, Kind.COMMUNITY, (92,), is_public=True)
    page = client.get("/open/scores/", {"show": "map"})
    words = page.content.decode()
    assert words.count('<path class="score-map__area') == 1
    assert 'href="/assessment/' not in words

"""Open figures: what adds up, what each number opens, and the file."""

import csv
import io
import re
from datetime import timedelta

import pytest

from cases.models import CaseClass, Publicity
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.django_db
PAGE, FILE = "/open/figures/", "/open/figures/file/"


@pytest.fixture
def client(client):
    """Somebody who reads English, whatever words are compiled."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def figures(cast):
    """In the community three open at their place and one told by its street, one without a place, one closed, one long ago."""
    CaseClass.objects.filter(pk=cast.city.case_class.pk).update(publicity=Publicity.PLACE)
    CaseClass.objects.filter(pk=cast.city.other_class.pk).update(publicity=Publicity.STREET)
    for _ in "abc":
        make_case(cast)
    make_case(cast, case_class=cast.city.other_class)
    make_case(cast, point=None)
    case_in(Status.CLOSED, cast)
    with clock.at(clock.now() - timedelta(days=50)):
        case_in(Status.CLOSED, cast)
    return cast


def links(page: str) -> list[tuple[str, int]]:
    found = re.findall(r'href="(/open/\?[^"]*)">(\d+)</a>', page)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in found]


@pytest.mark.parametrize("of", ["", "district", "street"])
def test_slices_add_up_to_the_headline_the_rest_included(client, figures, of):
    asked = {"area": getattr(figures.city, of).code} if of else {}
    found = client.get(PAGE, asked).context["figures"]
    for slices in (found.areas, found.majors):
        for name in ("open", "closed", "in_time", "late"):
            assert sum(getattr(each.numbers, name) for each in slices) == getattr(found.total, name)
    assert found.total.closed == 1
    assert found.total.share == 100
    assert found.total.open == (4 if of == "street" else 5)


@pytest.mark.parametrize("of", ["", "district", "street"])
def test_each_number_opens_as_many_cases(client, figures, of):
    asked = {"area": getattr(figures.city, of).code} if of else {}
    page = client.get(PAGE, asked).content.decode()
    opened = links(page)
    assert len(opened) > 6
    for address, number in opened:
        assert len(client.get(address).context["rows"]) == number, address


def test_what_is_told_by_its_street_counts_in_no_community(client, figures):
    found = client.get(PAGE, {"area": figures.city.street.code}).context["figures"]
    assert [(each.label, each.numbers.open) for each in found.areas] == [
        (figures.city.community.name, 3),
        ("Told by the street only", 1),
    ]


def test_the_share_opens_what_was_in_time(client, figures):
    page = client.get(PAGE).content.decode()
    (address,) = set(re.findall(r'href="(/open/\?[^"]*result=in_time[^"]*)">100 %', page)[:1])
    assert len(client.get(address.replace("&amp;", "&")).context["rows"]) == 1


def test_a_private_class_counts_nowhere(client, figures):
    CaseClass.objects.update(publicity=Publicity.PRIVATE)
    found = client.get(PAGE).context["figures"]
    assert found.total.open == found.total.closed == 0
    assert found.total.share is None


def test_the_file_holds_the_same(client, figures):
    answer = client.get(FILE, {"area": figures.city.street.code})
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert answer["Content-Type"].startswith("text/csv")
    assert rows[-1][2:4] == ["4", "1"]
    assert len(rows) == 1 + 2 + 2 + 1


def test_no_spreadsheet_takes_a_name_in_the_file_for_a_formula(client, figures):
    figures.city.community.name = "=1+1"
    figures.city.community.save()
    answer = client.get(FILE, {"area": figures.city.street.code})
    assert ",'=1+1," in answer.content.decode()


@pytest.mark.parametrize("of", ["community", "grid"])
def test_there_are_no_figures_of_smaller_areas_or_unknown_ones(client, figures, of):
    assert client.get(PAGE, {"area": getattr(figures.city, of).code}).status_code == 404
    assert client.get(FILE, {"area": "nowhere"}).status_code == 404

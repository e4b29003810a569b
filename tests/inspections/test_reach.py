"""Whether a visit was made at its object: distance, the fix's accuracy and the object's size together."""

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from inspections.models import ChecklistItem, Visit
from inspections.reach import is_away, reach_of
from inspections.services.visits import Given
from tests.cases.api.caller import V1, Caller
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

METRE = 1 / 110_740  # degrees of latitude here


def made(cast, *, kind="premises", metres=0.0, accuracy_m=8.0, **fields) -> Visit:
    object = make_object(cast.city.grid, make_type(f"some_{kind}", kind), name="演示对象")
    make_checklist([object.type], [{"question": "是否完好"}], department=cast.city.district_department)
    there = Point(object.point.x, object.point.y + metres * METRE, srid=4326)
    return make_visit(cast.inspector, object, device_point=there, accuracy_m=accuracy_m, **fields)


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "kind", "away"),
    [
        (90, 8, "premises", False),
        (120, 8, "premises", True),
        (150, 80, "premises", False),  # it may have been 70
        (190, 80, "premises", True),
        (190, None, "premises", True),
        (190, 8, "building", False),
        (220, 8, "building", True),
        (480, 8, "site", False),
        (520, 8, "site", True),
    ],
)
def test_how_far_is_away(cast, metres, accuracy_m, kind, away):
    assert is_away(made(cast, kind=kind, metres=metres, accuracy_m=accuracy_m)) is away


def test_without_a_position_and_on_a_patrol_nothing_is_said(cast):
    object = made(cast, metres=900, reason="patrol").object
    assert not is_away(Visit.objects.get())
    assert not is_away(make_visit(cast.inspector, object))
    assert reach_of(object) == 100


@pytest.mark.parametrize(
    ("reason", "words"), [("", "nobody said why"), ("Seen from outside", "for the reason given")]
)
def test_it_is_kept_and_shown_on_page_and_api_with_the_reason_or_without(cast, reason, words):
    visit = made(cast, metres=300, away_reason=reason)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.grid_leader)
    assert words in client.get(f"/visits/{visit.pk}/").content.decode()
    row = Caller(cast.grid_leader).get(f"{V1}visits/{visit.pk}/").json()
    assert (row["is_away"], row["away_reason"]) == (True, reason)


def test_the_phone_is_told_how_far_each_object_reaches(cast):
    made(cast, kind="site")
    (row,) = Caller(cast.inspector).get(f"{V1}day/").json()["objects"]
    assert row["reach"] == 500


def test_a_case_of_an_object_without_a_place_lies_where_the_phone_was(cast):
    object = make_object(cast.city.grid, make_type())
    make_checklist([object.type], [{"question": "是否完好"}], department=cast.city.district_department)
    there = object.point
    type(object).objects.filter(pk=object.pk).update(point=None)
    object.refresh_from_db()
    answer = Given(ChecklistItem.objects.get().pk, "abnormal", "", [photo_ahead(cast.inspector)])
    visit = make_visit(cast.inspector, object, answer, device_point=there, accuracy_m=8)
    case = visit.answers.get().finding.case
    assert (case.grid, case.point) == (cast.city.grid, there)

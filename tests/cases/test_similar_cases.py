"""What may be of the same matter: near and of the class, or at the same spot; open, or closed of late."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.similar import similar_cases
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case, make_copies, stored
from tests.factories import inside
from tests.pages import HTMX, part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def beside(city, metres: float) -> Point:
    """A point so far north of the middle of the first grid."""
    point = inside(city.grid)
    return Point(point.x, point.y + metres / 111_320, srid=4326)


def register_address(case):
    return reverse("cases:register_case", args=[case.number])


def found(cast, case, case_class=None):
    return similar_cases(cast.operator, case, case_class).others


def test_the_class_says_how_near(cast):
    near, far = (make_case(cast, point=beside(cast.city, metres)) for metres in (20, 45))
    case = make_case(cast)
    assert found(cast, case) == [near, far]
    cast.city.case_class.similar_m = 30
    cast.city.case_class.save(update_fields=["similar_m"])
    case.refresh_from_db()
    assert found(cast, case) == [near]


def test_another_class_counts_at_the_same_spot_alone(cast):
    other = cast.city.other_class
    here = make_case(cast, point=beside(cast.city, 20), case_class=other)
    make_case(cast, point=beside(cast.city, 45), case_class=other)
    assert found(cast, make_case(cast)) == [here]


def test_without_a_class_it_is_compared_with_all(cast):
    others = [make_case(cast, point=beside(cast.city, 45)), make_case(cast, case_class=cast.city.other_class)]
    assert set(found(cast, make_case(cast, case_class=None))) == set(others)


def test_what_was_closed_of_late_counts_what_was_closed_long_ago_does_not(cast):
    now = clock.now()
    with clock.at(now - timedelta(days=20)):
        case_in(Status.CLOSED, cast)
    with clock.at(now - timedelta(days=2)):
        lately = case_in(Status.CLOSED, cast)
    case_in(Status.REFUSED, cast)
    case_in(Status.VOID, cast)
    assert found(cast, make_case(cast)) == [lately]


def test_nothing_is_offered_that_one_may_not_see(cast):
    make_case(cast)
    case = make_case(cast)
    assert similar_cases(cast.stranger, case).others == []


def test_they_stand_side_by_side_with_photo_and_map_where_one_registers(client, cast):
    twin = make_case(cast, photos=stored(cast.inspector, "red"), description="路灯不亮两天了")
    case = make_case(cast, photos=stored(cast.inspector, "blue"))
    client.force_login(cast.operator)
    for html in (
        client.get(register_address(case), headers=ENGLISH).content.decode(),
        client.get(register_address(case), headers={**HTMX, **ENGLISH}).content.decode(),
    ):
        twins = html[html.index("twins__list") :]
        assert str(twin.photos.get().photo_id) in twins
        assert str(case.photos.get().photo_id) in twins
        assert "路灯不亮两天了" in twins
        assert f'value="{twin.number}"' in twins
        assert "&quot;others&quot;: [[" in html


def test_one_press_merges(client, cast):
    twin, case = make_case(cast), make_case(cast)
    client.force_login(cast.operator)
    client.post(reverse("cases:merge_case", args=[case.number]), {"into": twin.number})
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (Status.MERGED, twin)


def test_into_a_closed_one_nothing_is_merged(client, cast):
    closed = case_in(Status.CLOSED, cast)
    case = make_case(cast)
    client.force_login(cast.operator)
    html = client.get(register_address(case)).content.decode()
    assert closed.number in html
    assert f'value="{closed.number}"' not in html
    sent = client.post(reverse("cases:merge_case", args=[case.number]), {"into": closed.number})
    assert sent.status_code == 422


def test_they_follow_the_class_as_one_chooses(client, cast):
    twin = make_case(cast, point=beside(cast.city, 45), case_class=cast.city.other_class)
    case = make_case(cast)
    client.force_login(cast.operator)
    where = reverse("cases:similar_list", args=[case.number])
    assert twin.number not in part(client, where).content.decode()
    chosen = part(client, f"{where}?case_class={cast.city.other_class.pk}").content.decode()
    assert twin.number in chosen
    client.force_login(cast.stranger)
    assert client.get(where).status_code == 404


def test_many_cost_no_more_queries_and_only_so_many_are_offered(cast):
    case = make_case(cast)
    for _n in range(8):
        make_case(cast)
    with CaptureQueriesContext(connection) as asked:
        assert len(found(cast, case)) == 6
    assert len(asked) == 3  # the person's posts, open cases, closed ones


def test_open_and_closed_ones_are_found_by_their_indexes(cast):
    case = make_case(cast)
    make_copies(case, spread=0.1)
    make_copies(case, spread=0.2, status=Status.CLOSED, closed_at=clock.now())
    near = Case.objects.filter(point__within=case.point.buffer(0.001))
    assert "case_point" in near.open().explain()
    assert "case_point_closed" in near.filter(closed_at__gte=clock.now() - timedelta(days=1)).explain()

"""Adding areas."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction

from gridgov import clock
from gridgov.errors import NotPermitted
from grids.errors import AreaNotAllowed, OutlineNotAllowed
from grids.models import Area, AreaLevel, AreaVersion
from grids.services.areas import NewArea, add_area, add_areas, change_area
from tests.factories import LONG_AGO, make_area, square
from tests.grids.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_an_area_hangs_under_its_parent_with_its_outline(administrator):
    district = add_area(
        "440605",
        "南海区",
        AreaLevel.DISTRICT,
        outline=square(113, 23, 0.1),
        from_date=TODAY,
        actor=administrator,
    )
    street = add_area(
        "440605011", "桂城街道", AreaLevel.STREET, parent=district, from_date=TODAY, actor=administrator
    )
    assert street.path == "/440605/440605011/"
    version = district.versions.get()
    assert (version.number, version.level, version.valid_from, version.valid_to) == (1, 1, TODAY, None)
    # 0.1° × 0.1° at 23°: 10.2 km × 11.1 km on the spheroid.
    assert version.area_m2 == pytest.approx(113.4e6, rel=0.01)
    assert not street.versions.exists()


def test_a_subdistrict_area_has_eleven_digits_and_its_communities_continue_the_street(administrator):
    street = make_area(AreaLevel.STREET, code="440601011")
    subdistrict = add_area(
        "44060101101", "片区", AreaLevel.SUBDISTRICT, parent=street, from_date=TODAY, actor=administrator
    )
    community = add_area(
        "440601011001", "社区", AreaLevel.COMMUNITY, parent=subdistrict, from_date=TODAY, actor=administrator
    )
    assert community.path == "/440601/440601011/44060101101/440601011001/"


@pytest.mark.parametrize(
    ("code", "level", "why"),
    [
        ("44060101", AreaLevel.STREET, "9"),
        ("44060101x", AreaLevel.STREET, "9"),
        ("４４０６０１０１１", AreaLevel.STREET, "9"),
        ("440602011", AreaLevel.STREET, "440601"),
        ("440601001001", AreaLevel.COMMUNITY, "440601"),
    ],
)
def test_a_code_that_does_not_fit_is_refused(administrator, code, level, why):
    district = make_area()
    with pytest.raises(AreaNotAllowed) as refusal:
        add_area(code, "x", level, parent=district, from_date=TODAY, actor=administrator)
    assert why in str(refusal.value.message)
    assert Area.objects.count() == 1


def test_a_street_needs_a_parent_and_a_district_has_none(administrator):
    with pytest.raises(AreaNotAllowed):
        add_area("440601011", "x", AreaLevel.STREET, from_date=TODAY, actor=administrator)
    with pytest.raises(AreaNotAllowed):
        add_area("440602", "x", AreaLevel.DISTRICT, parent=make_area(), from_date=TODAY, actor=administrator)


def test_a_retired_parent_takes_no_children(administrator):
    district = make_area(retired_on=TODAY)
    with pytest.raises(AreaNotAllowed):
        add_area(
            f"{district.code}001",
            "x",
            AreaLevel.STREET,
            parent=district,
            from_date=TODAY,
            actor=administrator,
        )


def test_a_taken_code_refuses_the_whole_batch_and_names_it(administrator):
    taken = make_area(code="440601")
    new = [NewArea(code, "x", AreaLevel.DISTRICT) for code in ("440607", taken.code)]
    with pytest.raises(AreaNotAllowed) as refusal:
        add_areas(new, from_date=TODAY, actor=administrator)
    assert "440601" in str(refusal.value.message)
    assert Area.objects.count() == 1


def test_an_outline_must_be_valid_in_degrees_and_not_begin_tomorrow(administrator):
    bow_tie = GEOSGeometry("SRID=4326;MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))")
    metres = square(500_000, 2_500_000, 1000)
    tomorrow = clock.today() + timedelta(days=1)
    for outline, day in ((bow_tie, TODAY), (metres, TODAY), (square(113, 23, 1), tomorrow)):
        with pytest.raises(OutlineNotAllowed):
            add_area("440601", "x", AreaLevel.DISTRICT, outline=outline, from_date=day, actor=administrator)
    assert not Area.objects.exists()


def test_only_administrators_add_areas(stranger):
    with pytest.raises(NotPermitted):
        add_area("440601", "x", AreaLevel.DISTRICT, from_date=TODAY, actor=stranger)


def test_a_changed_name_is_kept_in_the_history_with_who_did_it(administrator):
    area = make_area(name="旧名")
    changed = change_area(area, actor=administrator, name="新名", grade="A")
    assert (changed.name, changed.grade, changed.code) == ("新名", "A", area.code)
    assert area.events.get(pgh_label="update").pgh_context.metadata["user"] == administrator.pk


def test_the_database_refuses_a_code_that_does_not_fit_its_level_and_a_second_current_outline():
    area = make_area()
    for broken in (
        lambda: Area.objects.create(code="4406011", name="x", level=1, path="/4406011/"),
        lambda: Area.objects.create(code="440602", name="x", level=1, path="/440601/"),
        lambda: AreaVersion.objects.create(
            area=area, level=1, number=2, valid_from=LONG_AGO, outline=square(0, 0, 1)
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()

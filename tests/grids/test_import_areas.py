"""Taking areas over from files: every problem is named, and a refused file changes nothing."""

import json
import re
from io import StringIO

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.management import CommandError, call_command
from django.utils import translation

from gridgov.errors import NotPermitted
from grids.models import Area, AreaLevel, AreaVersion
from grids.services.area_import import import_areas as import_rows
from tests.factories import make_area, square
from tests.grids.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def district():
    return make_area(code="440601", outline=square(113, 23, 1))


def feature(code, outline, **properties):
    geometry = outline if isinstance(outline, dict | None) else json.loads(outline.geojson)
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"街道{code[-3:]}", **properties},
        "geometry": geometry,
    }


@pytest.fixture
def imports(tmp_path):
    """Writes features to a file, imports them as streets and returns what was printed."""

    def run(*features, crs=None, **options):
        path = tmp_path / "areas.geojson"
        document = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(document | ({"crs": crs} if crs else {})), encoding="utf-8")
        output = StringIO()
        try:
            call_command("import_areas", path, level="street", stdout=output, **options)
        except CommandError as error:
            output.write(f"\nREFUSED {error}")
        return output.getvalue()

    return run


def streets():
    return list(Area.objects.filter(level=AreaLevel.STREET).values_list("code", flat=True))


def test_new_areas_come_in_with_their_outlines(imports, district):
    printed = imports(
        feature("440601001", square(113, 23, 0.5), grade="A"), feature("440601002", square(113.5, 23, 0.5))
    )
    assert streets() == ["440601001", "440601002"]
    street = Area.objects.get(code="440601001")
    assert (street.name, street.parent, street.grade) == ("街道001", district, "A")
    assert street.versions.get().source == "areas.geojson"
    assert "added 2" in printed


def test_it_speaks_one_language(imports, district):
    with translation.override("zh-hans"):
        printed = imports(feature("440601001", square(113, 23, 0.5)), dry_run=True)
    assert "新增 1" in printed
    assert not re.search("[a-z]", printed.replace("areas.geojson", ""))


def test_a_dry_run_prints_the_same_and_changes_nothing(imports, district):
    features = [feature("440601001", square(113, 23, 0.5)), feature("440601002", square(113.5, 23, 0.5))]
    dry = imports(*features, dry_run=True)
    assert streets() == []
    assert imports(*features) == "\n".join(dry.splitlines()[:-1]) + "\n"


def test_the_same_file_again_changes_nothing_and_another_outline_redraws(imports, district):
    first = feature("440601001", square(113, 23, 0.5))
    imports(first)
    assert "unchanged 1" in imports(first)
    # The same ring begun at another corner is the same outline.
    ring = first["geometry"]["coordinates"][0][0]
    turned = {"type": "Polygon", "coordinates": [[*ring[1:], ring[1]]]}
    assert "unchanged 1" in imports(feature("440601001", turned))
    assert "redrawn 1" in imports(feature("440601001", square(113, 23, 0.4), name="新名"))
    street = Area.objects.get(code="440601001")
    assert street.name == "新名"
    assert [version.valid_to is None for version in street.versions.order_by("number")] == [False, True]


def test_a_new_name_alone_draws_no_new_version(imports, district):
    imports(feature("440601001", square(113, 23, 0.5)))
    assert "changed 1" in imports(feature("440601001", square(113, 23, 0.5), name="新名"))
    assert AreaVersion.objects.filter(level=AreaLevel.STREET).count() == 1


BOW_TIE = json.loads(GEOSGeometry("POLYGON((113 23, 113.2 23.2, 113.2 23, 113 23.2, 113 23))").geojson)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (feature("440601002", square(500_000, 2_500_000, 1000)), "metres"),
        (feature("440601002", MultiPolygon(square(23, 113, 0.2)[0])), "latitude comes before longitude"),
        (feature("44060100", square(113, 23, 0.1)), "isn't one of 9 digits"),
        (feature("44060100A", square(113, 23, 0.1)), "isn't one of 9 digits"),
        (feature("", square(113, 23, 0.1)), "no code"),
        (feature("440601001", square(113, 23, 0.1)), "more than once"),
        (feature("449999002", square(113, 23, 0.1)), "no area “449999”"),
        (feature("440601002", square(113, 23, 0.1), parent="440602"), "doesn't begin with its parent's"),
        (feature("440601002", square(113.95, 23, 0.1)), "50.0 % of it lie outside its parent 440601"),
        (feature("440601002", square(10, 10, 0.1)), "100.0 % of it"),
        (feature("440601002", {"type": "Point", "coordinates": [113, 23]}), "not Point"),
        (feature("440601002", {"type": "LineString", "coordinates": [[113, 23], [113, 24]]}), "not LineString"),
        (feature("440601002", None), "not empty"),
        (feature("440601002", {"type": "Polygon", "coordinates": []}), "broken geometry"),
        (feature("440601002", {"type": "Polygon", "coordinates": [[[113, 23], [113, 24]]]}), "broken geometry"),
        (feature("440601002", {"type": "Polygon", "coordinates": "nonsense"}), "broken geometry"),
        (feature("440601002", square(113, 23, 0.1), name=""), "no name"),
        (feature("440601002", square(113, 23, 0.1), name="街" * 81), "too long"),
        (feature("440601002", square(113, 23, 0.1), kind="residential"), "isn't a kind of grid"),
        (feature("440601002", square(113, 23, 0.1), grade="Z"), "isn't a management grade"),
    ],
)  # fmt: skip
def test_one_broken_feature_is_named_with_its_reason_and_refuses_the_file(imports, district, broken, reason):
    make_area(code="440602")
    printed = imports(feature("440601001", square(113, 23, 0.5)), broken)
    assert reason in printed
    assert "REFUSED" in printed
    assert streets() == []


def test_a_code_of_another_level_or_parent_is_refused(imports, district):
    make_area(AreaLevel.COMMUNITY, parent=make_area(AreaLevel.STREET, parent=district, code="440601001"))
    assert "REFUSED" in imports(feature("440601001001", square(113, 23, 0.1)))


def test_an_invalid_ring_is_repaired_and_reported(imports, district):
    printed = imports(feature("440601001", BOW_TIE))
    assert "repaired: Self-intersection" in printed
    outline = Area.objects.get(code="440601001").versions.get().outline
    assert outline.valid
    assert len(outline) == 2
    assert "unchanged 1" in imports(feature("440601001", BOW_TIE))


def test_heights_are_left_out(imports, district):
    ring = [[113, 23, 5], [113.1, 23, 5], [113.1, 23.1, 5], [113, 23, 5]]
    imports(feature("440601001", {"type": "Polygon", "coordinates": [ring]}))
    assert not Area.objects.get(code="440601001").versions.get().outline.hasz


def test_a_little_over_the_border_is_tolerated(imports, district):
    assert "added 1" in imports(feature("440601001", square(113.9005, 23, 0.1)))


@pytest.mark.parametrize("name", ["EPSG:3857", "urn:ogc:def:crs:EPSG::4547"])
def test_a_projected_crs_refuses_the_file(imports, district, name):
    printed = imports(
        feature("440601001", square(113, 23, 0.5)), crs={"type": "name", "properties": {"name": name}}
    )
    assert "REFUSED" in printed
    assert name in printed


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
def test_degrees_on_wgs84_or_cgcs2000_are_taken(imports, district, name):
    assert "added 1" in imports(
        feature("440601001", square(113, 23, 0.5)), crs={"type": "name", "properties": {"name": name}}
    )


def test_a_district_comes_without_a_parent(tmp_path):
    path = tmp_path / "district.geojson"
    path.write_text(json.dumps({"features": [feature("440605", square(113, 23, 1))]}))
    call_command("import_areas", path, level="district", stdout=StringIO())
    assert Area.objects.get().parent is None


def test_the_parent_may_stand_in_any_property(imports, district):
    subdistrict_parent = make_area(AreaLevel.STREET, parent=district, code="440601009")
    assert subdistrict_parent.code in streets()
    assert "added 1" in imports(
        feature("440601001", square(113, 23, 0.1), belongs="440601"), parent_field="belongs"
    )


def test_a_csv_brings_codes_and_names_without_outlines(tmp_path, district):
    path = tmp_path / "streets.csv"
    path.write_text("\ufeffcode,name\n440601001,一街\n440601002,二街\n", encoding="utf-8")
    call_command("import_areas", path, level="street", stdout=StringIO())
    assert streets() == ["440601001", "440601002"]
    assert not AreaVersion.objects.filter(level=AreaLevel.STREET).exists()


def test_a_csv_without_the_columns_is_refused(tmp_path, district):
    path = tmp_path / "streets.csv"
    path.write_text("id,title\n440601001,一街\n", encoding="utf-8")
    with pytest.raises(CommandError, match="code, name"):
        call_command("import_areas", path, level="street", stdout=StringIO())


def test_outlines_that_carry_only_names_get_their_codes_from_a_csv(imports, tmp_path, district):
    codes = tmp_path / "codes.csv"
    codes.write_text("code,name\n440601001,一街\n440601002,双街\n440601003,双街\n", encoding="utf-8")
    named = [{**feature("", square(113, 23, 0.1), name=name)} for name in ("一街", "双街", "无街")]
    printed = imports(*named, codes=codes)
    assert "several codes for the name “双街”" in printed
    assert "no code for the name “无街”" in printed
    assert "added 1" in imports(named[0], codes=codes)
    assert streets() == ["440601001"]


@pytest.mark.parametrize("content", ["", "[]", "{}", "not json", '{"features": 3}'])
def test_what_is_no_geojson_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "x.geojson"
    path.write_text(content)
    with pytest.raises(CommandError):
        call_command("import_areas", path, level="street", stdout=StringIO())


def test_only_administrators_import(stranger):
    with pytest.raises(NotPermitted):
        import_rows([], AreaLevel.STREET, from_date=TODAY, actor=stranger, source="")

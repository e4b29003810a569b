"""The registry as a file: what one may see, in the columns that an import reads."""

import io

from django.core.management import call_command
from django.utils import translation
from openpyxl import load_workbook

from grids.models import RegistryChange
from tests.factories import inside, make_organisation
from tests.grids.test_import_registry import outcomes, taken
from tests.registry_factories import make_object, make_type

PAGE = "/registry/export/"
FIELDS = [
    {"key": "floors", "name": "层数", "type": "number"},
    {"key": "gas", "name": "用气", "type": "yes_no"},
]


def make_two(city) -> None:
    building = make_type("building", "building", attributes=FIELDS)
    whole = make_object(city.grid, building, code="B-1", attributes={"floors": 12, "gas": True})
    make_object(
        city.other_grid,
        code="S-1",
        name='=SUM(1), "quoted"\n+',
        part_of=whole,
        owner=make_organisation(city.district, "department", code="urban"),
        business_scope="餐饮\n零售",
        risk="major",
        point=inside(city.other_grid),
    )


def test_what_is_exported_and_imported_again_is_all_unchanged(client, administrator, city):
    make_two(city)
    client.force_login(administrator)
    before = RegistryChange.objects.count()
    for kind in ("csv", "xlsx"):
        content = b"".join(client.get(PAGE, {"format": kind}))
        assert outcomes(taken(content, f"registry.{kind}")) == ["unchanged", "unchanged"], kind
    assert RegistryChange.objects.count() == before


def test_cells_are_in_the_readers_words_and_come_back_in_the_other_language(client, administrator, city):
    fields = [
        {"key": "gas", "name": "用气", "name_en": "gas", "type": "yes_no"},
        {"key": "use", "name": "用途", "name_en": "use", "type": "choice", "choices": ["生产"], "choices_en": ["production"]},
        {"key": "floors", "name": "层数", "name_en": "floors", "type": "number", "unit": "层"},
    ]  # fmt: skip
    shop = make_type("small_shop", name="小商铺", name_en="Small shop", attributes=fields)
    values = {"gas": True, "use": "生产", "floors": 2}
    make_object(city.grid, shop, code="S-1", risk="low", attributes=values)
    # Two types of one name go by their codes.
    for code in ("hall", "shed"):
        make_object(city.grid, make_type(code, name="厂房"), code=code)
    client.force_login(administrator)
    words = {
        "zh-Hans": ("小商铺", "启用", "低风险", "是", "生产"),
        "en": ("Small shop", "in use", "low risk", "yes", "production"),
    }
    for language, expected in words.items():
        with translation.override(language.lower()):
            text = b"".join(client.get(PAGE, headers={"Accept-Language": language})).decode()
        cells = next(line.split(",") for line in text.splitlines() if line.startswith("S-1,"))
        assert set(expected) <= set(cells), (expected, cells)
        assert "2" in cells
        assert "small_shop" not in cells
        assert any(line.startswith("shed,shed,") for line in text.splitlines())
        with translation.override("en" if language == "zh-Hans" else "zh-hans"):
            assert outcomes(taken(text.encode())) == ["unchanged"] * 3


def test_headings_are_the_readers_and_come_back_in_the_other_language(client, administrator, city):
    same = {
        "key": "use",
        "name": "用途",
        "name_en": "use",
        "type": "choice",
        "choices": ["生产"],
        "choices_en": ["production"],
    }
    other = {"key": "kind", "name": "用途", "name_en": "use", "type": "text"}
    storeys = {"key": "floors", "name": "层数", "name_en": "storeys", "type": "number"}
    for code, fields in (("factory", [same, storeys]), ("hall", [other, {**storeys, "name_en": "code"}])):
        make_object(
            city.grid,
            make_type(code, attributes=fields),
            code=code,
            attributes={field["key"]: 2 if field["type"] == "number" else "生产" for field in fields},
        )
    client.force_login(administrator)
    for language in ("zh-Hans", "en"):
        with translation.override(language.lower()):
            text = b"".join(client.get(PAGE, headers={"Accept-Language": language})).decode()
        head = text.splitlines()[0]
        # What two types call the same goes by its key, and so does what is called as a column of all.
        assert "attr:use" in head
        assert "attr:kind" in head
        assert ("编码,类型,名称" in head and ",层数" in head) == (language == "zh-Hans")
        assert ("code,type,name" in head and "attr:floors" in head) == (language == "en")
        with translation.override("en" if language == "zh-Hans" else "zh-hans"):
            assert outcomes(taken(text.encode())) == ["unchanged"] * 2


def test_no_cell_is_a_formula(client, administrator, city):
    make_two(city)
    client.force_login(administrator)
    book = load_workbook(io.BytesIO(b"".join(client.get(PAGE, {"format": "xlsx"}))))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert '\'=SUM(1), "quoted"\n+' in [cell.value for cell in cells]


def test_only_what_one_may_see_narrowed_as_the_list_is(client, cast):
    make_two(cast.city)
    client.force_login(cast.inspector)
    text = b"".join(client.get(PAGE)).decode()
    assert "B-1" in text
    assert "\nS-1" not in text
    client.force_login(cast.leader)
    text = b"".join(client.get(PAGE, {"type": "shop"})).decode()
    assert "\nS-1" in text
    assert "\nB-1" not in text
    client.force_login(cast.stranger)
    assert b"".join(client.get(PAGE)).decode().count("\n") == 1
    assert client.get(PAGE, {"format": "pdf"}).status_code == 400


def test_the_command_writes_what_the_command_reads(tmp_path, city):
    make_two(city)
    for name in ("all.csv", "all.xlsx"):
        call_command("export_registry", tmp_path / name)
        assert outcomes(taken((tmp_path / name).read_bytes(), name)) == ["unchanged"] * 2
    call_command("export_registry", tmp_path / "one.csv", area=city.grid, type="building")
    assert (tmp_path / "one.csv").read_text().count("B-1") == 1

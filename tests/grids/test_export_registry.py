"""The registry as a file: what one may see, in the columns that an import reads."""

import io

from django.core.management import call_command
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

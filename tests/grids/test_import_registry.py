"""Taking objects over from files: previewed, judged row by row, written once, never over somebody's change."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from gridgov.errors import NotPermitted, StepNotAllowed
from grids import flow_urls, registry_files
from grids.models import GridObject, ImportRow, ObjectType, RegistryChange, RegistryImport
from grids.object_codes import TAKEN
from grids.services import registry_import
from grids.services.registry import change_object
from grids.services.registry_import import begin_import, discard_import, take_over_import, work_on_import
from tests.factories import inside, make_organisation, make_user
from tests.registry_factories import make_object, make_type

FLOORS = {"key": "floors", "name": "层数", "type": "number"}


def csv_of(*rows: dict, encoding: str = "utf-8") -> bytes:
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def excel_of(*rows: list) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def previewed(content: bytes, name: str = "shops.csv") -> RegistryImport:
    begun = begin_import(ContentFile(content, name=name), actor=None, in_background=False)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    return begun


def taken(content: bytes, name: str = "shops.csv") -> RegistryImport:
    begun = previewed(content, name)
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    return begun


def outcomes(begun: RegistryImport) -> list[str]:
    return list(ImportRow.objects.filter(of=begun).order_by("number").values_list("outcome", flat=True))


def problems(begun: RegistryImport) -> str:
    rows = ImportRow.objects.filter(of=begun).order_by("number")
    return " ".join(problem for row in rows for problem in row.problems)


@pytest.fixture
def shop(city):
    point = inside(city.grid)
    make_type("shop", name="商铺", attributes=[FLOORS])
    return {
        "code": "S-1",
        "type": "shop",
        "name": "演示早餐店",
        "longitude": point.x,
        "latitude": point.y,
        "risk": "红",
        "attr:floors": "2",
        "as_of": "2026/11/2",
    }


def test_a_preview_changes_nothing_and_taking_over_writes_object_and_feed(city, shop):
    begun = previewed(csv_of(shop))
    assert (begun.state, begun.rows, begun.rows_to_take) == ("preview", 1, 1)
    assert not GridObject.objects.exists()
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    made = GridObject.objects.get()
    assert (made.area, made.district, made.risk, made.attributes) == (
        city.grid,
        city.district,
        "major",
        {"floors": 2},
    )
    assert (made.as_of, made.source) == (date(2026, 11, 2), "shops.csv")
    change = RegistryChange.objects.get()
    assert (change.kind, change.source, change.version) == ("new", "import", 1)
    assert change.fields["name"] == [None, "演示早餐店"]
    begun.refresh_from_db()
    assert (begun.state, begun.rows_taken) == ("done", 1)


def test_the_same_file_again_is_all_unchanged(shop):
    taken(csv_of(shop))
    again = taken(csv_of(shop))
    assert outcomes(again) == ["unchanged"]
    assert GridObject.objects.get().version == 1
    assert RegistryChange.objects.count() == 1


def test_a_changed_row_says_old_and_new_and_leaves_what_it_does_not_name(shop):
    taken(csv_of(shop))
    begun = taken(csv_of({"code": "S-1", "name": "演示茶店", "risk": "", "address": "演示路1号"}))
    row = ImportRow.objects.get(of=begun)
    assert row.said == {"name": ["演示早餐店", "演示茶店"], "address": ["", "演示路1号"]}
    made = GridObject.objects.get()
    assert (made.name, made.risk, made.version) == ("演示茶店", "major", 2)
    assert RegistryChange.objects.order_by("-id")[0].fields == row.said


def test_confirmed_on_another_day_it_is_no_news(shop):
    taken(csv_of(shop))
    taken(csv_of({**shop, "as_of": "2026-11-20"}))
    made = GridObject.objects.get()
    assert (made.as_of, made.version) == (date(2026, 11, 20), 1)
    assert RegistryChange.objects.count() == 1


def test_an_older_file_does_not_undo_what_is_newer(in_english, shop):
    taken(csv_of(shop))
    stale = {**shop, "name": "旧名", "as_of": "2026-11-01"}
    begun = previewed(csv_of(stale, {**shop, "code": "S-2"}))
    assert outcomes(begun) == ["refused", "new"]
    assert "older than what is there: as of 2026-11-01, and we have 2026-11-02" in problems(begun)
    # What says the same as of an earlier day is no news, and does not turn the day back.
    assert outcomes(previewed(csv_of({**shop, "as_of": "2026-11-01"}))) == ["unchanged"]
    assert outcomes(previewed(csv_of({**shop, "name": "新名"}))) == ["changed"]


def test_each_refused_row_says_why_and_the_others_go_on(in_english, city, shop):
    make_organisation(city.district, "department", code="urban")
    bad = {
        "no type": {**shop, "code": "S-2", "type": "castle"},
        "no code": {**shop, "code": ""},
        "twice": {**shop},
        "place": {**shop, "code": "S-3", "longitude": "10", "latitude": "10"},
        "swapped": {**shop, "code": "S-4", "longitude": "23.5", "latitude": "113.5"},
        "credit": {**shop, "code": "S-5", "credit_code": "91440605MA4W000019"},
        "attribute": {**shop, "code": "S-6", "attr:floors": "many"},
        "day": {**shop, "code": "S-7", "as_of": "soon"},
        "owner": {**shop, "code": "S-8", "owner": "nobody"},
        "whole": {**shop, "code": "S-9", "part_of": "B-404"},
        "nameless": {**shop, "code": "S-10", "name": ""},
        "good": {**shop, "code": "S-11", "owner": "urban"},
    }
    begun = taken(csv_of(shop, *bad.values()))
    assert outcomes(begun) == ["new", *["refused"] * 11, "new"]
    said = problems(begun)
    for words in (
        "no type “castle”", "The code is missing", "row 2 already", "none of our areas", "one stands for the other",
        "check character", "is not a number", "is not a day", "no organisation", "“B-404”", "needs: name",
    ):  # fmt: skip
        assert words in said, words
    assert set(GridObject.objects.values_list("code", flat=True)) == {"S-1", "S-11"}


def test_a_dash_empties_what_may_be_empty_and_nothing_else(in_english, city, shop):
    owner = make_organisation(city.district, "department", code="urban")
    full = {**shop, "owner": owner.code, "address": "演示路 1 号", "business_scope": "餐饮"}
    taken(csv_of(full))
    begun = previewed(
        csv_of({**full, "owner": "—", "address": "[空]", "business_scope": "", "attr:floors": "[empty]"})
    )
    said = ImportRow.objects.get(of=begun).said
    assert said == {
        "owner": ["urban", None],
        "address": ["演示路 1 号", ""],
        "attributes": [{"floors": 2}, {}],
    }
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    written = GridObject.objects.get()
    assert (written.owner, written.address, written.attributes) == (None, "", {})
    # An empty cell said nothing.
    assert written.business_scope == "餐饮"
    refused = previewed(csv_of({**full, "name": "—", "longitude": "—", "state": "—"}))
    for name in ("name", "longitude", "state"):
        assert f"“{name}” can't be emptied" in problems(refused)


def test_a_required_attribute_is_not_emptied(in_english, shop):
    make_type("hall", name="厅堂", attributes=[{**FLOORS, "required": True}])
    taken(csv_of({**shop, "type": "hall"}))
    begun = previewed(csv_of({**shop, "type": "hall", "attr:floors": "—"}))
    assert outcomes(begun) == ["refused"]


@pytest.mark.parametrize("heading", ["层数", "Floors", "floors", "attr:floors", "attr:层数", "attr:Storeys"])
def test_an_attribute_is_read_under_its_key_or_its_name_in_either_language(shop, heading):
    ObjectType.objects.update(
        attributes=[{**FLOORS, "name_en": "storeys" if "torey" in heading else "floors"}]
    )
    del shop["attr:floors"]
    taken(csv_of({**shop, heading: "7"}))
    assert GridObject.objects.get().attributes == {"floors": 7}


def test_two_columns_that_mean_one_attribute_are_refused_unless_they_agree(in_english, shop):
    ObjectType.objects.update(attributes=[{**FLOORS, "name_en": "storeys"}])
    begun = previewed(csv_of({**shop, "storeys": "3"}, {**shop, "code": "S-2", "storeys": "2"}))
    assert outcomes(begun) == ["refused", "new"]


def test_a_problem_names_its_field_once(city, shop):
    for language, name in (("zh-hans", "统一社会信用代码"), ("en", "credit code")):
        with translation.override(language):
            begun = previewed(csv_of({**shop, "credit_code": "91440605MA4W000010"}))
            assert problems(begun).lower().count(name) == 1


def test_chinese_headers_words_and_gb18030_are_read(city, shop):
    point = inside(city.grid)
    row = {
        "编码": "S-1", "类型": "商铺", "名称": "演示饭店", "经度": point.x, "纬度": point.y,
        "状态": "停用", "风险等级": "较大风险", "层数": "3", "统一社会信用代码": "",
    }  # fmt: skip
    taken(csv_of(row, encoding="gb18030"))
    made = GridObject.objects.get()
    assert (made.name, made.state, made.risk, made.attributes) == (
        "演示饭店",
        "closed",
        "larger",
        {"floors": 3},
    )
    assert outcomes(taken(csv_of(row, encoding="utf-8-sig"))) == ["unchanged"]


def test_a_column_that_nobody_knows_is_said_and_one_given_twice_refused(in_english, shop):
    begun = previewed(csv_of({**shop, "员工": "12"}))
    assert begun.unknown_columns == ["员工"]
    begun = previewed(csv_of({**shop, "编码": "S-1"}))
    assert (begun.state, begun.problem) == ("unreadable", "Two columns mean the same: 编码.")


def test_excel_is_read_and_a_code_that_it_rounded_refused(in_english, city, shop):
    point = inside(city.grid)
    head = ["code", "type", "name", "longitude", "latitude", "as_of", "attr:floors"]
    good = ["S-1", "shop", "演示店", point.x, point.y, date(2026, 11, 1), 4.0]
    begun = taken(excel_of(head, good, [44060510112300001, *good[1:]]), "shops.xlsx")
    assert outcomes(begun) == ["new", "refused"]
    assert "lost its last digits" in problems(begun)
    made = GridObject.objects.get()
    assert (made.as_of, made.attributes) == (date(2026, 11, 1), {"floors": 4})


def test_a_formula_is_text_and_is_never_written_as_one(city, shop):
    taken(csv_of({**shop, "name": "=HYPERLINK(1)"}))
    assert GridObject.objects.get().name == "=HYPERLINK(1)"
    line = "".join(registry_files.csv_lines([["=HYPERLINK(1)", "-x", -1.5]]))
    assert line == "\ufeff'=HYPERLINK(1),'-x,-1.5\r\n"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04broken", "a.xlsx", "can't be read"),
        (b"old excel", "a.xls", "no Excel file of today's kind"),
        (b"\xff\xff\xff\xff", "a.csv", "neither UTF-8 nor GB18030"),
        (b"name\nx\n", "a.csv", "no column “code”"),
        (b"", "a.csv", "no column “code”"),
        (b'code,name\n"' + b"x" * 200_000, "a.csv", "can't be read"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_says_why(db, in_english, content, name, words):
    begun = previewed(content or b"\n", name)
    assert begun.state == "unreadable"
    assert words in begun.problem


def test_a_file_that_unpacks_to_too_much_or_holds_an_xml_bomb_is_refused(db, in_english, monkeypatch, shop):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    monkeypatch.setattr(registry_files, "MOST_UNPACKED", 1_000_000)
    assert "unpacks to more" in previewed(bomb.getvalue(), "a.xlsx").problem
    laughs = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(excel_of(["code"], ["S-1"]))) as good,
        zipfile.ZipFile(laughs, "w") as bad,
    ):
        for entry in good.namelist():
            content = good.read(entry)
            if entry == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            bad.writestr(entry, content)
    assert previewed(laughs.getvalue(), "a.xlsx").state == "unreadable"


def test_what_somebody_changed_after_the_preview_is_not_overwritten(in_english, city, shop):
    taken(csv_of(shop))
    begun = previewed(
        csv_of({"code": "S-1", "name": "演示茶店"}, {**shop, "code": "S-2"}, {**shop, "code": "S-3"})
    )
    change_object(GridObject.objects.get().pk, actor=None, name="演示药店")
    make_object(city.grid, code="S-3", name="演示别店")
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    assert outcomes(begun) == ["refused", "new", "refused"]
    assert "changed it after the preview" in problems(begun)
    names = dict(GridObject.objects.values_list("code", "name"))
    assert names == {"S-1": "演示药店", "S-2": "演示早餐店", "S-3": "演示别店"}


def test_parts_come_with_their_whole_in_one_file_in_whatever_chunk(shop, monkeypatch):
    monkeypatch.setattr(registry_import, "CHUNK", 2)
    rows = [{**shop, "code": f"B-{n}", "part_of": f"B-{n - 1}" if n else ""} for n in range(5)]
    assert outcomes(taken(csv_of(*rows))) == ["new"] * 5
    assert GridObject.objects.get(code="B-4").part_of.code == "B-3"


def test_work_that_was_cut_off_goes_on_where_it_stopped(shop, monkeypatch):
    monkeypatch.setattr(registry_import, "CHUNK", 1)
    begun = previewed(csv_of(shop, {**shop, "code": "S-2"}, {**shop, "code": "S-3"}))
    take_over_import(begun.pk, actor=None, in_background=False)

    def cut_off(at_work: RegistryImport) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        work_on_import(begun.pk, progress=cut_off)
    assert GridObject.objects.count() == 1
    work_on_import(begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.rows_taken) == ("done", 3)
    assert RegistryChange.objects.count() == 3


def test_a_worker_that_was_thought_dead_stops_when_another_has_begun(shop, monkeypatch):
    monkeypatch.setattr(registry_import, "CHUNK", 1)
    begun = begin_import(
        ContentFile(csv_of(shop, {**shop, "code": "S-2"}), name="a.csv"), actor=None, in_background=False
    )
    others: list[int] = []

    def another_begins(at_work: RegistryImport) -> None:
        if not others:
            others.append(1)
            work_on_import(begun.pk)

    work_on_import(begun.pk, progress=another_begins)
    begun.refresh_from_db()
    assert (begun.state, begun.rows_read) == ("preview", 2)
    assert ImportRow.objects.filter(of=begun).count() == 2


def test_only_administrators_import_and_nothing_is_taken_over_twice(shop):
    with pytest.raises(NotPermitted):
        begin_import(ContentFile(b"x", name="a.csv"), actor=make_user())
    done = taken(csv_of(shop))
    with pytest.raises(StepNotAllowed):
        take_over_import(done.pk, actor=None)
    discard_import(done.pk, actor=None)
    assert not RegistryImport.objects.exists()
    assert GridObject.objects.count() == 1


def test_the_command_shows_and_with_apply_takes_over(in_english, tmp_path, capsys, shop):
    path = tmp_path / "shops.csv"
    path.write_bytes(csv_of(shop, {**shop, "code": "S-2", "type": "castle"}))
    call_command("import_registry", path)
    assert "new 1, changed 0, unchanged 0, refused 1" in capsys.readouterr().out
    assert not GridObject.objects.exists()
    assert not RegistryImport.objects.exists()
    call_command("import_registry", path, apply=True)
    assert GridObject.objects.count() == 1
    path.write_bytes(b"nothing")
    with pytest.raises(CommandError, match="code"):
        call_command("import_registry", path)


@pytest.mark.parametrize("code", ["import", "map", "a/b", ".."])
def test_a_code_that_no_page_could_be_reached_under_is_refused(in_english, shop, code):
    begun = previewed(csv_of(shop | {"code": code}))
    assert outcomes(begun) == ["refused"]
    assert "code" in ImportRow.objects.get(of=begun).problems[0].lower()


def test_every_page_of_the_registry_is_taken_as_a_code():
    pages = {str(pattern.pattern).partition("/")[0] for pattern in flow_urls.urlpatterns}
    assert {page for page in pages if "<" not in page} | {"map", "looks"} == TAKEN

"""Licences from a file: keyed by object, department and number, shown first, written once."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from gridgov.errors import NotPermitted
from grids.models import ImportKind, ImportRow, Licence, RegistryImport
from grids.services.licence_import import LicenceRows
from grids.services.registry_import import begin_import, take_over_import, work_on_import
from tests.factories import make_organisation, make_user
from tests.grids.test_import_registry import outcomes, problems
from tests.racing import race
from tests.registry_factories import make_object

HEAD = "编码,证照名称,发证部门,证号,有效期自,有效期至\n"
FOOD = "S-1,食品经营许可证,food,F-1,2024/1/5,2029-01-04"


@pytest.fixture
def shop(city):
    make_organisation(city.district, "department", code="food", name="演示市场监管局")
    return make_object(city.grid, code="S-1")


def previewed(*lines: str, head: str = HEAD) -> RegistryImport:
    file = ContentFile((head + "\n".join(lines) + "\n").encode("gb18030"), name="证照.csv")
    begun = begin_import(file, actor=None, kind=ImportKind.LICENCES, in_background=False)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    return begun


def take(begun: RegistryImport) -> RegistryImport:
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    return begun


def test_licences_are_added_changed_and_left_alone(shop):
    begun = previewed(FOOD)
    assert outcomes(begun) == ["new"]
    assert not Licence.objects.exists()
    take(begun)
    licence = Licence.objects.get()
    assert (licence.object, licence.valid_from, licence.valid_to) == (
        shop,
        date(2024, 1, 5),
        date(2029, 1, 4),
    )
    assert outcomes(previewed(FOOD)) == ["unchanged"]
    changed = previewed("S-1,食品经营许可证,food,F-1,2024/1/5,2030-01-04")
    assert ImportRow.objects.get(of=changed).said == {"valid_to": ["2029-01-04", "2030-01-04"]}
    take(changed)
    licence.refresh_from_db()
    assert licence.valid_to == date(2030, 1, 4)
    assert Licence.objects.count() == 1


def test_an_empty_cell_says_nothing_and_a_dash_empties(in_english, shop):
    take(previewed(FOOD))
    assert outcomes(previewed("S-1,,food,F-1,,")) == ["unchanged"]
    begun = previewed("S-1,,food,F-1,,—")
    assert ImportRow.objects.get(of=begun).said == {"valid_to": ["2029-01-04", None]}
    take(begun)
    assert Licence.objects.get().valid_to is None
    refused = previewed("S-1,—,food,F-1,,", "S-1,x,food,[空],,")
    assert outcomes(refused) == ["refused", "refused"]
    assert "“kind” can't be emptied" in problems(refused)


def test_each_refused_row_says_why_and_the_others_are_taken(in_english, shop):
    begun = previewed(
        "S-1,食品经营许可证,food,F-1,,",
        "S-9,食品经营许可证,food,F-1,,",
        "S-1,食品经营许可证,nobody,F-1,,",
        "S-1,,food,F-2,,",
        "S-1,食品经营许可证,food,F-3,soon,",
        "S-1,食品经营许可证,food,F-4,2026-01-02,2026-01-01",
        "S-1,食品经营许可证,food,F-1,,",
        "S-1,食品经营许可证,food,,,",
        f"S-1,食品经营许可证,food,{'F' * 61},,",
    )
    assert outcomes(begun) == ["new", *["refused"] * 8]
    for words in (
        "number: Ensure this value has at most 60",
        "ends before it begins",
        "stands in row 2",
        "code “S-9”",
        "needs: kind",
        "missing: number",
    ):
        assert words in problems(begun)
    take(begun)
    assert Licence.objects.count() == 1


def test_what_somebody_changed_after_the_preview_is_not_overwritten(in_english, shop):
    take(previewed(FOOD))
    begun = previewed("S-1,食品经营许可证,food,F-1,,2030-01-04")
    Licence.objects.update(valid_to=date(2031, 1, 1))
    assert outcomes(take(begun)) == ["refused"]
    assert "Somebody changed it after the preview" in problems(begun)
    assert Licence.objects.get().valid_to == date(2031, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_licence_write_it_once(shop):
    files = [previewed(FOOD), previewed(FOOD)]
    connection.close()
    raised = race(*(lambda begun=begun: take(begun) for begun in files))
    assert not [error for error in raised if isinstance(error, Exception)]
    assert Licence.objects.count() == 1
    assert sorted(outcomes(files[0]) + outcomes(files[1])) == ["new", "unchanged"]


def test_a_file_of_something_else_is_no_file_of_licences(in_english, shop):
    begun = previewed("S-1,x", head="code,name\n")
    assert begun.state == "unreadable"
    assert "no column “department, number”" in begun.problem
    assert previewed("S-1,a,b", head="code,证号,number\n").state == "unreadable"


def test_only_administrators_and_the_command_shows_before_it_writes(in_english, shop, tmp_path, capsys):
    with pytest.raises(NotPermitted):
        begin_import(ContentFile(b"", name="x.csv"), actor=make_user(), kind=ImportKind.LICENCES)
    path = tmp_path / "x.csv"
    path.write_text("code,name\nS-1,x\n")
    with pytest.raises(CommandError, match="department, number"):
        call_command("import_licences", path)
    path.write_text(HEAD + FOOD + "\n")
    call_command("import_licences", path)
    assert not Licence.objects.exists()
    call_command("import_licences", path, apply=True)
    assert "new 1, changed 0, unchanged 0, refused 0" in capsys.readouterr().out
    assert Licence.objects.count() == 1


def test_a_chunk_that_is_tried_again_counts_once(shop, monkeypatch):
    begun = previewed(FOOD)
    write, tries = LicenceRows.write, []

    def twice_at_first(rows, judged, **fields):
        write(rows, judged, **fields)
        tries.append(judged)
        if len(tries) == 1:
            write(rows, judged, **fields)

    monkeypatch.setattr(LicenceRows, "write", twice_at_first)
    assert (take(begun).rows_taken, len(tries), Licence.objects.count()) == (1, 2, 1)


def test_a_department_is_named_as_pages_call_it_unless_two_are_called_so(in_english, shop, city):
    make_organisation(city.district, "department", code="other", name="演示消防大队", short_name="消防")
    assert outcomes(previewed("S-1,食品经营许可证,演示市场监管局,F-1,,")) == ["new"]
    assert outcomes(previewed("S-1,消防许可,消防,X-1,,")) == ["new"]
    make_organisation(city.street, "department", code="more", name="演示消防中队", short_name="消防")
    refused = previewed("S-1,消防许可,消防,X-1,,", "S-1,消防许可,nobody,X-1,,")
    assert outcomes(refused) == ["refused", "refused"]
    assert "Several are called “消防”: give the code, one of more, other." in problems(refused)
    assert "no department with the code or name “nobody”" in problems(refused)


def test_licences_are_exported_and_come_back_unchanged(client, administrator, stranger, shop):
    take(previewed(FOOD))
    client.force_login(administrator)
    for language in ("zh-Hans", "en"):
        head = {"Accept-Language": language}
        text = b"".join(client.get("/registry/export/licences/", headers=head)).decode().lstrip("\ufeff")
        first, *rows = text.splitlines()
        assert outcomes(previewed(*rows, head=f"{first}\n")) == ["unchanged"]
    client.force_login(stranger)
    assert b"F-1" not in b"".join(client.get("/registry/export/licences/"))

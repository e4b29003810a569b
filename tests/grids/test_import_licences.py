"""Licences from a file: keyed by object, department and number, and written once."""

from datetime import date
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from gridgov.errors import NotPermitted
from grids.models import Licence
from grids.services.licence_import import import_licences
from tests.factories import make_organisation, make_user
from tests.registry_factories import make_object

HEAD = "编码,证照名称,发证部门,证号,有效期自,有效期至\n"


@pytest.fixture
def shop(city):
    make_organisation(city.district, "department", code="food")
    return make_object(city.grid, code="S-1")


def imported(*lines: str, apply: bool = True):
    file = BytesIO((HEAD + "\n".join(lines) + "\n").encode("gb18030"))
    return import_licences(file, "证照.csv", actor=None, apply=apply)


def test_licences_are_added_changed_and_left_alone(shop):
    line = "S-1,食品经营许可证,food,F-1,2024/1/5,2029-01-04"
    assert imported(line, apply=False).new == 1
    assert not Licence.objects.exists()
    imported(line)
    licence = Licence.objects.get()
    assert (licence.object, licence.valid_to) == (shop, date(2029, 1, 4))
    assert imported(line).unchanged == 1
    assert imported("S-1,食品经营许可证,food,F-1,2024/1/5,2030-01-04").changed == 1
    licence.refresh_from_db()
    assert licence.valid_to == date(2030, 1, 4)


def test_each_refused_row_says_why_and_the_others_are_taken(in_english, shop):
    report = imported(
        "S-1,食品经营许可证,food,F-1,,",
        "S-9,食品经营许可证,food,F-1,,",
        "S-1,食品经营许可证,nobody,F-1,,",
        "S-1,,food,F-2,,",
        "S-1,食品经营许可证,food,F-3,soon,",
        "S-1,食品经营许可证,food,F-4,2026-01-02,2026-01-01",
        "S-1,食品经营许可证,food,F-1,,",
    )
    assert [number for number, _problem in report.refused] == [3, 4, 5, 6, 7, 8]
    assert "ends before it begins" in report.refused[4][1]
    assert Licence.objects.count() == 1


def test_only_administrators_and_only_files_of_licences(in_english, shop, tmp_path, capsys):
    with pytest.raises(NotPermitted):
        import_licences(BytesIO(b""), "x.csv", actor=make_user())
    path = tmp_path / "x.csv"
    path.write_text("code,name\nS-1,x\n")
    with pytest.raises(CommandError, match="kind, department, number"):
        call_command("import_licences", path)
    path.write_text(HEAD + "S-1,食品经营许可证,food,F-1,,\n")
    call_command("import_licences", path, apply=True)
    assert "new 1, changed 0, unchanged 0, refused 0" in capsys.readouterr().out

"""What `make check` finds in a catalogue of translations."""

from pathlib import Path

import pytest

from scripts.check import all_hold, catalogue_complete, modules_import_one_way

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def catalogue(folder: Path, entries: str) -> Path:
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + entries)
    return path


def test_a_whole_catalogue_holds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    obsolete = '#~ msgid "Gone"\n#~ msgstr ""\n'
    assert catalogue_complete(catalogue(tmp_path, 'msgid "Case"\nmsgstr "案件"\n\n' + obsolete))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    "entry",
    ['msgid "Close"\nmsgstr ""\n', '#, fuzzy\nmsgid "Close"\nmsgstr "结案"\n'],
    ids=["untranslated", "fuzzy"],
)
def test_what_is_missing_is_named(tmp_path: Path, entry: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert not catalogue_complete(catalogue(tmp_path, entry))
    assert "Close" in capfd.readouterr().out


def test_a_broken_format_does_not_hold(tmp_path: Path) -> None:
    entry = '#, python-format\nmsgid "%(n)s cases"\nmsgstr "%(m)s 件"\n'
    assert not catalogue_complete(catalogue(tmp_path, entry))


def module(root: Path, name: str, text: str) -> None:
    path = root / "static" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_modules_import_from_their_own_app_and_those_below(tmp_path: Path) -> None:
    module(tmp_path, "cases/js/a.js", 'import { x } from "../../gridgov/js/app.js";\nimport "./b.js";\n')
    module(tmp_path, "cases/js/b.js", 'export const x = () => import("../../grids/js/map.js");\n')
    assert modules_import_one_way(tmp_path)
    assert modules_import_one_way()


@pytest.mark.parametrize(
    "text",
    [
        'import { x } from "../../cases/js/map.js";',
        'export { x } from "../../cases/js/map.js";',
        'import "../../cases/js/map.js";',
        'const { x } = await import("../../cases/js/map.js");',
        "import { x } from '../../cases/js/map.js';",
    ],
)
def test_a_module_that_imports_upwards_is_named(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module(tmp_path, "grids/js/place.js", text)
    assert not modules_import_one_way(tmp_path)
    assert "static/grids/js/place.js imports ../../cases/js/map.js" in capsys.readouterr().out


def test_every_check_is_made_also_after_one_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    made: list[str] = []

    def check(name: str, *, holds: bool) -> bool:
        made.append(name)
        return holds

    failed = all_hold({"one": lambda: check("one", holds=False), "two": lambda: check("two", holds=True)})
    assert (failed, made) == (1, ["one", "two"])
    assert "Failed: one." in capsys.readouterr().out

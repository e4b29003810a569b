"""What `make check` finds in a catalogue of translations."""

from pathlib import Path

import pytest

from scripts.check import all_hold, catalogue_complete

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


def test_every_check_is_made_also_after_one_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    made: list[str] = []

    def check(name: str, *, holds: bool) -> bool:
        made.append(name)
        return holds

    failed = all_hold({"one": lambda: check("one", holds=False), "two": lambda: check("two", holds=True)})
    assert (failed, made) == (1, ["one", "two"])
    assert "Failed: one." in capsys.readouterr().out

"""docs/assessment.md says of each indicator what it counts."""

import pytest
from django.core.management import CommandError, call_command

from assessment.indicators import INDICATORS
from assessment.indicators.formulas import formula_of
from assessment.management.commands import write_indicators


def test_the_tables_are_up_to_date():
    call_command("write_indicators", "--check")


def test_each_indicator_is_there_once():
    tables = write_indicators.indicator_tables()
    for code in INDICATORS:
        assert sum(f"** `{code}` |" in line for line in tables.splitlines()) == 1, code


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        ("closing_rate", "`closed` / `disposal_due`"),
        ("disposal_due", "stages by `due_at`: `stage` is handling and (`ended_by` is feed_back or no `ended_at` or "
                         "`ended_at` ≥ `due_at`) and no `voided_at` known and no `deferred_at` known"),
        ("disposed_count", "of `disposal_due`: `ended_at` known and `ended_by` is feed_back"),
        ("on_time_filing_rate", "(of these, `ended_at` known and `ended_by` is register or refuse or merge or order_check "
                                "and `done_at` ≤ `due_at`) / (stages by `due_at`: `stage` is intake and (`ended_by` is "
                                "register or refuse or merge or order_check or no `ended_at` or `ended_at` ≥ `due_at`) and "
                                "no `voided_at` known and no `deferred_at` known)"),
        ("patrol_coverage", "(of these, the sum of `share`) / (patrols by `day`: `noted_at` known and no `superseded_at` known)"),
    ],
)  # fmt: skip
def test_a_formula_is_read_from_what_is_counted(code, formula):
    assert formula_of(INDICATORS[code]) == formula


def test_an_old_table_is_named(tmp_path, monkeypatch):
    page = tmp_path / "assessment.md"
    page.write_text("Before\n<!-- indicators -->\nyesterday\n<!-- /indicators -->\nAfter\n")
    monkeypatch.setattr(write_indicators, "DOCUMENT", page)
    with pytest.raises(CommandError, match="out of date"):
        call_command("write_indicators", "--check")
    call_command("write_indicators")
    call_command("write_indicators", "--check")
    assert page.read_text().startswith("Before\n")
    assert page.read_text().endswith("After\n")
    assert "yesterday" not in page.read_text()

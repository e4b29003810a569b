"""manage.py write_indicators: write the tables of indicators into docs/assessment.md."""

import re
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from assessment.indicators.centres import CENTRES
from assessment.indicators.citizens import CITIZENS
from assessment.indicators.formulas import formula_of
from assessment.indicators.indicator import Indicator
from assessment.indicators.inspectors import INSPECTORS
from assessment.indicators.units import UNITS

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "assessment.md"
_TABLES = re.compile(r"(?<=<!-- indicators -->\n).*(?=<!-- /indicators -->)", re.S)
_SECTIONS = (
    ("Of inspectors and of places", INSPECTORS),
    ("Of command centres", CENTRES),
    ("Of units", UNITS),
    ("Of citizens' answers", CITIZENS),
)
_SOURCES = {"found": "standard", "memory": "differs by city", "own": "ours"}


class Command(BaseCommand):
    help = "Write the tables of indicators into docs/assessment.md, from what they count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether they are up to date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        before = DOCUMENT.read_text(encoding="utf-8")
        with translation.override("en"):
            tables = indicator_tables()
        after = _TABLES.sub(lambda _found: tables, before)
        if not check:
            DOCUMENT.write_text(after, encoding="utf-8")
        elif before != after:
            raise CommandError("docs/assessment.md is out of date: run manage.py write_indicators.")


def indicator_tables() -> str:
    """A table for each kind of indicator, Markdown."""
    lines: list[str] = []
    for title, indicators in _SECTIONS:
        lines += [
            "",
            f"### {title}",
            "",
            "| indicator | what it says | formula | from |",
            "|---|---|---|---|",
        ]
        lines += [_row(indicator) for indicator in indicators]
    return "\n".join([*lines, "", ""])


def _row(each: Indicator) -> str:
    formula = formula_of(each)
    for count, kinds in groupby(each.instead, each.instead.__getitem__):
        other = formula_of(Indicator(each.code, each.label, each.sentence, count))
        formula += f"; of a {', '.join(kinds)}: {other}"
    return f"| **{each.label}** `{each.code}` | {each.sentence} | {formula} | {_SOURCES[each.source]} |"

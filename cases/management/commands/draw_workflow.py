"""Write the diagram and the table of steps into docs/workflow.md."""

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from cases.workflow import STEPS, Capacity, Status, Step

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "workflow.md"


class Command(BaseCommand):
    help = "Write docs/workflow.md from the table of steps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether it is up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            text = workflow_document()
        if not options["check"]:
            DOCUMENT.write_text(text)
        elif not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            raise CommandError("docs/workflow.md is out of date: run manage.py draw_workflow.")


def workflow_document() -> str:
    """The whole page, Markdown with a Mermaid diagram."""
    return "\n".join(
        [
            "# The workflow of a case",
            "",
            "Written by `manage.py draw_workflow` from `cases/workflow.py`; don't edit it here.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {arrow}" for arrow in _arrows()),
            "```",
            "",
            "| action | from | to | who |",
            "|---|---|---|---|",
            *_rows(),
            "",
        ]
    )


def _arrows() -> list[str]:
    moves: dict[tuple[str, str], list[str]] = {}
    for step in STEPS:
        if step.source != step.target:
            moves.setdefault((step.source, step.target), []).append(step.action.value)
    return [
        f"{source or '[*]'} --> {target}: {', '.join(actions)}" for (source, target), actions in moves.items()
    ]


def _rows() -> list[str]:
    rows = []
    for (action, who), steps in groupby(STEPS, key=lambda step: (step.action, step.who)):
        listed: list[Step] = list(steps)
        sources = list(dict.fromkeys(step.source or "–" for step in listed))
        targets = list(dict.fromkeys(step.target.value for step in listed))
        stays = all(step.source == step.target for step in listed)
        people = ", ".join(str(Capacity(capacity).label) for capacity in Capacity if capacity in who)
        rows.append(
            f"| {action.value} | {', '.join(_every(sources))} | {'stays' if stays else ', '.join(targets)} | {people} |"
        )
    return rows


def _every(sources: list[str]) -> list[str]:
    return ["every status"] if set(sources) == set(Status.values) else sources

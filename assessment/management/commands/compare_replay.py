"""manage.py compare_replay CSV: hold the on-time rates of a replayed city against a count over its file."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from assessment.countables import Span
from assessment.replayed import Compared, Rate, compare
from assessment.services.facts import mend_facts
from cases.models import CaseEvent
from dispatch.replay.city import CITY
from dispatch.replay.rows import BadFile, Request, read_requests


class Command(BaseCommand):
    help = (
        "Hold the rates of handling on time of a replayed city, by department and by ward, against a plain count over "
        "the file that was replayed. Ends with an error if one differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("csv", type=Path, help="the requests, .csv or .csv.gz")
        parser.add_argument("--zone", default="America/New_York", help="the city's time zone")
        parser.add_argument("--limit", type=int, help="only so many requests, as they were replayed")

    def handle(self, *args: Any, csv: Path, zone: str, limit: int | None, **options: Any) -> None:
        try:
            requests = read_requests(csv, ZoneInfo(zone))[0][:limit]
        except (OSError, BadFile) as error:
            raise CommandError(f"{csv}: {error}") from error
        mend_facts()
        differ = 0
        for span in [_whole(requests), *_months(requests, ZoneInfo(zone))]:
            rows = compare(requests, span)
            differ += self._print(span, rows)
        if differ:
            raise CommandError(f"{differ} rates differ.")

    def _print(self, span: Span, rows: list[Compared]) -> int:
        different = [row for row in rows if row.file != row.counted]
        self.stdout.write(f"Due {span.start:%Y-%m-%d} – {span.end:%Y-%m-%d}")
        for kind in dict.fromkeys(row.kind for row in rows):
            of_kind = [row for row in rows if row.kind == kind]
            file, counted = (
                [each for each in rates if each]
                for rates in ([row.file for row in of_kind], [row.counted for row in of_kind])
            )
            self.stdout.write(
                f"  {len(of_kind):4} of kind {kind}: file {_sum(file)}, counted {_sum(counted)}"
            )
        for row in different:
            self.stdout.write(f"    {row.kind} {row.name}: file {row.file}, counted {row.counted}")
        return len(different)


def _sum(rates: list[Rate]) -> str:
    return f"{sum(rate.on_time for rate in rates):,} of {sum(rate.due for rate in rates):,} on time"


def _whole(requests: list[Request]) -> Span:
    """From the first request to the last thing that happened."""
    targets = [request.target_at for request in requests if request.target_at]
    if not targets:
        raise CommandError("No request has a target.")
    last: datetime = CaseEvent.objects.filter(district__code=CITY).latest("at").at
    return Span(min(targets), last, last + timedelta(seconds=1))


def _months(requests: list[Request], zone: ZoneInfo) -> list[Span]:
    """The months in which something was opened, by all that is known."""
    whole = _whole(requests)
    spans = []
    for year, month in sorted({(each.opened_at.year, each.opened_at.month) for each in requests}):
        start = datetime(year, month, 1, tzinfo=zone)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
        if end < whole.end:
            spans.append(Span(start, end, whole.known_until))
    return spans

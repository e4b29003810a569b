"""Replay a city's published requests through the services."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from dispatch.replay.city import build_city, city_exists
from dispatch.replay.reconcile import reconcile
from dispatch.replay.rows import BadFile, read_requests
from dispatch.replay.shares import replay_all


class Command(BaseCommand):
    help = "Carry a city's published 311 requests through the services on a virtual clock, and reconcile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("csv", type=Path, help="the requests, .csv or .csv.gz")
        parser.add_argument(
            "--areas",
            type=Path,
            nargs=2,
            required=True,
            metavar=("WARDS", "PRECINCTS"),
            help="GeoJSON outlines",
        )
        parser.add_argument("--out", type=Path, required=True, help="where the report (JSON) goes")
        parser.add_argument("--zone", default="America/New_York", help="the city's time zone")
        parser.add_argument(
            "--processes",
            type=int,
            default=os.cpu_count() or 1,
            help="how many share the work; a replay goes on with as many as it was begun with",
        )
        parser.add_argument("--limit", type=int, help="only so many requests, for a trial")

    def handle(self, *args: Any, **options: Any) -> None:
        wards, precincts = options["areas"]
        zone = ZoneInfo(options["zone"])
        started = monotonic()
        try:
            requests, skipped = read_requests(options["csv"], zone)
        except (OSError, BadFile) as error:
            raise CommandError(f"{options['csv']}: {error}") from error
        everything, requests = requests, requests[: options["limit"]]
        if not requests:
            raise CommandError(f"{options['csv']} holds no request.")
        if not city_exists():
            self.stdout.write("Building the city…")
            build_city(
                everything,
                wards,
                precincts,
                zone=zone.key,
                inspectors=max(options["processes"], 1),
                progress=self._progress("Grids"),
            )
        else:
            self.stdout.write("Going on with the city that is there.")
        with tqdm(total=len(requests), unit=" requests", desc="Replay", file=self.stderr) as bar:
            end = replay_all(requests, precincts, zone, bar.update)
        with transaction.atomic():
            report = reconcile(requests, end)
        report |= {
            "skipped": [vars(row) for row in skipped],
            "end": end.isoformat(),
            "seconds_of_this_run": round(monotonic() - started, 1),
        }
        options["out"].write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        self._print(report)

    def _progress(self, what: str) -> Any:
        return lambda things: tqdm(things, desc=what, file=self.stderr)

    def _print(self, report: dict[str, Any]) -> None:
        self.stdout.write(
            f"{report['requests']} requests, {report['placed']} placed, {len(report['skipped'])} skipped"
        )
        for title in ("verdicts", "escalations"):
            sides = report[title]
            for key in sorted(sides["file"].keys() | sides["timeline"].keys()):
                self.stdout.write(
                    f"  {key:28} file {sides['file'].get(key, 0):>7}   timeline {sides['timeline'].get(key, 0):>7}"
                )
        self.stdout.write(f"{len(report['differences'])} differences")

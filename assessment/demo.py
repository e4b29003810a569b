"""What comes with the demo: schemes with weights and bands of real cities, and the scores of the simulated days."""

import csv
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from assessment.models import Band, Period, Scheme, SchemeItem
from assessment.services.periods import compute_period, is_whole, open_period, publish_period
from assessment.services.schemes import make_next_version, put_in_force
from cases.models import Case
from gridgov import clock
from grids.models import User

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "assessment"


@transaction.atomic
def load_schemes() -> int:
    """Add the schemes that are not there yet, each with a first version in force; returns how many were new."""
    bands: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("bands"):
        bands[row["bands"]].append(row)
    items: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("items"):
        items[row["items"]].append(row)
    new = 0
    for row in _rows("schemes"):
        code, its_items = row.pop("code"), items[row.pop("items")]
        scheme, is_new = Scheme.objects.get_or_create(
            code=code, defaults={**row, "is_public": row["is_public"] == "1"}
        )
        if is_new:
            _write_version(scheme, its_items, bands)
            new += 1
    return new


def load_scores() -> int:
    """Compute the periods of the demo city's days, publish those that are over; returns how many there are.

    Where there are periods already, nothing is added.
    """
    supervisor = User.objects.filter(username="supervisor").first()
    first = Case.objects.aggregate(day=Min("reported_at__date"))["day"]
    if supervisor is None or first is None or Period.objects.exists():
        return Period.objects.count()
    for scheme in Scheme.objects.filter(is_active=True, versions__in_force_at__isnull=False).distinct():
        day = first
        while day <= clock.today():
            period = compute_period(open_period(scheme.pk, actor=None, day=day).pk, actor=None)
            if is_whole(period):
                publish_period(period.pk, actor=supervisor)
            day = period.last_day + timedelta(days=1)
    return Period.objects.count()


def _write_version(
    scheme: Scheme, items: list[dict[str, str]], bands: dict[str, list[dict[str, str]]]
) -> None:
    version = make_next_version(scheme.pk, actor=None)
    for row in items:
        item = SchemeItem.objects.create(
            version=version,
            indicator=row["indicator"],
            label=row["label"],
            way=row["way"],
            weight=row["weight"],
        )
        Band.objects.bulk_create(
            [
                Band(item=item, at_least=band["at_least"], points=band["points"])
                for band in bands[row["bands"]]
            ]
        )
    put_in_force(version.pk, actor=None)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

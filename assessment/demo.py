"""The schemes that come with the demo: weights and bands of real cities, as published."""

import csv
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assessment.models import Band, Scheme, SchemeItem
from assessment.services.schemes import make_next_version, put_in_force

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "assessment"


@transaction.atomic
def load_schemes() -> int:
    """Add the schemes that are not there yet, each with a first version in force; returns how many were new."""
    bands: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("bands"):
        bands[row["bands"]].append(row)
    items: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("items"):
        items[row["scheme"]].append(row)
    new = 0
    for row in _rows("schemes"):
        code = row.pop("code")
        scheme, is_new = Scheme.objects.get_or_create(
            code=code, defaults={**row, "is_public": row["is_public"] == "1"}
        )
        if is_new:
            _write_version(scheme, items[code], bands)
            new += 1
    return new


def _write_version(
    scheme: Scheme, items: list[dict[str, str]], bands: dict[str, list[dict[str, str]]]
) -> None:
    version = make_next_version(scheme.pk, actor=None)
    for row in items:
        item = SchemeItem.objects.create(
            version=version, indicator=row["indicator"], way=row["way"], weight=row["weight"]
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

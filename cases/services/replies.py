"""Loading the ready texts in fixtures/catalogue/replies.csv."""

import csv

from django.conf import settings
from django.db import transaction

from cases.models import ReplyTemplate

FILE = settings.BASE_DIR / "fixtures" / "catalogue" / "replies.csv"


@transaction.atomic
def load_replies() -> int:
    """Add the texts that are missing, for everybody; returns how many. What is there already stays as it is."""
    new = 0
    with FILE.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file), start=1):
            new += ReplyTemplate.objects.get_or_create(
                action=row["action"],
                organisation=None,
                name=row["name"],
                defaults={"text": row["text"], "position": position},
            )[1]
    return new

"""Loading what citizens choose from, in fixtures/catalogue/topics.csv."""

import csv

from django.conf import settings
from django.db import transaction

from cases.models import CaseClass, Topic

FILE = settings.BASE_DIR / "fixtures" / "catalogue" / "topics.csv"
# What the newer standard adds to a component's name.
_FAULT = "异常"


@transaction.atomic
def load_topics() -> int:
    """Add the topics that are missing; returns how many. What is there already stays as staff have it.

    Only a topic whose class is no longer offered, because the standard was changed, is led to its class anew.
    """
    offered = {
        case_class.name.removesuffix(_FAULT): case_class
        for case_class in CaseClass.objects.filter(is_active=True).order_by("-pk")
    }
    new = 0
    with FILE.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file), start=1):
            names = (name.removesuffix(_FAULT) for name in row["class"].split("|"))
            case_class = next((offered[name] for name in names if name in offered), None)
            topic, is_new = Topic.objects.get_or_create(
                name=row["name"],
                defaults={
                    "name_en": row["name_en"],
                    "icon": row["icon"],
                    "case_class": case_class,
                    "position": position,
                },
            )
            new += is_new
            if topic.case_class and not topic.case_class.is_active:
                topic.case_class = case_class
                topic.save(update_fields=["case_class"])
    return new

"""The indexes of what was closed lately, and of what citizens reported and somebody has to look over."""

from django.db import migrations
from django.db.models import Index, Q

from cases.workflow import OPEN, Status
from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    # The indexes of a big table are built while people work.
    atomic = False

    dependencies = [
        ("cases", "0017_publication_records"),
    ]

    operations = [
        BuildIndex(
            model_name="case",
            index=Index(fields=["closed_at"], name="case_closed_lately", condition=Q(status=Status.CLOSED)),
        ),
        BuildIndex(
            model_name="case",
            index=Index(
                fields=["-id"], name="case_of_citizens", condition=Q(channel="citizen", status__in=OPEN)
            ),
        ),
    ]

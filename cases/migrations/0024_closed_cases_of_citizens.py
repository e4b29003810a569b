"""The index of what citizens reported holds what was closed too: that is looked over as well."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q

from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    # The indexes of a big table are built while people work.
    atomic = False

    dependencies = [
        ("cases", "0023_board_and_surveys"),
    ]

    operations = [
        RemoveIndexConcurrently("case", "case_of_citizens"),
        BuildIndex(
            model_name="case",
            index=Index(fields=["closed_at"], name="case_of_citizens", condition=Q(channel="citizen")),
        ),
    ]

"""What phones told since, and what was noted of a day, is one look into an index."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inspections", "0014_when_it_was_told")]

    operations = [
        AddIndexConcurrently(
            "tracksegment",
            django.contrib.postgres.indexes.BrinIndex(fields=["received_at"], name="track_segment_received"),
        ),
        AddIndexConcurrently("gridcoverage", models.Index(fields=["day", "grid"], name="grid_coverage_day")),
    ]

"""The indexes of similar cases and of what units reported as handled."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    # The indexes of big tables are built while people work.
    atomic = False

    dependencies = [
        ("cases", "0009_urged_level"),
        ("grids", "0010_stands_in_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BuildIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GistIndex(
                django.contrib.postgres.indexes.OpClass("point", "gist_geometry_ops_2d"),
                condition=models.Q(("closed_at__isnull", False)),
                name="case_point_closed",
            ),
        ),
        BuildIndex(
            model_name="caseevent",
            index=models.Index(
                condition=models.Q(("action", "feed_back")),
                fields=["unit", "-at"],
                name="case_event_fed_back",
            ),
        ),
    ]

"""Which app somebody reported through, and the index by which strangers ask for a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    # The index of a big table is built while people work.
    atomic = False

    dependencies = [
        ("cases", "0018_indexes_for_strangers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="follower",
            name="app",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="app",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(fields=["-reported_at", "-id"], name="case_reported"),
        ),
    ]

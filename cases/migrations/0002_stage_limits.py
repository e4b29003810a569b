"""The usual limits of the stages, so that the clock runs in a bare database too."""

from django.db import migrations

# See "Stage limits" in docs/catalogue.md.
USUAL = [
    ("intake", 1, "working_hour"),
    ("check", 24, "urgent_hour"),
    ("dispatch", 1, "working_hour"),
    ("accept", 2, "working_hour"),
    ("handling", 5, "working_day"),
    ("verification", 2, "working_hour"),
    ("ring", 1, "working_day"),
]


def add_usual_limits(apps, schema_editor):
    StageLimit = apps.get_model("cases", "StageLimit")
    StageLimit.objects.bulk_create(
        StageLimit(stage=stage, amount=amount, unit=unit) for stage, amount, unit in USUAL
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(add_usual_limits, migrations.RunPython.noop)]

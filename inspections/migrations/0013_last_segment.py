"""Where somebody on duty was last seen is one look into an index, however long they have been walking."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inspections", "0012_maker_of_campaigns")]

    operations = [
        AddIndexConcurrently(
            model_name="tracksegment",
            index=models.Index(fields=["duty", "-ended_at"], name="track_segment_last"),
        ),
        migrations.AlterField(
            model_name="tracksegment",
            name="duty",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="segments",
                to="inspections.duty",
                verbose_name="duty",
            ),
        ),
    ]

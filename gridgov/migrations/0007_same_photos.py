from django.db import migrations, models

from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("gridgov", "0006_notice_channels"),
    ]

    operations = [
        BuildIndex(
            model_name="photo",
            index=models.Index(fields=["sha256"], name="photo_sha256"),
        ),
    ]

"""How long a description may be; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_forwarded_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="description",
            field=models.TextField(blank=True, max_length=6000, verbose_name="description"),
        ),
    ]

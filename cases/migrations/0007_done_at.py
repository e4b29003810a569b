"""When a step was done that a phone told later, beside when it was written down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_object")]
    operations = [
        migrations.AddField(
            model_name="caseevent",
            name="done_at",
            field=models.DateTimeField(null=True, verbose_name="done at"),
        )
    ]

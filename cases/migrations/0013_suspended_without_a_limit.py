from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_rare_cases"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="case_suspended_until_a_date"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=~Q(status="suspended")
                | Q(suspended_until__isnull=False, stage_due_at=None)
                & (Q(minutes_left__isnull=False) | Q(stage_minutes=None)),
                name="case_suspended_until_a_date",
            ),
        ),
    ]

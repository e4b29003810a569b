from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inspections", "0008_tasks_done_beside")]

    operations = [
        # What was taken up again while a visit confirmed it.
        migrations.RunSQL(
            "UPDATE inspections_finding SET confirmed_by_id = NULL "
            "WHERE state = 'in_case' AND confirmed_by_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=~Q(state="in_case") | Q(confirmed_by=None), name="finding_confirmed_has_ended"
            ),
        ),
    ]

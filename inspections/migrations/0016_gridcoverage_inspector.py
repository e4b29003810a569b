"""Whose a day of a grid is: of whoever answered for it and was on duty."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OF_WHOM = f"""
    UPDATE inspections_gridcoverage noted SET inspector_id = (
        SELECT duty.user_id FROM grids_post post JOIN inspections_duty duty ON duty.user_id = post.user_id
        WHERE post.area_id = noted.grid_id AND post.role = 'inspector' AND post.valid_from <= noted.day
            AND (post.valid_to IS NULL OR post.valid_to >= noted.day)
            AND (duty.started_at AT TIME ZONE '{settings.TIME_ZONE}')::date = noted.day
        ORDER BY post.deputy_of_id NULLS LAST, post.is_responsible DESC, post.id LIMIT 1
    )
"""  # noqa: S608 - our own settings


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0015_found_by_when_it_was_told"),
        ("grids", "0017_ended_everywhere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "gridcoverage",
            "inspector",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="inspector",
            ),
        ),
        migrations.RunSQL(_OF_WHOM, migrations.RunSQL.noop),
    ]

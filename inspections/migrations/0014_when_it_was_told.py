"""When phones told of ways and pages; what a day's walk and a page's rating were before is kept."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gridgov.clock

# Of what is there already: pages as if there had been signal, walks as the night after noted them.
_PAGES = "UPDATE inspections_diaryentry SET received_at = written_at"
_WALKS = (
    f"UPDATE inspections_gridcoverage SET noted_at = (day + 1)::timestamp AT TIME ZONE '{settings.TIME_ZONE}'"  # noqa: S608
)
_RATINGS = (
    "INSERT INTO inspections_diaryrating (entry_id, rating, by_id, at) "
    "SELECT id, rating, rated_by_id, rated_at FROM inspections_diaryentry WHERE rating IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0013_last_segment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("tracksegment", "received_at", models.DateTimeField("received", null=True)),
        migrations.AlterField(
            "tracksegment",
            "received_at",
            models.DateTimeField("received", default=gridgov.clock.now, null=True),
        ),
        migrations.AddField("diaryentry", "received_at", models.DateTimeField("received", null=True)),
        migrations.RunSQL(_PAGES, migrations.RunSQL.noop),
        migrations.AlterField(
            "diaryentry", "received_at", models.DateTimeField("received", default=gridgov.clock.now)
        ),
        migrations.AddField("gridcoverage", "noted_at", models.DateTimeField("noted", null=True)),
        migrations.RunSQL(_WALKS, migrations.RunSQL.noop),
        migrations.AlterField(
            "gridcoverage", "noted_at", models.DateTimeField("noted", default=gridgov.clock.now)
        ),
        migrations.AddField(
            "gridcoverage", "superseded_at", models.DateTimeField("superseded", blank=True, null=True)
        ),
        migrations.RemoveConstraint("gridcoverage", "grid_coverage_once_a_day"),
        migrations.AddConstraint(
            "gridcoverage",
            models.UniqueConstraint(
                fields=["day", "grid"],
                condition=models.Q(superseded_at=None),
                name="grid_coverage_once_a_day",
            ),
        ),
        migrations.CreateModel(
            "DiaryRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        "rating",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("at", models.DateTimeField("rated at")),
                ("superseded_at", models.DateTimeField("superseded", null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="rated by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="inspections.diaryentry",
                        verbose_name="diary entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "rating of a diary entry",
                "verbose_name_plural": "ratings of diary entries",
                "ordering": ["entry_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["entry"],
                        condition=models.Q(superseded_at=None),
                        name="diary_rating_one_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(rating__range=(1, 5)), name="diary_rating_of_five"
                    ),
                ],
            },
        ),
        migrations.RunSQL(_RATINGS, migrations.RunSQL.noop),
    ]

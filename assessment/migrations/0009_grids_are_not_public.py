from django.db import migrations, models

_NOT_FOR_STRANGERS = ("inspector", "operator", "shift_leader", "dispatcher", "grid")


def _close(apps, schema_editor):
    apps.get_model("assessment", "Scheme").objects.filter(kind="grid").update(is_public=False)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0008_judged_once_for_each_statement")]

    operations = [
        migrations.RunPython(_close, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="scheme", name="scheme_of_people_is_not_public"),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_public", False),
                    models.Q(("kind__in", _NOT_FOR_STRANGERS), _negated=True),
                    _connector="OR",
                ),
                name="scheme_of_people_is_not_public",
                violation_error_message="Scores of people and of grids are not shown to strangers.",
            ),
        ),
    ]

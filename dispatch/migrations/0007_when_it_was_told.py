"""When a unit's phone told that it had reported in; of what is there already, as if there had been signal."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0006_said_once"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="operationunit",
            name="reported_in_once",
        ),
        migrations.AddField(
            model_name="operationunit",
            name="reported_in_told_at",
            field=models.DateTimeField(null=True, verbose_name="told that it reported in"),
        ),
        migrations.RunSQL(
            "UPDATE dispatch_operationunit SET reported_in_told_at = reported_in_at WHERE reported_in_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="operationunit",
            trigger=pgtrigger.compiler.Trigger(
                name="reported_in_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.reported_in_at IS NOT NULL AND ROW(OLD.reported_in_at, OLD.reported_in_told_at, OLD.reported_in_by_id, OLD.reported_in_point, OLD.reported_in_accuracy_m, OLD.reported_in_distance_m, OLD.reported_in_note) IS DISTINCT FROM ROW(NEW.reported_in_at, NEW.reported_in_told_at, NEW.reported_in_by_id, NEW.reported_in_point, NEW.reported_in_accuracy_m, NEW.reported_in_distance_m, NEW.reported_in_note))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9379088e47fed30693140b5e4fa8f3afe7b2fdf4",
                    operation="UPDATE",
                    pgid="pgtrigger_reported_in_once_59879",
                    table="dispatch_operationunit",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="operationunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reported_in_at", None), ("reported_in_told_at", None)),
                    models.Q(("reported_in_at__isnull", False), ("reported_in_told_at__isnull", False)),
                    _connector="OR",
                ),
                name="operation_unit_told_when",
            ),
        ),
    ]

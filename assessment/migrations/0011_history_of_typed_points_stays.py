"""What was typed in before stays as it was noted."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0010_corrected_points'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='typedpointsevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c7e45408bfe333f34e839967254d12c76469fd5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dc739', table='assessment_typedpointsevent', when='BEFORE')),
        ),
    ]

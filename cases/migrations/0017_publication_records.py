"""What was decided on what strangers see."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0016_citizens'),
        ('gridgov', '0004_redacted_photos'),
        ('grids', '0011_stand_ins_end'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicationRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='what strangers read')),
                ('is_withheld', models.BooleanField(default=False, verbose_name='not shown at all')),
                ('photo_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None, verbose_name='photos shown')),
                ('boxes', models.JSONField(blank=True, default=list, verbose_name='blackened parts')),
            ],
            options={
                'verbose_name': 'record of a publication',
                'verbose_name_plural': 'records of publications',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='publicationrecord',
            name='actor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='publicationrecord',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publication_records', to='cases.case', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='publicationrecord',
            name='redacted',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redactions', to='gridgov.photo', verbose_name='redacted photo'),
        ),
        migrations.AddConstraint(
            model_name='publicationrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('boxes', []), ('redacted', None)), models.Q(('redacted__isnull', False), models.Q(('boxes', []), _negated=True)), _connector='OR'), name='publication_record_boxes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publicationrecord',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='92655222f8a21c58e66324bd06335326e59e78bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_459b5', table='cases_publicationrecord', when='BEFORE')),
        ),
    ]

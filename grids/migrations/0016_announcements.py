"""Notices and orders to the people of an area, and their receipts; new tables alone."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0015_sign_ins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('notice', 'notice'), ('order', 'order')], max_length=8, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('text', models.TextField(max_length=5000, verbose_name='text')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('inspector', 'grid inspector'), ('grid_leader', 'grid leader'), ('operator', 'operator'), ('dispatcher', 'dispatcher'), ('handler', 'community handler'), ('officer', 'department officer'), ('supervisor', 'supervisor'), ('leader', 'leader'), ('volunteer', 'volunteer')], max_length=12), blank=True, default=list, size=None, verbose_name='roles')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('receipt_by', models.DateField(blank=True, null=True, verbose_name='confirm by')),
                ('is_public', models.BooleanField(default=False, verbose_name='for citizens too')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='last reminded at')),
                ('rang_at', models.DateTimeField(blank=True, null=True, verbose_name='rang at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='grids.area', verbose_name='area')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='grids.organisation', verbose_name='issued by')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(verbose_name='told at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='grids.announcement', verbose_name='announcement')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.organisation', verbose_name='organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'receipt of an announcement',
                'verbose_name_plural': 'receipts of announcements',
                'ordering': ['announcement_id', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(fields=['organisation', '-id'], name='announcement_issued'),
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(fields=['area', '-id'], name='announcement_area'),
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(condition=models.Q(('is_public', True), ('withdrawn_at', None)), fields=['-id'], name='announcement_public'),
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(condition=models.Q(('rang_at', None), ('receipt_by__isnull', False), ('withdrawn_at', None)), fields=['receipt_by'], name='announcement_waited_for'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'order'), ('receipt_by__isnull', False)), models.Q(('kind', 'notice'), ('receipt_by', None)), _connector='OR'), name='announcement_orders_are_confirmed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcement',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='701469f69d976ad57cc9bc5ae68ae27bc15e7cb3', operation='DELETE', pgid='pgtrigger_kept_b83e6', table='grids_announcement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcement',
            trigger=pgtrigger.compiler.Trigger(name='said_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."area_id" IS DISTINCT FROM (NEW."area_id") OR OLD."roles" IS DISTINCT FROM (NEW."roles") OR OLD."is_urgent" IS DISTINCT FROM (NEW."is_urgent") OR OLD."receipt_by" IS DISTINCT FROM (NEW."receipt_by") OR OLD."is_public" IS DISTINCT FROM (NEW."is_public") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bc85dbb5af6d8bdc44a32abd7d71df6adc47993f', operation='UPDATE', pgid='pgtrigger_said_stays_2c3e4', table='grids_announcement', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='announcementreceipt',
            index=models.Index(fields=['person', '-announcement'], name='announcement_of_person'),
        ),
        migrations.AddConstraint(
            model_name='announcementreceipt',
            constraint=models.UniqueConstraint(fields=('announcement', 'person'), name='announcement_receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='announcementreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_at', None), ('read_at__isnull', False), _connector='OR'), name='announcement_read_before_confirmed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcementreceipt',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9ad7d1a5f28d41ddd5dd20a39b442b0e9940ae6c', operation='DELETE', pgid='pgtrigger_kept_cba90', table='grids_announcementreceipt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcementreceipt',
            trigger=pgtrigger.compiler.Trigger(name='told_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."announcement_id" IS DISTINCT FROM (NEW."announcement_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."told_at" IS DISTINCT FROM (NEW."told_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1c526aaaccb7a4ee5822b6020ad50e65ca7e0db5', operation='UPDATE', pgid='pgtrigger_told_stays_690c2', table='grids_announcementreceipt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcementreceipt',
            trigger=pgtrigger.compiler.Trigger(name='moments_stay', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD."read_at" IS DISTINCT FROM (NEW."read_at") AND OLD."read_at" IS NOT NULL) OR (OLD."acknowledged_at" IS DISTINCT FROM (NEW."acknowledged_at") AND OLD."acknowledged_at" IS NOT NULL))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c3930bd0d9f7d6f5db574b3e61e7b26154b7a807', operation='UPDATE', pgid='pgtrigger_moments_stay_277d7', table='grids_announcementreceipt', when='BEFORE')),
        ),
    ]

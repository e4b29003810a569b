"""Where people are logged in, posts by the claims of a sign-in service; posts get a column, which locks them for a moment."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0014_no_webhook_url'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('sessions', '0001_initial'),
        # The trigger of passwords takes back tokens.
        ('authtoken', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClaimPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=200, verbose_name='group at the sign-in service')),
                ('role', models.CharField(choices=[('inspector', 'grid inspector'), ('grid_leader', 'grid leader'), ('operator', 'operator'), ('dispatcher', 'dispatcher'), ('handler', 'community handler'), ('officer', 'department officer'), ('supervisor', 'supervisor'), ('leader', 'leader'), ('volunteer', 'volunteer')], max_length=12, verbose_name='role')),
            ],
            options={
                'verbose_name': 'post by group',
                'verbose_name_plural': 'posts by group',
                'ordering': ['group', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClaimPostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('group', models.CharField(max_length=200, verbose_name='group at the sign-in service')),
                ('role', models.CharField(choices=[('inspector', 'grid inspector'), ('grid_leader', 'grid leader'), ('operator', 'operator'), ('dispatcher', 'dispatcher'), ('handler', 'community handler'), ('officer', 'department officer'), ('supervisor', 'supervisor'), ('leader', 'leader'), ('volunteer', 'volunteer')], max_length=12, verbose_name='role')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('browser', models.CharField(blank=True, max_length=255, verbose_name='browser')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'log-in',
                'verbose_name_plural': 'log-ins',
                'ordering': ['-seen_at', '-pk'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='post',
            name='by_claim',
            field=models.BooleanField(default=False, editable=False, verbose_name='given by the sign-in service'),
        ),
        migrations.AddField(
            model_name='postevent',
            name='by_claim',
            field=models.BooleanField(default=False, editable=False, verbose_name='given by the sign-in service'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_postevent" ("area_id", "by_claim", "deputy_of_id", "id", "is_responsible", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "user_id", "valid_from", "valid_to") VALUES (NEW."area_id", NEW."by_claim", NEW."deputy_of_id", NEW."id", NEW."is_responsible", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."title", NEW."user_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='b73c7202995664880370f563ea056e008486c6e3', operation='INSERT', pgid='pgtrigger_insert_insert_46e80', table='grids_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "grids_postevent" ("area_id", "by_claim", "deputy_of_id", "id", "is_responsible", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "user_id", "valid_from", "valid_to") VALUES (NEW."area_id", NEW."by_claim", NEW."deputy_of_id", NEW."id", NEW."is_responsible", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."title", NEW."user_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='052deb8ff1047f1c2a78c430485310b42d1278b1', operation='UPDATE', pgid='pgtrigger_update_update_87c2b', table='grids_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_postevent" ("area_id", "by_claim", "deputy_of_id", "id", "is_responsible", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "user_id", "valid_from", "valid_to") VALUES (OLD."area_id", OLD."by_claim", OLD."deputy_of_id", OLD."id", OLD."is_responsible", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."title", OLD."user_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;', hash='59f1a5acf49a4945ecef489ac812349bf469df20', operation='DELETE', pgid='pgtrigger_delete_delete_391f9', table='grids_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='password_ends_log_ins', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."password" IS DISTINCT FROM (NEW."password"))', func='\n                    DELETE FROM authtoken_token WHERE user_id = NEW.id;\n                    WITH ended AS (DELETE FROM grids_signin WHERE user_id = NEW.id RETURNING session_id)\n                    DELETE FROM django_session WHERE session_key IN (SELECT session_id FROM ended);\n                    RETURN NULL;\n                ', hash='180823437781cd36cfcd2cb30097b562c1e8d480', operation='UPDATE OF "password"', pgid='pgtrigger_password_ends_log_ins_576b2', table='grids_user', when='AFTER')),
        ),
        migrations.AddField(
            model_name='claimpost',
            name='area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.area', verbose_name='area'),
        ),
        migrations.AddField(
            model_name='claimpost',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='claimpostevent',
            name='area',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.area', verbose_name='area'),
        ),
        migrations.AddField(
            model_name='claimpostevent',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='claimpostevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='claimpostevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='grids.claimpost'),
        ),
        migrations.AddField(
            model_name='signin',
            name='session',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in', to='sessions.session'),
        ),
        migrations.AddField(
            model_name='signin',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddConstraint(
            model_name='claimpost',
            constraint=models.UniqueConstraint(fields=('group', 'role', 'organisation', 'area'), name='claim_post_once', violation_error_message='This group has this post already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimpost',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_claimpostevent" ("area_id", "group", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."area_id", NEW."group", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;', hash='5744f5dae073ff5e42522b32df2c34d939c773bf', operation='INSERT', pgid='pgtrigger_insert_insert_53341', table='grids_claimpost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimpost',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "grids_claimpostevent" ("area_id", "group", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."area_id", NEW."group", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;', hash='5c1d22a00e948d28713db96acbd7538d885bbf82', operation='UPDATE', pgid='pgtrigger_update_update_5102d', table='grids_claimpost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimpost',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_claimpostevent" ("area_id", "group", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."area_id", OLD."group", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;', hash='976f71e3cc37db6e7650566e408e17c7367475e1', operation='DELETE', pgid='pgtrigger_delete_delete_1a277', table='grids_claimpost', when='AFTER')),
        ),
    ]

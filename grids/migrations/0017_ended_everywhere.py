"""Another password ends what is pushed to browsers, too; the libraries' records of log-ins get our words. No table changes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        # The trigger of passwords ends what is pushed.
        ('gridgov', '0006_notice_channels'),
        ('axes', '0010_accessattemptexpiration'),
        ('grids', '0016_announcements'),
        ('socialaccount', '0006_alter_socialaccount_extra_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkedAccount',
            fields=[
            ],
            options={
                'verbose_name': 'account of the sign-in service',
                'verbose_name_plural': 'accounts of the sign-in service',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('socialaccount.socialaccount',),
        ),
        migrations.CreateModel(
            name='LogInRecord',
            fields=[
            ],
            options={
                'verbose_name': 'log-in or log-out',
                'verbose_name_plural': 'log-ins and log-outs',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('axes.accesslog',),
        ),
        migrations.CreateModel(
            name='WrongTries',
            fields=[
            ],
            options={
                'verbose_name': 'wrong tries to log in',
                'verbose_name_plural': 'wrong tries to log in',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('axes.accessattempt',),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='user',
            name='password_ends_log_ins',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='password_ends_log_ins', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."password" IS DISTINCT FROM (NEW."password"))', func='\n                    DELETE FROM authtoken_token WHERE user_id = NEW.id;\n                    DELETE FROM gridgov_pushsubscription WHERE user_id = NEW.id;\n                    WITH ended AS (DELETE FROM grids_signin WHERE user_id = NEW.id RETURNING session_id)\n                    DELETE FROM django_session WHERE session_key IN (SELECT session_id FROM ended);\n                    RETURN NULL;\n                ', hash='494d710a1c812422ed21798f600f36f549381b31', operation='UPDATE OF "password"', pgid='pgtrigger_password_ends_log_ins_576b2', table='grids_user', when='AFTER')),
        ),
    ]

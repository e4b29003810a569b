"""The message board and short surveys of citizens; new tables alone."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0022_longest_description'),
        ('grids', '0016_announcements'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='code')),
                ('topic', models.CharField(choices=[('question', 'question'), ('suggestion', 'suggestion'), ('complaint', 'complaint'), ('thanks', 'thanks')], max_length=12, verbose_name='topic')),
                ('text', models.TextField(max_length=1000, verbose_name='text')),
                ('name', models.CharField(blank=True, max_length=30, verbose_name='name')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('state', models.CharField(choices=[('waiting', 'to be looked over'), ('shown', 'shown'), ('hidden', 'not shown')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('address_hash', models.CharField(blank=True, max_length=64, verbose_name='address, hashed')),
                ('device_hash', models.CharField(blank=True, max_length=64, verbose_name='device, hashed')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.area', verbose_name='area')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'message of the board',
                'verbose_name_plural': 'messages of the board',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='BoardAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.organisation', verbose_name='organisation')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.boardmessage', verbose_name='message')),
            ],
            options={
                'verbose_name': 'answer on the board',
                'verbose_name_plural': 'answers on the board',
                'ordering': ['message_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BoardMessageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('topic', models.CharField(choices=[('question', 'question'), ('suggestion', 'suggestion'), ('complaint', 'complaint'), ('thanks', 'thanks')], max_length=12, verbose_name='topic')),
                ('text', models.TextField(max_length=1000, verbose_name='text')),
                ('name', models.CharField(blank=True, max_length=30, verbose_name='name')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('state', models.CharField(choices=[('waiting', 'to be looked over'), ('shown', 'shown'), ('hidden', 'not shown')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('area', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.area', verbose_name='area')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='cases.boardmessage')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('intro', models.TextField(blank=True, max_length=1000, verbose_name='introduction')),
                ('opens_at', models.DateTimeField(verbose_name='opens at')),
                ('closes_at', models.DateTimeField(verbose_name='closes at')),
                ('is_public', models.BooleanField(default=False, help_text='Until then only staff see it in the admin.', verbose_name='published')),
                ('has_public_results', models.BooleanField(default=False, help_text='Numbers alone, after the end; words that people wrote are never shown.', verbose_name='results for everybody')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.area', verbose_name='area')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SurveyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('intro', models.TextField(blank=True, max_length=1000, verbose_name='introduction')),
                ('opens_at', models.DateTimeField(verbose_name='opens at')),
                ('closes_at', models.DateTimeField(verbose_name='closes at')),
                ('is_public', models.BooleanField(default=False, help_text='Until then only staff see it in the admin.', verbose_name='published')),
                ('has_public_results', models.BooleanField(default=False, help_text='Numbers alone, after the end; words that people wrote are never shown.', verbose_name='results for everybody')),
                ('area', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.area', verbose_name='area')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='cases.survey')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SurveyQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='position')),
                ('kind', models.CharField(choices=[('single', 'one of several'), ('multiple', 'any of several'), ('scale', 'from 1 to 5'), ('text', 'in words')], max_length=8, verbose_name='kind')),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Only for one or any of several.', size=None, verbose_name='choices')),
                ('is_required', models.BooleanField(default=True, verbose_name='has to be answered')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='cases.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'question of a survey',
                'verbose_name_plural': 'questions of a survey',
                'ordering': ['survey_id', 'position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SurveyQuestionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('position', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='position')),
                ('kind', models.CharField(choices=[('single', 'one of several'), ('multiple', 'any of several'), ('scale', 'from 1 to 5'), ('text', 'in words')], max_length=8, verbose_name='kind')),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Only for one or any of several.', size=None, verbose_name='choices')),
                ('is_required', models.BooleanField(default=True, verbose_name='has to be answered')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='cases.surveyquestion')),
                ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.survey', verbose_name='survey')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SurveyResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('device_hash', models.CharField(blank=True, max_length=64)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='cases.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'answered survey',
                'verbose_name_plural': 'answered surveys',
                'ordering': ['survey_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None, verbose_name='chosen')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='words')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.surveyquestion', verbose_name='question')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.surveyresponse', verbose_name='answered survey')),
            ],
            options={
                'verbose_name': 'answer to a question',
                'verbose_name_plural': 'answers to questions',
                'ordering': ['response_id', 'question_id'],
            },
        ),
        migrations.AddIndex(
            model_name='boardmessage',
            index=models.Index(condition=models.Q(('state', 'shown')), fields=['-id'], name='board_shown'),
        ),
        migrations.AddIndex(
            model_name='boardmessage',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['area', 'id'], name='board_waiting'),
        ),
        migrations.AddConstraint(
            model_name='boardmessage',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[2-9A-HJ-NP-Z]{12}$')), name='board_code'),
        ),
        migrations.AddConstraint(
            model_name='boardmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_by__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='board_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='boardmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'hidden'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='board_hidden_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardmessage',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6808b62f1faea449e9dde6a86ecd7dba6be69ed4', operation='DELETE', pgid='pgtrigger_kept_dfa08', table='cases_boardmessage', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardmessage',
            trigger=pgtrigger.compiler.Trigger(name='words_stay', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."area_id" IS DISTINCT FROM (NEW."area_id") OR OLD."topic" IS DISTINCT FROM (NEW."topic") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bd37befdb7e8b18f7e69c1a7e0904cbf213be636', operation='UPDATE', pgid='pgtrigger_words_stay_f483b', table='cases_boardmessage', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardmessage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_boardmessageevent" ("area_id", "decided_at", "decided_by_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "state", "text", "topic") VALUES (NEW."area_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."sent_at", NEW."state", NEW."text", NEW."topic"); RETURN NULL;', hash='9a761b801b8807ac89fc0a3424c2091cf54de311', operation='INSERT', pgid='pgtrigger_insert_insert_8e72f', table='cases_boardmessage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardmessage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."area_id" IS DISTINCT FROM (NEW."area_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."topic" IS DISTINCT FROM (NEW."topic"))', func='INSERT INTO "cases_boardmessageevent" ("area_id", "decided_at", "decided_by_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "state", "text", "topic") VALUES (NEW."area_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."sent_at", NEW."state", NEW."text", NEW."topic"); RETURN NULL;', hash='934e7726e08f45aa4a3e4ba0c0a584750f0fb99d', operation='UPDATE', pgid='pgtrigger_update_update_2ccf9', table='cases_boardmessage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardanswer',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='151b00169cf3edb25aee0525d6c01e2862f1b509', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cbee3', table='cases_boardanswer', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='survey_ends_after_it_begins', violation_error_message='It closes after it opens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='answered_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (SELECT 1 FROM cases_surveyresponse WHERE survey_id = OLD.id) THEN\n                        RAISE EXCEPTION 'a survey that was answered keeps its words';\n                    END IF;\n                    RETURN NEW;\n                ", hash='3a4e14ac69f26a211c8136da0de6e0dfe08b865b', operation='UPDATE OF "title", "intro", "area_id"', pgid='pgtrigger_answered_stays_12c63', table='cases_survey', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_surveyevent" ("area_id", "closes_at", "has_public_results", "id", "intro", "is_public", "opens_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."area_id", NEW."closes_at", NEW."has_public_results", NEW."id", NEW."intro", NEW."is_public", NEW."opens_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title"); RETURN NULL;', hash='44dfdbdd9d3fc11f0355ee5e20c4630c2dd0c9e6', operation='INSERT', pgid='pgtrigger_insert_insert_9f33e', table='cases_survey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_surveyevent" ("area_id", "closes_at", "has_public_results", "id", "intro", "is_public", "opens_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."area_id", NEW."closes_at", NEW."has_public_results", NEW."id", NEW."intro", NEW."is_public", NEW."opens_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='2857e15fe94439362780d1088726994f88c1b262', operation='UPDATE', pgid='pgtrigger_update_update_e0281', table='cases_survey', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='surveyquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choices__len__gte', 2), ('kind__in', ['single', 'multiple'])), models.Q(('choices', []), ('kind__in', ['scale', 'text'])), _connector='OR'), name='survey_question_choices', violation_error_message='Offer at least two choices, and none for a scale or words.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='answered_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (\n        SELECT 1 FROM cases_surveyresponse\n        WHERE survey_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.survey_id ELSE OLD.survey_id END\n    ) THEN\n        RAISE EXCEPTION 'a survey that was answered keeps its questions';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='0c503aee6261c523130d3f3e5acc4f0d6d9e335e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_answered_stays_99ade', table='cases_surveyquestion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_surveyquestionevent" ("choices", "id", "is_required", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "survey_id", "text") VALUES (NEW."choices", NEW."id", NEW."is_required", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."survey_id", NEW."text"); RETURN NULL;', hash='9b51ba94ec716287b0866360345bd6f0d7463c2b', operation='INSERT', pgid='pgtrigger_insert_insert_74176', table='cases_surveyquestion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_surveyquestionevent" ("choices", "id", "is_required", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "survey_id", "text") VALUES (NEW."choices", NEW."id", NEW."is_required", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."survey_id", NEW."text"); RETURN NULL;', hash='8aef8a2736eb6844fec75904795ab509c9848f98', operation='UPDATE', pgid='pgtrigger_update_update_03d99', table='cases_surveyquestion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='surveyresponse',
            constraint=models.UniqueConstraint(condition=models.Q(('device_hash', ''), _negated=True), fields=('survey', 'device_hash'), name='survey_response_once_per_device'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyresponse',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='69bf462ba10962423a7864d8aefc3f4695f4bf12', operation='DELETE', pgid='pgtrigger_kept_3cf90', table='cases_surveyresponse', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyresponse',
            trigger=pgtrigger.compiler.Trigger(name='sent_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."sent_on" IS DISTINCT FROM (NEW."sent_on"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='cb613a28612a473086dd3802886f50a6af2df547', operation='UPDATE', pgid='pgtrigger_sent_stays_a818d', table='cases_surveyresponse', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=models.UniqueConstraint(fields=('response', 'question'), name='survey_answer_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyanswer',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9799d467a0ec7e3289541b9580f4e6098e99ea7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_53f4f', table='cases_surveyanswer', when='BEFORE')),
        ),
    ]

"""Stand-ins end, and one at a time: posts are locked while the constraints are checked, some hundreds of rows.

Taken back it fails once a post and a stand-in of the same person overlap; these have to be ended first.
"""

import django.contrib.postgres.constraints
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0010_stands_in_for'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='post',
            name='post_not_twice_at_once',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_postevent" ("area_id", "deputy_of_id", "id", "is_responsible", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "user_id", "valid_from", "valid_to") VALUES (OLD."area_id", OLD."deputy_of_id", OLD."id", OLD."is_responsible", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."title", OLD."user_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;', hash='1d9a15a9effe723542b4ecf1263a5951fde057e4', operation='DELETE', pgid='pgtrigger_delete_delete_391f9', table='grids_post', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('deputy_of', None)), expressions=[('user', '='), ('role', '='), ('organisation', '='), ('area', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), models.Value('[]'), function='daterange'), '&&')], name='post_not_twice_at_once', violation_error_message='This person already holds this post in that time.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('deputy_of__isnull', False)), expressions=[('deputy_of', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), models.Value('[]'), function='daterange'), '&&')], name='post_one_deputy_at_a_time', violation_error_message='Somebody stands in for this post in that time already.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('deputy_of', None), ('valid_to__isnull', False), _connector='OR'), name='post_deputy_for_a_time'),
        ),
    ]

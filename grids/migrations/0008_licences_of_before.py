from django.db import migrations

# Without a row to compare with, the first change of a licence could not say what it was before.
KEEP_THEM = """
    INSERT INTO grids_licenceevent (
        pgh_created_at, pgh_label, pgh_obj_id, id, object_id, department_id, kind, number, valid_from, valid_to
    )
    SELECT now(), 'found', licence.id, licence.id, licence.object_id, licence.department_id, licence.kind,
        licence.number, licence.valid_from, licence.valid_to
    FROM grids_licence licence
    WHERE NOT EXISTS (SELECT 1 FROM grids_licenceevent there WHERE there.pgh_obj_id = licence.id)
    ORDER BY licence.id
"""


class Migration(migrations.Migration):
    """A first row in the history of every licence that was there before its history was kept."""

    dependencies = [("grids", "0007_history_of_licences")]

    operations = [migrations.RunSQL(KEEP_THEM, migrations.RunSQL.noop)]

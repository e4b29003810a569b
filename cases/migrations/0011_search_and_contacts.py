"""The index of words, and under which post somebody looked at a contact."""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

import cases.models.case
from gridgov.building import BuildIndex

# Every character that is no blank, and every pair of neighbours without one; string_to_array cuts a text in one go.
GRAMS = """
CREATE OR REPLACE FUNCTION case_grams(description text, address text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM string_to_array(translate(lower(description || ' ' || address), E'\\t\\r\\n\\u3000', '    '), NULL) AS letters,
        unnest(letters, letters[2:]) AS pair (one, other),
        LATERAL (VALUES (one), (CASE WHEN other <> ' ' THEN one || other END)) AS made (gram)
    WHERE one <> ' ' AND gram IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    # The index of a big table is built while people work.
    atomic = False

    dependencies = [
        ("cases", "0010_register_and_dispatch_help"),
    ]

    operations = [
        migrations.RunSQL(GRAMS, "DROP FUNCTION case_grams(text, text)"),
        BuildIndex(
            model_name="case",
            index=GinIndex(cases.models.case.Grams("description", "address"), name="case_words"),
        ),
        migrations.AddField(
            model_name="contactlook",
            name="post",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="grids.post",
                verbose_name="post",
            ),
        ),
    ]

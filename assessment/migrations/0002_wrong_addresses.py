"""Returns for a wrong address count apart; what is counted already is counted again."""

from django.db import migrations, models

SORT_OUT = """
    UPDATE assessment_casefact fact SET wrong_addresses = n, returns = returns - n
    FROM (
        SELECT case_id, count(*) AS n FROM cases_caseevent
        WHERE action = 'return' AND data ->> 'kind' = 'wrong_address' GROUP BY 1
    ) back WHERE back.case_id = fact.case_id
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial"), ("cases", "0008_command_centre")]

    operations = [
        migrations.AddField("casefact", "wrong_addresses", models.PositiveSmallIntegerField(default=0)),
        migrations.RunSQL(
            SORT_OUT, "UPDATE assessment_casefact SET returns = returns + wrong_addresses"
        ),
    ]

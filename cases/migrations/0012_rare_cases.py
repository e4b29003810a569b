"""The indexes of what hardly any case is: across borders, with joint units, an emergency."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Index, Q

from gridgov.building import BuildIndex


class Migration(migrations.Migration):
    # The indexes of a big table are built while people work.
    atomic = False

    dependencies = [
        ("cases", "0011_search_and_contacts"),
    ]

    operations = [
        BuildIndex(
            model_name="case",
            index=GinIndex(
                fields=["joint_unit_ids"], name="case_joint_units", condition=~Q(joint_unit_ids=[])
            ),
        ),
        BuildIndex(
            model_name="case",
            index=GinIndex(fields=["more_area_ids"], name="case_more_areas", condition=~Q(more_area_ids=[])),
        ),
        BuildIndex(
            model_name="case",
            index=Index(
                fields=["emergency_at"], name="case_emergency", condition=Q(emergency_at__isnull=False)
            ),
        ),
    ]

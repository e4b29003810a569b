"""Case numbers such as 440605-20261122-000123: by district and day, without gaps."""

from django.db import connection

from gridgov import clock
from grids.models import Area


def next_number(district: Area) -> str:
    """The next number of the district's day.

    The counter's row stays locked until the caller's transaction ends, so a number whose case is
    rolled back is given again and no number looks like a lost case. Call it last before the insert.
    """
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casecounter (district_id, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (district_id, day) DO UPDATE SET last = cases_casecounter.last + 1 RETURNING last",
            [district.pk, today],
        )
        (last,) = cursor.fetchone()
    return f"{district.code}-{today:%Y%m%d}-{last:06d}"

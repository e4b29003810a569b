"""A replayed city: its rates of handling on time, held against a count over the file that it came from."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from assessment.countables import Span
from assessment.kinds import Kind
from assessment.tally import tally
from cases.models import Case
from dispatch.replay.city import CITY
from dispatch.replay.rows import Request
from grids.models import Area, Organisation

RATE = "on_time_disposal_rate"
# The file as it is, in a table of its own: what is counted from it touches nothing of ours but the ward that each
# request's point lies in, which the outlines decide and the file does not always name.
_FILE = """
DROP TABLE IF EXISTS pg_temp.source_file;
CREATE TEMPORARY TABLE source_file (
    id text PRIMARY KEY, queue text, ward text, target timestamptz, closed timestamptz
)
"""
_COUNT = """
SELECT {column}, count(*) FILTER (WHERE closed <= target), count(*) FROM source_file
WHERE target >= %(start)s AND target < %(end)s GROUP BY 1
"""


class Rate(NamedTuple):
    """How many were handled by the city's own target, of so many that had one in the period."""

    on_time: int
    due: int


class Compared(NamedTuple):
    """One department or ward: what the file says and what the assessment counts; None where it has nothing."""

    kind: str
    name: str
    file: Rate | None
    counted: Rate | None


def compare(requests: Iterable[Request], span: Span) -> list[Compared]:
    """Each department and each ward of the replayed city, by the file and by the indicator.

    What has no place is in no ward. Writes a temporary table.
    """
    wards = dict(
        Case.objects.filter(district__code=CITY).values_list("external_id", "street__name").order_by()
    )
    with connection.cursor() as cursor:
        cursor.execute(_FILE)
        with cursor.copy("COPY source_file FROM STDIN") as copy:
            for each in requests:
                copy.write_row((each.id, each.queue[:80], wards.get(each.id), each.target_at, each.closed_at))
    units = Organisation.objects.filter(area__code=CITY).values_list("pk", "name")
    streets = Area.objects.filter(parent__code=CITY).values_list("pk", "name")
    return [
        *_held_together(Kind.UNIT, "queue", dict(units), span),
        *_held_together(Kind.STREET, "ward", dict(streets), span),
    ]


def _held_together(kind: Kind, column: str, names: dict[int, str], span: Span) -> list[Compared]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(column=column), {"start": span.start, "end": span.end})
        file = {name: Rate(on_time, due) for name, on_time, due in cursor.fetchall() if name}
    counted = {}
    for pk, values in tally(kind, [RATE], span).items():
        value = values[RATE]
        if pk in names and value.denominator:
            counted[names[pk]] = Rate(int(value.numerator), int(value.denominator))
    return [
        Compared(kind, name, file.get(name), counted.get(name))
        for name in sorted(file.keys() | counted.keys())
    ]

"""A replayed city's rates on time, by department and by ward, are those of a plain count over its file."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessment.models import StageFact
from assessment.services.facts import mend_facts
from cases.models import CaseEvent
from tests.dispatch.test_replay import write_city

pytestmark = pytest.mark.django_db

# id, queue, ward, opened, target, closed.
ROWS = [
    ("1", "Lights North", 1, "2011-07-01 08:00:00", "2011-07-05 08:00:00", "2011-07-02 09:00:00"),
    ("2", "Lights North", 1, "2011-07-01 08:00:00", "2011-07-05 08:00:00", "2011-07-05 08:00:00"),  # to the second
    ("3", "Lights North", 2, "2011-07-01 08:00:00", "2011-07-05 08:00:00", "2011-07-05 08:00:01"),  # a second late
    ("4", "Lights South", 2, "2011-07-01 09:00:00", "2011-07-02 09:00:00", "2011-07-13 10:00:00"),  # climbed twice
    ("5", "Lights South", 2, "2011-07-03 10:00:00", "2011-07-04 10:00:00", ""),  # never closed
    ("6", "Lights South", 1, "2011-07-03 10:00:00", "", "2011-07-09 10:00:00"),  # without a target
    ("7", "Trees", 0, "2011-07-03 10:00:00", "2011-07-04 10:00:00", "2011-07-03 11:00:00"),  # no place
    ("8", "Trees", 2, "2011-07-30 10:00:00", "2011-08-03 10:00:00", "2011-08-01 10:00:00"),  # due in August
    ("9", "Trees", 2, "2011-07-04 10:00:00", "2011-07-04 09:00:00", "2011-07-07 10:00:00"),  # a target in the past
    ("10", "Trees", 2, "2011-08-30 10:00:00", "2011-09-02 10:00:00", "2011-09-01 10:00:00"),  # due after the last
]  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The file, and the city replayed from it."""
    path = tmp_path / "requests.csv"
    head = ["case_enquiry_id", "open_dt", "target_dt", "closed_dt", "ontime", "type", "reason", "queue", "precinct",
            "latitude", "longitude", "source"]  # fmt: skip
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(head)
        for pk, queue, ward, opened, target, closed in ROWS:
            place = ("42.305", str(-71.095 + 0.02 * ward)) if ward else ("10.0", "10.0")
            out.writerow(
                [pk, opened, target, closed, "", "Street Light", "Lights", queue, "", *place, "Call"]
            )
    call_command(
        "replay", str(path), "--areas", *write_city(tmp_path), "--out", str(tmp_path / "out.json"), processes=1, verbosity=0
    )  # fmt: skip
    return path


def test_department_by_department_and_ward_by_ward(source: Path, capsys: Any) -> None:
    """Eight were due by the last thing that happened: four were closed by then; of the seven with a place three."""
    call_command("compare_replay", str(source))
    said = capsys.readouterr().out.split("Due ")[1:]
    assert [line.strip() for line in said[0].splitlines()[1:]] == [
        "3 of kind unit: file 4 of 8 on time, counted 4 of 8 on time",
        "2 of kind street: file 3 of 7 on time, counted 3 of 7 on time",
    ]
    assert "3 of kind unit: file 3 of 7 on time, counted 3 of 7 on time" in said[1]
    assert "1 of kind unit: file 1 of 1 on time, counted 1 of 1 on time" in said[2]


def test_a_difference_is_named_and_ends_with_an_error(source: Path, capsys: Any) -> None:
    """The file says that the city closed one in time that it closed late."""
    source.write_text(source.read_text().replace("2011-07-05 08:00:01", "2011-07-05 07:59:59"))
    with pytest.raises(CommandError, match="differ"):
        call_command("compare_replay", str(source))
    said = capsys.readouterr().out
    assert "unit Lights North: file Rate(on_time=3, due=3), counted Rate(on_time=2, due=3)" in said
    assert "street Ward 2: file" in said


def test_the_facts_of_the_replay_are_read_from_its_timelines(source: Path) -> None:
    mend_facts()
    handled = StageFact.objects.filter(stage="handling", ended_by="feed_back").count()
    assert handled == CaseEvent.objects.filter(action="feed_back").count() == 9

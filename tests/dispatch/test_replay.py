"""The replay of a city's published requests, on a small city of our own making."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases import services as cases
from cases.models import Case
from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.replay import run
from grids.models import Area, AreaLevel
from tests.factories import square

pytestmark = pytest.mark.django_db

# id, opened, target, closed, in a precinct?
ROWS = [
    ("1", "2011-07-01 08:00:00", "2011-07-05 08:00:00", "2011-07-02 09:00:00", True),  # in time
    ("2", "2011-07-01 08:00:00", "2011-07-05 08:00:00", "2011-07-05 08:00:00", True),  # to the second
    (
        "3",
        "2011-07-01 08:00:00",
        "2011-07-05 08:00:00",
        "2011-07-05 08:00:01",
        True,
    ),  # a second late: the street
    ("4", "2011-07-01 09:00:00", "2011-07-02 09:00:00", "2011-07-06 10:00:00", True),  # the district
    ("5", "2011-07-01 10:00:00", "2011-07-02 10:00:00", "2011-08-30 10:00:00", True),  # under supervision
    ("6", "2011-07-03 10:00:00", "2011-07-04 10:00:00", "", True),  # open past the target
    ("7", "2011-07-03 10:00:00", "", "2011-07-09 10:00:00", True),  # without a target
    ("8", "2011-07-03 10:00:00", "", "", False),  # without a target and a place
    ("9", "2011-07-03 10:00:00", "2011-07-04 10:00:00", "", False),  # no place: straight to supervision
    ("10", "2011-07-04 10:00:00", "2011-07-04 09:00:00", "2011-07-07 10:00:00", True),  # a target in the past
    ("11", "2011-11-06 00:30:00", "2011-11-06 02:30:00", "2011-11-06 02:00:00", True),  # the clocks go back
]
SPELLINGS = {"2011": ("target_dt", "ontime"), "later": ("sla_target_dt", "on_time")}


def write_city(folder: Path) -> list[str]:
    """Outlines of two wards with two precincts each, as the city publishes them."""

    def feature(properties: dict[str, Any], west: float, size: float) -> dict[str, Any]:
        outline = square(west, 42.30, size)
        return {"type": "Feature", "properties": properties, "geometry": json.loads(outline.json)}

    wards = [feature({"WARD": n}, -71.10 + 0.02 * n, 0.02) for n in (1, 2)]
    precincts = [
        feature({"WARD_PRECINCT": f"0{ward}0{part}"}, -71.10 + 0.02 * ward + 0.01 * (part - 1), 0.01)
        for ward in (1, 2)
        for part in (1, 2)
    ]
    names = []
    for name, features in (("wards", wards), ("precincts", precincts)):
        path = folder / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        names.append(str(path))
    return names


def write_requests(path: Path, rows: list[tuple[Any, ...]], spelling: str = "2011") -> Path:
    target, verdict = SPELLINGS[spelling]
    head = ["case_enquiry_id", "open_dt", target, "closed_dt", verdict, "type", "reason", "queue", "precinct",
            "latitude", "longitude", "source"]  # fmt: skip
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(head)
        for pk, opened, due, closed, placed in rows:
            late = "OVERDUE" if due and (not closed or closed > due) else "ONTIME"
            lat, lon = ("42.305", "-71.075") if placed else ("10.0", "10.0")
            out.writerow(
                [
                    pk,
                    opened,
                    due,
                    closed,
                    late,
                    "Street Light",
                    "Lights",
                    "Lights North",
                    "",
                    lat,
                    lon,
                    "Self Service",
                ]
            )
    return path


@pytest.fixture
def replay(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    areas = write_city(tmp_path)

    def replay(
        rows: list[tuple[Any, ...]] = ROWS, spelling: str = "2011", processes: int = 1
    ) -> dict[str, Any]:
        out = tmp_path / "report.json"
        requests = write_requests(tmp_path / "requests.csv", rows, spelling)
        call_command(
            "replay", str(requests), "--areas", *areas, "--out", str(out), processes=processes, verbosity=0
        )
        report: dict[str, Any] = json.loads(out.read_text())
        return report

    return replay


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_timeline_and_file_agree_in_both_spellings(replay, spelling: str):
    report = replay(spelling=spelling)
    expected = {
        "closed within the target": 3,
        "closed late": 4,
        "open past the target": 2,
        "without a target": 2,
    }
    assert report["verdicts"] == {"file": expected, "timeline": expected}
    # 3, 4, 5, 6 and 10 climb to the street; 4, 5 and 6 on to the district; 5, 6 and, without a place, 9 to the list.
    climbs = {"to the street": 5, "to the district": 3, "under supervision": 3}
    assert report["escalations"] == {"file": climbs, "timeline": climbs}
    assert report["differences"] == []
    assert (report["requests"], report["placed"]) == (11, 9)


def test_the_hierarchy_is_built_under_one_district(replay):
    replay()
    levels = [Area.objects.filter(level=level).count() for level in AreaLevel]
    assert levels[0:2] == [1, 2]
    assert levels[3] == 4
    assert levels[4] > 4


def test_a_case_carries_the_citys_own_number_and_times(replay):
    replay()
    case = Case.objects.get(external_id="1")
    assert case.status == Status.CLOSED
    assert case.reported_at.isoformat() == "2011-07-01T12:00:00+00:00"
    assert case.closed_at.isoformat() == "2011-07-02T13:00:00+00:00"
    assert case.number == "990000-20110701-000001"


def test_skipped_rows_are_named_with_their_reason(replay):
    rows = [*ROWS, ("12", "", "", "", True), ("13", "yesterday", "", "", True), ("1", *ROWS[0][1:]),
            ("14", "2011-07-09 10:00:00", "", "2011-07-08 10:00:00", True)]  # fmt: skip
    report = replay(rows)
    assert {row["id"] for row in report["skipped"]} == {"1", "12", "13", "14"}
    assert all(row["why"] for row in report["skipped"])
    assert report["requests"] == 11


def test_a_replay_that_died_goes_on_where_it_was(replay, monkeypatch: pytest.MonkeyPatch):
    """Killed after some of its steps, it does the rest and nothing twice."""
    done = 0
    carry_on = run.Replay._do

    def die_in_the_middle(self: run.Replay, *args: Any) -> None:
        nonlocal done
        done += 1
        if done > 9:
            raise KeyboardInterrupt
        carry_on(self, *args)

    with monkeypatch.context() as power_cut:
        power_cut.setattr(run.Replay, "_do", die_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            replay()
    kept = Case.objects.count()
    report = replay()
    assert 0 < kept < len(ROWS)
    assert Case.objects.count() == len(ROWS)
    assert report["differences"] == []
    assert report["escalations"]["file"] == report["escalations"]["timeline"]


@pytest.mark.parametrize("step", ["register_case", "verify_case", "dispatch_case", "accept_case"])
def test_a_replay_that_died_between_two_steps_goes_on_with_the_second(
    replay, monkeypatch: pytest.MonkeyPatch, step: str
):
    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        power_cut.setattr(cases if hasattr(cases, step) else dispatch, step, die)
        with pytest.raises(KeyboardInterrupt):
            replay()
    report = replay()
    assert Case.objects.count() == len(ROWS)
    assert report["differences"] == []


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_what_one_does(replay):
    report = replay(processes=2)
    assert {case.reporter.username for case in Case.objects.select_related("reporter")} == {
        "replay-field-01",
        "replay-field-02",
    }
    assert report["differences"] == []
    assert report["escalations"]["file"] == report["escalations"]["timeline"]
    assert report["verdicts"]["timeline"]["closed late"] == 4


def test_a_second_run_adds_nothing(replay):
    replay()
    before = [Case.objects.count(), Case.objects.get(external_id="5").events.count()]
    replay()
    assert [Case.objects.count(), Case.objects.get(external_id="5").events.count()] == before


def test_a_file_of_another_layout_is_refused_in_one_sentence(tmp_path: Path):
    path = tmp_path / "other.csv"
    path.write_text("id,opened\n1,2011\n")
    with pytest.raises(CommandError, match="case_enquiry_id"):
        call_command(
            "replay", str(path), "--areas", *write_city(tmp_path), "--out", str(tmp_path / "out.json")
        )

"""A period as Excel: formulas that give the same scores, names that are no formulas, and who gets it."""

import io
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessment.models import Adjustment, Correction, Scheme, Score, ScorePart
from assessment.services.periods import publish_period
from gridgov import clock
from grids.models import Organisation
from tests.assessment.periods import OCTOBER, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def book_of(client, world, **asked):
    answer = client.get(reverse("assessment:report_excel", args=[world.period.pk]), asked)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


_FORMULA = re.compile(
    r"=IF\(SUM\('(?P<sheet>[^']+)'!G(?P<first>\d+):G(?P<last>\d+)\)=0,\"\",ROUND\(MIN\(100,MAX\(0,SUMPRODUCT\(.+?\)/SUM\(.+?\)"
    r"(?:\+SUM\('[^']+'!F(?P<from>\d+):F(?P<to>\d+)\))?\)\),2\)\)"
)


def reckoned(formula: str, book) -> Decimal | None:
    """What Excel makes of a formula of ours."""
    found = _FORMULA.fullmatch(formula)
    assert found, formula
    parts = book[found["sheet"]]

    def cells(column, first, last):
        return [Decimal(str(parts[f"{column}{row}"].value or 0)) for row in range(int(first), int(last) + 1)]

    points, weights = (cells(column, found["first"], found["last"]) for column in "FG")
    if not sum(weights):
        return None
    whole = sum(p * w for p, w in zip(points, weights, strict=True)) / sum(weights)
    if found["from"]:
        whole += sum(cells("F", found["from"], found["to"]))
    return min(max(whole, Decimal(0)), Decimal(100)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_each_formula_gives_the_kept_score(client, world):
    world.compute()
    client.force_login(world.cast.supervisor)
    book = book_of(client, world)
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    kept = world.points()
    assert len(rows) == len(kept)
    for _rank, _name, _level, formula, points, _corrected in rows:
        assert reckoned(formula, book) == (None if points is None else Decimal(str(points)))
    assert {Decimal(str(row[4])) for row in rows if row[4] is not None} == {
        p for p in kept.values() if p is not None
    }


def test_parts_are_numbers_with_numerator_denominator_value_points_and_weight(client, world):
    world.compute()
    client.force_login(world.cast.supervisor)
    rows = list(book_of(client, world).worksheets[1].iter_rows(min_row=2, values_only=True))
    assert len(rows) == ScorePart.objects.filter(score__period=world.period).count()
    rate = next(row for row in rows if row[3])
    assert all(isinstance(each, int | float) for each in rate[2:])
    assert rate[4] == pytest.approx(rate[2] / rate[3])


def test_a_bonus_is_added_by_the_formula_too(client, world):
    from assessment.services.schemes import make_next_version, put_in_force

    version = make_next_version(world.scheme.pk, actor=None)
    Adjustment.objects.create(version=version, indicator="disposed_count", each="-1.5", cap=5)
    put_in_force(version.pk, actor=None)
    world.compute()
    client.force_login(world.cast.supervisor)
    book = book_of(client, world)
    formulas = [row[3:5] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert all("+SUM(" in formula for formula, _points in formulas)
    assert [reckoned(formula, book) for formula, _p in formulas] == [
        None if points is None else Decimal(str(points)) for _f, points in formulas
    ]


def test_a_corrected_score_is_reckoned_from_its_corrected_parts(client, world):
    world.publish()
    score = Score.objects.filter(period=world.period, points__isnull=False).first()
    part = score.parts.exclude(points=None).filter(item__indicator="on_time_disposal_rate").first()
    assert part
    others = [p for p in score.parts.exclude(points=None) if p.pk != part.pk]
    whole = sum(p.points * p.item.weight for p in others) + 10 * part.item.weight
    after = (whole / (sum(p.item.weight for p in others) + part.item.weight)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    Correction.objects.create(
        score=score, at=OCTOBER, by=world.cast.supervisor, reason="更正", points_before=score.points, points_after=after,
        parts_after={f"item {part.item_id}": ["1.0000", "10.0000", "10.0000", f"{part.weight:.4f}"]},
    )  # fmt: skip
    client.force_login(world.cast.supervisor)
    book = book_of(client, world)
    row = next(r for r in book.worksheets[0].iter_rows(min_row=2, values_only=True) if r[5])
    assert reckoned(row[3], book) == Decimal(str(row[4])) == after
    assert [r[3] for r in book.worksheets[2].iter_rows(min_row=2, values_only=True)] == ["更正"]


def test_a_name_is_never_a_formula(client, world):
    Organisation.objects.filter(pk=world.city.team.pk).update(short_name="=1+1")
    world.compute()
    client.force_login(world.cast.supervisor)
    book = book_of(client, world)
    names = [row[1] for sheet in book.worksheets[:1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert "'=1+1" in names
    formulas = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert all(formula.startswith("=IF(SUM(") for formula in formulas)


def test_a_period_that_is_not_published_is_for_who_runs_the_assessment(client, world):
    world.compute()
    url = reverse("assessment:report_excel", args=[world.period.pk])
    client.force_login(world.cast.leader)
    assert client.get(url).status_code == 404
    with clock.at(OCTOBER):
        publish_period(world.period.pk, actor=world.cast.supervisor)
    assert client.get(url).status_code == 200
    client.force_login(world.cast.citizen)
    assert client.get(url).status_code == 404


def test_an_officer_gets_the_scores_they_see_alone(client, world):
    world.publish()
    client.force_login(world.cast.officer)
    book = book_of(client, world)
    names = [row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert names == [str(world.city.street_department)]


def test_who_corrected_and_why_is_for_whom_the_score_opens(client, world):
    world.publish()
    Scheme.objects.filter(pk=world.period.scheme_id).update(is_public=True)
    score = world.period.scores.get(organisation=world.cast.city.team)
    Correction.objects.create(
        score=score,
        at=clock.now(),
        by=world.cast.supervisor,
        reason="申诉成立",
        points_before=score.points,
        points_after=Decimal("12.34"),
    )
    for person, told in ((world.cast.handler, 1), (world.cast.leader, 1), (world.cast.inspector, 0)):
        client.force_login(person)
        assert book_of(client, world).worksheets[2].max_row == 1 + told, person

"""From values to points to a score: the arithmetic, against figures made by hand."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from assessment.kinds import Kind
from assessment.models import Adjustment, Scheme, SchemeItem, Way
from assessment.scoring import Extra, Item, Rules, score_of
from assessment.services.schemes import make_next_version, put_in_force
from assessment.tally import Value
from tests.assessment.published import computed, last_days, some_of_everything

RATE = Item(1, "closing_rate", Way.VALUE, Decimal(60))
OTHER = Item(2, "rework_rate", Way.INVERSE, Decimal(40))
OFF = Extra(3, "suspended", Decimal("-1.5"), Decimal(5))


def rate(part: int, whole: int) -> Value:
    return Value(Decimal(part), Decimal(whole))


def count(number: int) -> Value:
    return Value(Decimal(number), None)


def test_rates_weigh_what_the_scheme_says():
    found = score_of(Rules([RATE, OTHER]), {"closing_rate": rate(3, 4), "rework_rate": rate(1, 4)})
    # 75 × 60 % + (100 − 25) × 40 %
    assert found.points == Decimal("75.00")


def test_what_does_not_apply_leaves_its_weight_to_the_rest():
    found = score_of(Rules([RATE, OTHER]), {"closing_rate": rate(1, 3), "rework_rate": rate(0, 0)})
    assert found.points == Decimal("33.33")
    assert [part.weight for part in found.parts] == [100, 0]


def test_a_score_is_rounded_half_up_once_at_the_end():
    """6.25 × 50 % is 3.125; a part keeps four places."""
    halves = [
        Item(1, "closing_rate", Way.VALUE, Decimal(50)),
        Item(2, "rework_rate", Way.INVERSE, Decimal(50)),
    ]
    found = score_of(Rules(halves), {"closing_rate": rate(1, 16), "rework_rate": rate(1, 1)})
    assert (found.parts[0].points, found.points) == (Decimal("6.25"), Decimal("3.13"))
    found = score_of(Rules(halves), {"closing_rate": rate(1, 3), "rework_rate": rate(1, 3)})
    assert [part.points for part in found.parts] == [Decimal("33.3333"), Decimal("66.6667")]
    assert found.points == Decimal("50.00")


def test_a_deduction_stops_at_its_cap_and_a_score_at_nothing():
    found = score_of(Rules([RATE], [OFF]), {"closing_rate": rate(2, 100), "suspended": count(4)})
    assert found.parts[-1].points == -5
    assert found.points == 0


def test_a_deduction_for_nothing_is_nothing_not_less_than_nothing():
    found = score_of(Rules([RATE], [OFF]), {"closing_rate": rate(1, 1), "suspended": count(0)})
    assert str(found.parts[-1].points) == "0.0000"
    assert found.points == 100


@pytest.mark.django_db
def test_a_period_with_deductions_is_what_the_timeline_says(cast, capsys):
    some_of_everything(cast)
    scheme = Scheme.objects.create(code="deducted", name="扣分", kind=Kind.UNIT)
    version = make_next_version(scheme.pk, actor=None)
    SchemeItem.objects.create(version=version, indicator="closing_rate", way=Way.VALUE, weight=100)
    Adjustment.objects.create(version=version, indicator="pushback", each="-1.5", cap=5)
    put_in_force(version.pk, actor=None)
    period = computed(Kind.UNIT, *last_days(), scheme=scheme)
    assert period.scores.filter(parts__adjustment__isnull=False, parts__numerator=0).exists()
    call_command("verify_scores", period.pk)
    assert str(period.scores.count()) in capsys.readouterr().out

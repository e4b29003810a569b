"""What if: nothing is written, the same numbers give the same scores, and other ones what a hand computes."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from assessment.countables import Limit
from assessment.models import Adjustment, Level, StageFact, Way
from assessment.scoring import rules_of
from assessment.services.schemes import make_next_version, put_in_force
from assessment.what_if import compared, stages_of
from cases.models import Stage
from tests.assessment.periods import COUNT, RATE, World
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL = reverse("assessment:what_if")


@pytest.fixture
def world(cast):
    found = World(cast)
    found.compute()
    return found


@pytest.fixture
def page(client, world):
    client.force_login(world.cast.supervisor)
    client.cookies["django_language"] = "en"
    return client


def rows_in_every_table() -> dict[str, str]:
    """Table → its rows as one hash; not sessions, which every page touches."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name in ("django_session", "spatial_ref_sys"):
                continue
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t"
            )
            found[name] = cursor.fetchone()[0]
    return found


def item(world, indicator):
    return world.period.version.items.get(indicator=indicator)


@pytest.mark.parametrize("who", ["operator", "officer", "leader", "inspector", "citizen", "stranger"])
def test_it_is_for_who_runs_the_assessment(client, world, who):
    client.force_login(getattr(world.cast, who))
    assert client.get(URL).status_code == 404


def test_without_a_scored_period_the_page_says_what_would_be_here(client, cast):
    client.force_login(cast.supervisor)
    client.cookies["django_language"] = "en"
    assert "No period is computed yet" in client.get(URL).content.decode()


def test_nothing_is_written(page, world):
    before = rows_in_every_table()
    asked = {
        "period": world.period.pk,
        f"weight-{item(world, RATE).pk}": "30",
        f"weight-{item(world, COUNT).pk}": "50",
        "stage": Stage.HANDLING,
        "share": "50",
    }
    found = page.get(URL, asked)
    assert found.status_code == 200
    assert found.context["page"] is not None
    assert rows_in_every_table() == before


def test_the_same_numbers_give_the_same_scores_and_ranks(world):
    found = compared(world.period, rules_of(world.period.version))
    assert found
    for row in found:
        assert (row.points, row.rank) == (row.standing.points, row.standing.rank)
        assert not row.changes_colour
    whole = Limit(Stage.HANDLING, share=1.0)
    for row in compared(world.period, rules_of(world.period.version), whole):
        assert (row.points, row.rank) == (row.standing.points, row.standing.rank)


def test_other_weights_give_what_a_hand_computes(page, world):
    """The typed item has nothing typed in: the two others share its weight."""
    rate, count = item(world, RATE), item(world, COUNT)
    found = page.get(URL, {"period": world.period.pk, f"weight-{rate.pk}": "20", f"weight-{count.pk}": "60"})
    for row, _within in found.context["rows"]:
        if row.points is None:
            continue
        points = {part.item: part.points for part in row.standing.parts}
        applies = [
            (points[pk], weight) for pk, weight in ((rate.pk, 20), (count.pk, 60)) if points[pk] is not None
        ]
        by_hand = sum(p * w for p, w in applies) / sum(w for _p, w in applies)
        assert row.points == by_hand.quantize(Decimal("0.01"))


def test_other_bands_and_levels_count(page, world):
    count = item(world, COUNT)
    asked = {"period": world.period.pk}
    asked |= {f"points-{band.pk}": "7" for band in count.bands.all()}
    asked |= {f"weight-{count.pk}": "80", f"weight-{item(world, RATE).pk}": "0"}
    level = Level.objects.filter(version=world.period.version).order_by("-at_least").first()
    found = page.get(URL, {**asked, f"level-{level.pk}": "99"})
    assert {row.points for row, _w in found.context["rows"]} <= {None, Decimal("7.00")}
    assert found.context["colours"] >= 1


def test_another_bonus_or_deduction_gives_what_a_hand_computes(client, cast):
    world = World(cast)
    version = make_next_version(world.scheme.pk, actor=None)
    extra = Adjustment.objects.create(version=version, indicator=COUNT, each="-1.5", cap=5)
    put_in_force(version.pk, actor=None)
    world.compute()
    before = {whose: points for whose, points in world.points().items() if points}
    counted = dict(
        world.period.scores.filter(parts__adjustment=extra).values_list("organisation_id", "parts__numerator")
    )
    assert any(counted[whose] for whose in before)
    client.force_login(cast.supervisor)
    asked = {"period": world.period.pk, f"each-{extra.pk}": "2", f"cap-{extra.pk}": "3"}
    then = {row.standing.whose: row.points for row, _w in client.get(URL, asked).context["rows"]}
    for whose, points in before.items():
        taken, given = min(Decimal("1.5") * counted[whose], 5), min(2 * counted[whose], 3)
        assert then[whose] == min(points + taken + given, 100)
    wrong = client.get(URL, {**asked, f"cap-{extra.pk}": "-1"})
    assert wrong.context["form"].errors
    assert 'value="-1"' in wrong.content.decode()


def test_another_limit_changes_what_was_in_time_but_not_what_was_due(world):
    rules = rules_of(world.period.version)
    assert stages_of(world.period, rules) == [Stage.HANDLING]
    done = StageFact.objects.filter(stage=Stage.HANDLING, done_at__isnull=False, due_at__isnull=False)
    assert done.exists()
    never = compared(world.period, rules, Limit(Stage.HANDLING, share=-1.0))
    always = compared(world.period, rules, Limit(Stage.HANDLING, minutes=10**6))
    for row in never:
        assert row.points is None or row.points <= (row.standing.points or 0)
    for row in always:
        assert row.points is None or row.points >= (row.standing.points or 0)
    assert [row.points for row in sorted(never, key=id_of)] != [
        row.points for row in sorted(always, key=id_of)
    ]


def id_of(row):
    return row.standing.whose


def test_what_is_typed_comes_back_with_what_is_wrong_with_it(page, world):
    rate = item(world, RATE)
    found = page.get(URL, {"period": world.period.pk, f"weight-{rate.pk}": "61", "share": "80", "hours": "4"})
    said = found.content.decode()
    assert "The weights add up to 101 %; they must add up to 100 %." in said
    assert "not both" in said
    assert 'value="61"' in said
    assert 'value="80"' in said
    assert "page" not in found.context


@pytest.mark.parametrize("weight", ["", "abc", "-1", "101", "1e3", "NaN"])
def test_what_is_no_number_of_per_cent_is_refused_beside_its_field(page, world, weight):
    rate = item(world, RATE)
    found = page.get(URL, {"period": world.period.pk, f"weight-{rate.pk}": weight})
    assert found.status_code == 200
    assert found.context["form"].errors
    assert "page" not in found.context


def test_the_address_to_pass_on_names_what_is_changed_alone_and_asks_the_same(page, world):
    rate, count = item(world, RATE), item(world, COUNT)
    every = page.get(URL, {"period": world.period.pk}).context["form"].kept
    first = page.get(
        URL, {**every, "period": world.period.pk, f"weight-{rate.pk}": "20", f"weight-{count.pk}": "60"}
    )
    url = first.context["share_url"]
    assert url.endswith(
        f"?{urlencode({'period': world.period.pk, f'weight-{rate.pk}': 20, f'weight-{count.pk}': 60})}"
    )
    again = page.get(url.removeprefix("http://testserver"))
    assert [r.points for r, _w in again.context["rows"]] == [r.points for r, _w in first.context["rows"]]


def test_a_period_that_is_not_there_or_not_scored_is_not_found(page, world):
    assert page.get(URL, {"period": "0"}).status_code == 404
    assert page.get(URL, {"period": "x"}).status_code == 404


def test_the_page_asks_a_bounded_number_of_queries(page, world):
    assert world.typed.way == Way.TYPED
    assert count_queries(page, f"{URL}?period={world.period.pk}") < 40

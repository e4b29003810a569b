"""Points typed in by named people with a reason."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessment.models import TypedPoints
from assessment.services.typed_points import Given, type_points
from gridgov.errors import NotFoundForYou, NotPermitted
from tests.assessment.periods import TYPED, World, administrator
from tests.factories import make_organisation
from tests.pages import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def page(client, world):
    client.force_login(world.cast.supervisor)
    client.cookies["django_language"] = "en"
    return client


def url(world) -> str:
    return reverse("assessment:type_in_points", args=[world.period.pk])


def sent(**rows: tuple[str, str]) -> dict[str, str]:
    """A form for units by their id, such as `u12=("80", "reason")`."""
    return {
        f"{name}-{pk[1:]}": value
        for pk, (points, reason) in rows.items()
        for name, value in (("points", points), ("reason", reason))
    }


def test_points_are_kept_with_who_typed_them_when_and_why(page, world):
    team = world.city.team.pk
    answer = page.post(url(world), sent(**{f"u{team}": ("87.5", " 走访满意 ")}), follow=True)
    assert "Kept: 1 change." in answer.content.decode()
    row = TypedPoints.objects.get()
    assert (row.organisation_id, row.points, row.reason, row.typed_by) == (
        team, Decimal("87.5"), "走访满意", world.cast.supervisor,
    )  # fmt: skip
    again = page.get(url(world)).content.decode()
    assert 'value="87.5"' in again
    assert str(world.cast.supervisor) in again


def test_they_count_when_the_period_is_computed(page, world):
    """One of two duties on time is 50 of 60, one handled is 50 of 20; 90 typed in of 20: (30 + 10 + 18) / 100."""
    team = world.city.team.pk
    world.compute()
    # Without it its weight is shared: (30 + 10) / 80.
    assert world.points()[team] == Decimal("50.00")
    page.post(url(world), sent(**{f"u{team}": ("90", "走访满意")}))
    world.compute()
    assert world.points()[team] == Decimal("58.00")


def test_who_has_nothing_counted_is_scored_by_what_was_typed_in_alone(page, world):
    office = world.city.street_department.pk
    world.compute()
    assert world.points()[office] is None
    page.post(url(world), sent(**{f"u{office}": ("70", "走访一般")}))
    world.compute()
    assert world.points()[office] is not None


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("80", "", "Give the reason"),
        ("", "忘了分数", "Type the points that belong to this reason"),
        ("101", "多了", "from 0 to 100"),
        ("-1", "少了", "from 0 to 100"),
        ("1.234", "细了", "two decimal places"),
        ("NaN", "怪", "from 0 to 100"),
        ("1e99", "怪", "from 0 to 100"),
        ("很好", "怪", "from 0 to 100"),
        ("80", "长" * 501, "500 characters"),
        ("80", "a\0b", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page, world, points, reason, said):
    team, office = world.city.team.pk, world.city.street_department.pk
    rows = {f"u{team}": (points, reason), f"u{office}": ("60", "别处的也在")}
    answer = page.post(url(world), sent(**rows))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert "别处的也在" in shown
    assert not TypedPoints.objects.exists()


def test_all_that_is_wrong_is_said_at_once(page, world):
    rows = {f"u{world.city.team.pk}": ("80", ""), f"u{world.city.street_department.pk}": ("200", "多")}
    shown = page.post(url(world), sent(**rows)).content.decode()
    assert "2 things need correcting" in shown
    assert "Give the reason" in shown
    assert "from 0 to 100" in shown


def test_emptied_they_are_taken_back(page, world):
    team = world.city.team.pk
    page.post(url(world), sent(**{f"u{team}": ("80", "走访满意")}))
    page.post(url(world), sent(**{f"u{team}": ("", "")}))
    assert not TypedPoints.objects.exists()


def test_what_did_not_change_keeps_its_name(page, client, world):
    team = world.city.team.pk
    page.post(url(world), sent(**{f"u{team}": ("80", "走访满意")}))
    other = administrator("add_typedpoints")
    given = {team: Given("80.00", "走访满意"), world.city.street_department.pk: Given("1", "新的")}
    assert type_points(world.period.pk, world.typed.pk, actor=other, given=given) == 1
    assert TypedPoints.objects.get(organisation_id=team).typed_by == world.cast.supervisor


def test_what_was_typed_before_stays_in_the_history(page, world):
    team = world.city.team.pk
    for given in (Given("80", "走访满意"), Given("70", "复核后下调"), Given("", "")):
        type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given={team: given})
    assert not TypedPoints.objects.exists()
    kept = TypedPoints.pgh_event_model.objects.order_by("pgh_id")
    assert [(each.pgh_label, each.points, each.reason) for each in kept] == [
        ("insert", 80, "走访满意"),
        ("update", 70, "复核后下调"),
        ("delete", 70, "复核后下调"),
    ]


def test_what_somebody_else_typed_meanwhile_stays_and_is_never_overwritten_unseen(page, world):
    team, office = world.city.team.pk, world.city.street_department.pk
    nothing = {f"seen-{team}": "", f"seen-{office}": ""}
    given = {team: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=administrator("add_typedpoints"), given=given)
    # A row left as it was shown is none of this person's doing.
    rows = {f"u{team}": ("", ""), f"u{office}": ("60", "走访一般")}
    assert page.post(url(world), {**sent(**rows), **nothing}).status_code == 302
    assert TypedPoints.objects.count() == 2
    answer = page.post(url(world), {**sent(**{f"u{team}": ("90", "更好")}), **nothing})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "since: 80 走访满意" in shown
    assert "更好" in shown
    # Seen now, it may be written over.
    assert f'name="seen-{team}" value="80 走访满意"' in shown
    again = {**sent(**{f"u{team}": ("90", "更好")}), f"seen-{team}": "80 走访满意"}
    assert page.post(url(world), again).status_code == 302
    assert TypedPoints.objects.get(organisation_id=team).points == 90


def test_who_leaves_with_something_not_kept_is_asked_first(page, world):
    assert "data-typed" not in page.get(url(world)).content.decode()
    team = world.city.team.pk
    refused = page.post(url(world), sent(**{f"u{team}": ("101", "走访满意")})).content.decode()
    assert 'data-module="submit-once keep-typed" data-typed' in refused


def test_once_published_they_are_to_look_at(page, world):
    team = world.city.team.pk
    page.post(url(world), sent(**{f"u{team}": ("80", "走访满意")}))
    world.publish()
    shown = page.get(url(world)).content.decode()
    assert "走访满意" in shown
    assert 'name="points-' not in shown
    assert "when the period is computed next" not in shown
    assert page.post(url(world), sent(**{f"u{team}": ("90", "再好些")})).status_code == 409
    assert TypedPoints.objects.get().points == 80


def test_who_is_not_scored_and_what_is_not_typed_in_are_not_found(page, world):
    centre = make_organisation()
    assert page.post(url(world), sent(**{f"u{centre.pk}": ("80", "不归这里")})).status_code == 404
    counted = world.version.items.exclude(label=TYPED).first()
    assert page.get(url(world) + f"?item={counted.pk}").status_code == 404
    with pytest.raises(NotFoundForYou):
        type_points(world.period.pk, counted.pk, actor=world.cast.supervisor, given={})


def test_who_may_not_is_refused(world):
    with pytest.raises(NotPermitted):
        type_points(world.period.pk, world.typed.pk, actor=world.cast.leader, given={})


def test_they_are_found_by_name(page, world):
    shown = page.get(url(world) + "?q=平洲").content.decode()
    assert world.city.team.name in shown
    assert world.city.district_department.name not in shown
    assert "Nobody of this name is scored" in page.get(url(world) + "?q=nobody").content.decode()


def test_the_page_takes_as_many_queries_for_one_as_for_many(page, world):
    few = count_queries(page, url(world))
    for n in range(12):
        make_organisation(world.city.street, world.city.team.kind, name=f"第{n}处置队")
    assert count_queries(page, url(world)) == few

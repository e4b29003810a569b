"""Schemes in the admin: written, checked against the last period, put in force, followed by the next version."""

import re
from typing import Any

import pytest
from django.urls import reverse

from assessment.admin.rows import choices_for
from assessment.kinds import Kind
from assessment.models import Adjustment, Scheme, SchemeVersion, Score, Way
from assessment.services.schemes import VersionInForce, drop_version, make_next_version, put_in_force
from assessment.services.typed_points import Given, type_points
from gridgov.errors import NotPermitted
from tests.assessment.periods import COUNT, RATE, TYPED, World, administrator, make_draft, make_scheme
from tests.case_factories import Cast
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SCHEMES = reverse("admin:assessment_scheme_changelist")
VERSIONS = reverse("admin:assessment_schemeversion_changelist")


@pytest.fixture
def admin(client, db):
    client.force_login(administrator("change_schemeversion", "view_scheme", "add_scheme", "change_scheme"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def draft(db) -> SchemeVersion:
    return make_draft(make_scheme())


def url(version: SchemeVersion) -> str:
    return reverse("admin:assessment_schemeversion_change", args=[version.pk])


def drop_url(version: SchemeVersion) -> str:
    return reverse("admin:assessment_schemeversion_delete", args=[version.pk])


def check_url(version: SchemeVersion) -> str:
    return reverse("admin:assessment_schemeversion_what_would_happen", args=[version.pk])


def fields_of(version: SchemeVersion, **changes: Any) -> dict[str, Any]:
    """The form of a version as it stands, with changes such as `items__0__weight`."""
    rows = {
        "items": [
            {
                "id": each.pk, "version": version.pk, "indicator": each.indicator, "label": each.label, "way": each.way,
                "weight": each.weight,
                "bands_text": "\n".join(f"{band.at_least:f} {band.points:f}" for band in each.bands.all()),
            }
            for each in version.items.order_by("pk")
        ],
        "adjustments": [
            {"id": each.pk, "version": version.pk, "indicator": each.indicator, "each": each.each, "cap": each.cap}
            for each in version.adjustments.order_by("pk")
        ],
        "levels": [
            {"id": each.pk, "version": version.pk, "letter": each.letter, "colour": each.colour, "at_least": each.at_least}
            for each in version.levels.order_by("-at_least")
        ],
    }  # fmt: skip
    sent: dict[str, Any] = {"note": version.note}
    for prefix, found in rows.items():
        sent |= {f"{prefix}-TOTAL_FORMS": len(found), f"{prefix}-INITIAL_FORMS": len(found)}
        for n, row in enumerate(found):
            sent |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}


def text(answer) -> str:
    return answer.content.decode()


# Who may


def test_who_may_not_change_schemes_gets_no_page(client, draft):
    client.force_login(administrator("view_period"))
    for address in (url(draft), VERSIONS, SCHEMES):
        assert client.get(address).status_code == 403
    assert client.post(url(draft), fields_of(draft)).status_code == 403
    assert client.post(check_url(draft), fields_of(draft)).status_code == 403


def test_who_may_only_look_changes_nothing(client, draft):
    client.force_login(administrator("view_schemeversion"))
    assert "_put_in_force" not in text(client.get(url(draft)))
    assert client.post(url(draft), fields_of(draft, items__0__weight=1)).status_code == 403
    assert client.post(reverse("admin:assessment_schemeversion_next", args=[draft.pk])).status_code == 403


# Writing


def test_a_new_scheme_comes_with_a_first_version_that_has_the_levels(admin):
    sent = {
        "code": "streets",
        "name": "镇街考核",
        "name_en": "",
        "kind": "street",
        "length": "month",
        "is_active": "on",
    }
    answer = admin.post(reverse("admin:assessment_scheme_add"), sent)
    version = Scheme.objects.get(code="streets").versions.get()
    assert answer.url == url(version)
    assert list(version.levels.values_list("letter", flat=True)) == list("ABCDE")


def test_people_s_scores_are_never_for_strangers(admin):
    sent = {
        "code": "x",
        "name": "x",
        "kind": "inspector",
        "length": "month",
        "is_active": "on",
        "is_public": "on",
    }
    answer = admin.post(reverse("admin:assessment_scheme_add"), sent)
    assert "Scores of people and of grids are not shown to strangers." in text(answer)


def test_indicators_are_offered_by_name_and_only_those_that_fit(admin, draft):
    shown = text(admin.get(url(draft)))
    assert "Rate of handled on time (rate)" in shown
    assert 'value="patrol_coverage"' not in shown
    inspectors = make_draft(make_scheme(Kind.INSPECTOR, code="inspectors"))
    assert 'value="patrol_coverage"' in text(admin.get(url(inspectors)))
    # On top or off are counts alone.
    assert (
        'value="on_time_disposal_rate"'
        not in re.findall(r'<select name="adjustments-__prefix__-indicator".*?</select>', shown, re.DOTALL)[0]
    )


@pytest.mark.parametrize(
    ("kind", "offered", "never"),
    [
        (Kind.INSPECTOR, "check_due", {"dispatch_count", "closed"}),
        (Kind.OPERATOR, "accept_count", {"check_due", "closed"}),
        (Kind.DISPATCHER, "dispatch_count", {"check_due", "closed"}),
        (Kind.UNIT, "closed", {"check_due"}),
        (Kind.SHIFT_LEADER, "on_time_closing_rate", set()),
        (Kind.CENTRE, "on_time_closing_rate", set()),
    ],
)
def test_nobody_is_scored_by_what_is_never_their_work(kind, offered, never):
    codes = {code for code, _name in choices_for(kind)}
    assert offered in codes
    assert not codes & never


def test_items_bands_levels_and_deductions_are_kept(admin, draft):
    sent = fields_of(
        draft,
        items__0__weight="50",
        items__1__weight="30",
        items__1__bands_text="0：0\n5 60； 10=100",
        **{
            "adjustments__TOTAL_FORMS": 1, "adjustments__0__version": draft.pk, "adjustments__0__indicator": "rework",
            "adjustments__0__each": "-2", "adjustments__0__cap": "10",
            # A and B change places.
            "levels__0__at_least": "75", "levels__1__at_least": "90",
        },
    )  # fmt: skip
    assert admin.post(url(draft), sent).status_code == 302
    assert list(draft.items.values_list("weight", flat=True)) == [50, 30, 20]
    bands = draft.items.get(indicator=COUNT).bands
    assert list(bands.values_list("at_least", "points")) == [(0, 0), (5, 60), (10, 100)]
    assert Adjustment.objects.get(version=draft).each == -2
    assert draft.levels.first().letter == "B"


def test_what_did_not_change_stays(admin, draft):
    before = list(draft.items.values_list("pk", flat=True))
    assert admin.post(url(draft), fields_of(draft, note="只改说明")).status_code == 302
    assert list(draft.items.values_list("pk", flat=True)) == before
    draft.refresh_from_db()
    assert draft.note == "只改说明"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"items__0__weight": "0"}, "A weight is more than 0."),
        ({"items__0__indicator": ""}, "Choose what is counted."),
        ({"items__0__indicator": "patrol_coverage"}, "not one of the available choices"),
        ({"items__2__label": ""}, "Give what is typed in a name."),
        ({"items__1__bands_text": ""}, "Type the bands."),
        ({"items__1__bands_text": "0 0\nfive 5\n3 101\n0 7"}, "“five 5”: two numbers"),
        ({"items__1__bands_text": "0 0\nfive 5\n3 101\n0 7"}, "“3 101”: points are from 0 to 100"),
        (
            {"items__1__bands_text": "0 0\nfive 5\n3 101\n0 7"},
            "“0 7”: there is a band from this value on already",
        ),
        ({"items__1__indicator": RATE}, "stands here once"),
        ({"levels__1__letter": "A"}, "a letter and a number of points of its own"),
        ({"levels__1__at_least": "90"}, "a letter and a number of points of its own"),
        ({"levels__0__at_least": "101"}, "100"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin, draft, changes, said):
    answer = admin.post(url(draft), fields_of(draft, note="新的说明", **changes))
    shown = text(answer)
    assert answer.status_code == 200
    assert said in shown
    assert "新的说明" in shown
    draft.refresh_from_db()
    assert draft.note == ""


def test_who_writes_what_somebody_else_has_changed_meanwhile_is_told(admin, draft):
    sent = fields_of(draft, items__0__weight="10")
    admin.post(url(draft), fields_of(draft, items__0__weight="20"))
    answer = admin.post(url(draft), sent)
    assert "Somebody else has changed this version" in text(answer)
    assert 'value="10"' in text(answer)
    assert draft.items.order_by("pk").first().weight == 20


# Putting in force


def test_put_in_force_it_is_read_only(admin, draft):
    answer = admin.post(url(draft), {**fields_of(draft), "_put_in_force": "1"}, follow=True)
    shown = text(answer)
    assert "In force: periods that are first computed" in shown
    assert "_put_in_force" not in shown
    assert 'name="note"' not in shown
    assert "Rate of handled on time (rate)" in shown
    assert "Make the next version" in shown
    draft.refresh_from_db()
    assert draft.in_force_by.username == "administrator"


def test_all_that_is_wrong_with_it_is_said_at_once_and_what_was_typed_is_kept(admin, draft):
    sent = fields_of(
        draft,
        items__0__weight="50",
        items__1__bands_text="3 10",
        levels__4__at_least="10",
        note="草稿",
        _put_in_force="1",
    )
    shown = text(admin.post(url(draft), sent, follow=True))
    assert "Saved, but not put in force" in shown
    for said in ("The weights add up to 90.00 %", "the bands must begin at 0", "The levels must begin at 0"):
        assert said in shown
    draft.refresh_from_db()
    assert (draft.in_force_at, draft.note) == (None, "草稿")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"items__0__way": Way.BANDS, "items__0__bands_text": "0 0\n90 100"},
            "a band from more than 1 is never reached",
        ),
        ({"levels__0__colour": "red", "levels__3__colour": "green"}, "A higher level has a better colour"),
        ({"levels__1__colour": "green"}, "A higher level has a better colour"),
    ],
)
def test_bands_and_levels_that_say_nothing_are_not_put_in_force(admin, draft, changes, said):
    shown = text(admin.post(url(draft), fields_of(draft, **changes, _put_in_force="1"), follow=True))
    assert "Saved, but not put in force" in shown
    assert said in shown
    draft.refresh_from_db()
    assert draft.in_force_at is None


def test_a_count_is_scored_by_bands_alone(admin, draft):
    shown = text(
        admin.post(url(draft), fields_of(draft, items__1__way=Way.VALUE, _put_in_force="1"), follow=True)
    )
    assert "only bands make points of it" in shown


def test_what_is_in_force_takes_no_form_any_more(admin, draft):
    sent = fields_of(draft, note="迟了")
    put_in_force(draft.pk, actor=None)
    answer = admin.post(url(draft), sent)
    assert answer.status_code == 409
    assert "nothing of it can be changed any more" in text(answer)
    assert admin.post(check_url(draft), sent).status_code == 409


def test_from_the_table_several_are_put_in_force_and_each_refusal_is_said(admin, draft):
    bad = make_next_version(make_scheme(code="empty").pk, actor=None)
    sent = {"action": "put_them_in_force", "_selected_action": [draft.pk, bad.pk]}
    shown = text(admin.post(VERSIONS, sent, follow=True))
    assert f"{draft} is in force." in shown
    assert "The weights add up to 0" in shown


# The next version


def test_the_next_version_is_a_copy_that_may_be_changed(admin, draft):
    put_in_force(draft.pk, actor=None)
    answer = admin.post(reverse("admin:assessment_schemeversion_next", args=[draft.pk]))
    version = draft.scheme.versions.get(number=2)
    assert answer.url == url(version)
    assert [str(item) for item in version.items.all()] == [RATE, COUNT, TYPED]
    assert version.items.get(indicator=COUNT).bands.count() == 2
    # Pressed again it leads to the same.
    assert admin.post(reverse("admin:assessment_schemeversion_next", args=[draft.pk])).url == url(version)
    assert admin.get(reverse("admin:assessment_schemeversion_next", args=[draft.pk])).status_code == 404


def test_from_the_table_of_schemes_it_is_made_as_well(admin, draft):
    put_in_force(draft.pk, actor=None)
    sent = {"action": "next_version", "_selected_action": [draft.scheme_id]}
    assert admin.post(SCHEMES, sent).url == url(draft.scheme.versions.get(number=2))


def test_a_draft_is_thrown_away_and_its_number_is_the_next_one_s(admin, draft):
    put_in_force(draft.pk, actor=None)
    second = make_next_version(draft.scheme_id, actor=None)
    assert drop_url(second) in text(admin.get(url(second)))
    assert "Are you sure" in text(admin.get(drop_url(second)))
    assert admin.post(drop_url(second), {"post": "yes"}).url == VERSIONS
    assert list(draft.scheme.versions.values_list("pk", flat=True)) == [draft.pk]
    assert make_next_version(draft.scheme_id, actor=None).number == 2


def test_what_is_in_force_is_never_deleted_nor_a_scheme(admin, draft):
    put_in_force(draft.pk, actor=None)
    assert "delete_selected" not in text(admin.get(VERSIONS)) + text(admin.get(SCHEMES))
    assert drop_url(draft) not in text(admin.get(url(draft)))
    assert admin.post(drop_url(draft), {"post": "yes"}).status_code == 409
    assert admin.get(drop_url(draft)).status_code == 403
    assert admin.post(reverse("admin:assessment_scheme_delete", args=[draft.scheme_id])).status_code == 403
    with pytest.raises(VersionInForce):
        drop_version(draft.pk, actor=make_user(is_superuser=True, is_staff=True))


def test_who_may_only_look_throws_nothing_away(client, draft):
    client.force_login(administrator("view_schemeversion"))
    assert client.post(drop_url(draft), {"post": "yes"}).status_code == 403
    with pytest.raises(NotPermitted):
        drop_version(draft.pk, actor=make_user())
    assert SchemeVersion.objects.filter(pk=draft.pk).exists()


# What would happen


@pytest.fixture
def world(cast: Cast) -> World:
    world = World(cast)
    world.compute()
    return world


def test_the_last_period_is_ranked_by_what_was_typed_and_nothing_is_written(admin, world):
    draft = make_next_version(world.scheme.pk, actor=None)
    before = list(Score.objects.values())
    # The team: half of its duties on time, one handled. By the count alone it has 50, and C instead of D.
    sent = fields_of(draft, items__0__weight="10", items__1__weight="70", items__1__bands_text="0 0\n1 100")
    shown = text(admin.post(check_url(draft), sent, headers={"HX-Request": "true"}))
    assert "With this version 0 would have another rank and 1 another level." in shown
    assert world.city.team.name in shown
    assert "50.00 D" in shown
    # (10 × 50 + 70 × 100) / 80.
    assert "93.75 A" in shown
    assert "<html" not in shown
    assert list(Score.objects.values()) == before
    draft.refresh_from_db()
    assert draft.items.get(indicator=RATE).weight == 60


def test_unchanged_rules_change_nothing(admin, world):
    draft = make_next_version(world.scheme.pk, actor=None)
    assert "With this version 0 would have another rank and 0 another level." in text(
        admin.post(check_url(draft), fields_of(draft))
    )


def test_points_typed_in_go_with_the_item_of_the_same_name(admin, world):
    given = {world.city.team.pk: Given("100", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    world.compute()
    draft = make_next_version(world.scheme.pk, actor=None)
    shown = text(admin.post(check_url(draft), fields_of(draft, items__0__weight="20", items__2__weight="60")))
    # 20 × 50 + 20 × 50 + 60 × 100.
    assert "80.00 B" in shown


def test_weights_that_do_not_add_up_and_what_is_wrong_are_said(admin, world):
    draft = make_next_version(world.scheme.pk, actor=None)
    assert "The weights add up to 41 %" in text(
        admin.post(check_url(draft), fields_of(draft, items__0__weight="1"))
    )
    answer = admin.post(check_url(draft), fields_of(draft, items__0__weight="0", levels__0__letter=""))
    assert answer.status_code == 422
    assert "A weight is more than 0." in text(answer)
    assert "This field is required." in text(answer)


def test_without_a_computed_period_there_is_nothing_to_compare(admin, draft):
    assert "nothing to compare with" in text(admin.post(check_url(draft), fields_of(draft)))
    assert admin.get(check_url(draft)).status_code == 404

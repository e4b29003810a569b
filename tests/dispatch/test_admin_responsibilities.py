"""The responsibility list in the admin."""

import pghistory.models
import pytest
from django.urls import reverse
from django.utils import translation

from cases.models import CaseClass
from dispatch.models import Responsibility
from grids.models import AreaLevel, OrganisationKind
from tests.factories import make_organisation

LIST = reverse("admin:dispatch_responsibility_changelist")
CHECK = "admin:dispatch_responsibility_what_would_happen"


@pytest.fixture
def admin(admin_client):
    """An administrator who reads English."""
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield admin_client


@pytest.fixture
def line(city) -> Responsibility:
    """The line by which the community's team handles everything."""
    return Responsibility.objects.get(unit=city.team)


def fields_of(line: Responsibility, **changes: object) -> dict[str, object]:
    return {
        "level": line.level,
        "area": line.area_id,
        "major": line.major_id or "",
        "case_class": line.case_class_id or "",
        "unit": line.unit_id,
        "is_active": "on",
        **changes,
    }


def act(admin, action: str, lines, **fields: object):
    chosen = {"action": action, "_selected_action": [line.pk for line in lines], **fields}
    return admin.post(LIST, chosen, follow=True).content.decode()


def test_a_line_says_what_it_does_and_which_others_win_over_it(admin, city, line):
    closer = Responsibility.objects.create(
        level=line.level, area=city.street, case_class=city.case_class, unit=city.street_department
    )
    page = admin.get(reverse("admin:dispatch_responsibility_change", args=[line.pk])).content.decode()
    assert "While the community or village holds it, every class in 平洲社区 goes to 平洲社区处置队." in page
    assert f"Wins over this line where it fits: {closer}" in page
    page = admin.get(reverse("admin:dispatch_responsibility_change", args=[closer.pk])).content.decode()
    assert f"This line wins over: {line}" in page


def test_what_would_happen_is_said_before_a_line_is_saved(admin, city, line):
    changes = {"case_class": city.case_class.pk, "area": city.district.pk}
    answer = admin.post(
        reverse(CHECK, args=[line.pk]), fields_of(line, **changes), headers={"HX-Request": "true"}
    )
    assert "路灯 in 南海区 goes to 平洲社区处置队" in answer.content.decode()
    line.refresh_from_db()
    assert line.area == city.community


def test_a_new_line_can_be_checked_too(admin, city, line):
    answer = admin.post(reverse(f"{CHECK}_new"), fields_of(line, case_class=city.case_class.pk))
    assert f"This line wins over: {line}" in answer.content.decode()
    assert Responsibility.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda city: {"unit": city.community_centre.pk}, "A command centre commands"),
        (
            lambda city: {"case_class": city.case_class.pk, "major": city.other_class.major_id},
            "Name a class or a major class, not both.",
        ),
        (lambda city: {}, "Another unit already answers for this."),
        (lambda city: {"unit": ""}, "Unit: This field is required."),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_in_words(admin, city, line, change, error):
    answer = admin.post(reverse(f"{CHECK}_new"), fields_of(line, **change(city)))
    assert answer.status_code == 422
    assert error in answer.content.decode()


def test_a_line_out_of_force_says_that_it_never_wins(admin, line):
    answer = admin.post(reverse(CHECK, args=[line.pk]), fields_of(line, is_active=""))
    assert "this line never wins" in answer.content.decode()


def test_many_rivals_are_counted_rather_than_named(admin, city, line):
    for number in range(13):
        own = CaseClass.objects.create(
            major=city.case_class.major, code=f"9{number:02}", full_code=f"019{number:02}", name=f"类{number}"
        )
        Responsibility.objects.create(
            level=line.level, area=city.grid, case_class=own, unit=city.street_department
        )
    page = admin.get(reverse("admin:dispatch_responsibility_change", args=[line.pk])).content.decode()
    assert "; and 3 more" in page


def test_many_lines_are_given_to_another_unit_at_once(admin, city, admin_user):
    lines = list(Responsibility.objects.all())
    said = act(admin, "give", lines, unit=city.street_department.pk)
    assert "3 lines changed." in said
    assert set(Responsibility.objects.values_list("unit", flat=True)) == {city.street_department.pk}
    event = pghistory.models.Events.objects.tracks(lines[0]).last()
    assert event.pgh_context["user"] == admin_user.pk


def test_lines_are_given_to_a_unit_that_handles_or_to_none(admin, city, line):
    assert "Choose the unit beside the action." in act(admin, "give", [line], unit="")
    act(admin, "give", [line], unit=city.community_centre.pk)
    line.refresh_from_db()
    assert line.unit == city.team


def test_lines_are_put_in_and_out_of_force_at_once(admin, city):
    act(admin, "take_out_of_force", Responsibility.objects.all())
    assert not Responsibility.objects.filter(is_active=True).exists()
    act(admin, "put_in_force", Responsibility.objects.all())
    assert not Responsibility.objects.filter(is_active=False).exists()


def test_two_units_for_the_same_are_refused_and_nothing_is_changed(admin, city, line):
    second = Responsibility.objects.create(
        level=line.level, area=line.area, unit=city.street_department, is_active=False
    )
    assert "Nothing was changed" in act(admin, "put_in_force", [line, second])
    second.refresh_from_db()
    assert not second.is_active


def test_force_is_ticked_in_the_list(admin, city):
    rows = [row.pk for row in admin.get(LIST).context["cl"].result_list]
    form = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 3, "_save": "Save"}
    form |= {f"form-{number}-id": pk for number, pk in enumerate(rows)}
    assert admin.post(LIST, {**form, "form-0-is_active": "on"}).status_code == 302
    assert [line.pk for line in Responsibility.objects.filter(is_active=True)] == [rows[0]]


def test_units_are_found_by_typing(admin, city):
    answer = admin.get(
        reverse("admin:autocomplete"),
        {"app_label": "dispatch", "model_name": "responsibility", "field_name": "unit", "term": "处置队"},
    )
    assert [each["text"] for each in answer.json()["results"]] == [str(city.team)]


def test_the_list_takes_the_same_number_of_queries_for_more_lines(admin, city, django_assert_max_num_queries):
    def count() -> int:
        with django_assert_max_num_queries(15) as captured:
            assert admin.get(LIST).status_code == 200
        return len(captured)

    few = count()
    for _ in range(30):
        unit = make_organisation(city.grid, OrganisationKind.TEAM)
        Responsibility.objects.create(
            level=AreaLevel.COMMUNITY, area=city.grid, unit=unit, case_class=city.case_class, is_active=False
        )
    assert count() == few

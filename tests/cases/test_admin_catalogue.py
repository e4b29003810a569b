"""Editing classes, conditions and limits in the admin."""

from datetime import UTC, datetime
from decimal import Decimal

import pghistory.models
import pytest
from django.urls import reverse
from django.utils import translation

from cases.models import CaseClass, Condition, Limit, Stage, StageLimit
from gridgov import clock
from gridgov.worktime import Unit
from grids.models import AreaLevel

# A Tuesday, ten o'clock in Foshan.
TUESDAY_10 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def admin(admin_client):
    """An administrator who reads English, on a Tuesday morning."""
    with translation.override("en"), clock.at(TUESDAY_10):
        admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield admin_client


def class_form(city, **rows: object) -> dict[str, object]:
    """The form of the city's first class with its one condition; `rows` change it."""
    condition = city.condition
    return {
        "major": city.case_class.major_id,
        "code": city.case_class.code,
        "name": city.case_class.name,
        "full_code": city.case_class.full_code,
        "similar_m": 200,
        "similar_days": 14,
        "publicity": "private",
        "is_active": "on",
        "conditions-TOTAL_FORMS": 1,
        "conditions-INITIAL_FORMS": 1,
        "conditions-0-id": condition.pk,
        "conditions-0-case_class": city.case_class.pk,
        "conditions-0-position": 1,
        "conditions-0-text": condition.text,
        "conditions-0-closing_text": "灯亮",
        "conditions-0-amount": "24",
        "conditions-0-unit": Unit.URGENT_HOUR,
        "conditions-0-is_active": "on",
        **rows,
    }


def change_class(admin, city, **rows: object):
    address = reverse("admin:cases_caseclass_change", args=[city.case_class.pk])
    return admin.post(address, class_form(city, **rows))


def test_a_class_is_edited_together_with_its_conditions_and_their_limits(admin, city):
    page = admin.get(reverse("admin:cases_caseclass_change", args=[city.case_class.pk]))
    # The usual limit in fields, the one for the street in words.
    assert 'value="24"' in page.content.decode()
    assert "street or town 48 urgent hours" in page.content.decode()
    assert change_class(admin, city, **{"conditions-0-amount": "2.5"}).status_code == 302
    assert city.condition.limits.get(level=None).amount == Decimal("2.5")
    assert city.condition.limits.get(level=AreaLevel.STREET).amount == 48


def test_a_new_condition_comes_with_its_limit(admin, city):
    new = {
        "conditions-TOTAL_FORMS": 2,
        "conditions-1-case_class": city.case_class.pk,
        "conditions-1-position": 2,
        "conditions-1-text": "灯杆歪斜",
        "conditions-1-amount": "3",
        "conditions-1-unit": Unit.WORKING_DAY,
        "conditions-1-is_active": "on",
    }
    assert change_class(admin, city, **new).status_code == 302
    limit = Limit.objects.get(condition__text="灯杆歪斜")
    assert (limit.level, limit.grade, limit.amount, limit.unit) == (None, "", 3, Unit.WORKING_DAY)


def test_two_conditions_do_not_stand_in_one_place(admin, city):
    new = {
        "conditions-TOTAL_FORMS": 2,
        "conditions-1-case_class": city.case_class.pk,
        "conditions-1-position": 1,
        "conditions-1-text": "灯杆歪斜",
        "conditions-1-is_active": "on",
    }
    assert change_class(admin, city, **new).status_code == 200
    city.other_class.conditions.create(position=2, text="x")
    moved = {"conditions-TOTAL_FORMS": 1, "conditions-INITIAL_FORMS": 0, "conditions-0-id": ""}
    assert change_class(admin, city, **moved).status_code == 200
    assert city.case_class.conditions.count() == 1


def test_a_limit_that_a_condition_has_already_is_refused(admin, city):
    condition = city.condition
    values = {
        "case_class": city.case_class.pk,
        "position": 1,
        "text": condition.text,
        "limits-TOTAL_FORMS": 1,
        "limits-INITIAL_FORMS": 0,
        "limits-0-level": "",
        "limits-0-grade": "",
        "limits-0-amount": "3",
        "limits-0-unit": Unit.WORKING_DAY,
    }
    response = admin.post(reverse("admin:cases_condition_change", args=[condition.pk]), values)
    assert response.status_code == 200
    assert condition.limits.count() == 2


def test_a_condition_may_have_no_limit_of_its_own_or_none_at_all(admin, city):
    change_class(admin, city, **{"conditions-0-amount": ""})
    assert city.condition.limits.get(level=None).amount is None
    change_class(admin, city, **{"conditions-0-amount": "", "conditions-0-unit": ""})
    assert not city.condition.limits.filter(level=None).exists()


def test_an_amount_without_a_unit_is_refused_with_what_was_typed_kept(admin, city):
    answer = change_class(admin, city, **{"conditions-0-amount": "7", "conditions-0-unit": ""})
    assert answer.status_code == 200
    assert "Choose the unit of the limit." in answer.content.decode()
    assert 'value="7"' in answer.content.decode()
    assert city.condition.limits.get(level=None).amount == 24


def test_classes_are_taken_out_of_use_and_put_back_many_at_once(admin, city):
    address = reverse("admin:cases_caseclass_changelist")
    both = [city.case_class.pk, city.other_class.pk]
    admin.post(address, {"action": "take_out_of_use", "_selected_action": both})
    assert not CaseClass.objects.filter(is_active=True).exists()
    admin.post(address, {"action": "put_in_use", "_selected_action": both})
    assert CaseClass.objects.filter(is_active=True).count() == 2


def test_what_is_not_in_the_published_standard_is_marked(admin, city):
    CaseClass.objects.filter(pk=city.case_class.pk).update(provenance="memory")
    page = admin.get(reverse("admin:cases_caseclass_change", args=[city.case_class.pk])).content.decode()
    assert "from memory, not normative" in page
    only = admin.get(reverse("admin:cases_caseclass_changelist"), {"normative": "0"})
    assert [row.pk for row in only.context["cl"].result_list] == [city.case_class.pk]


def test_a_class_added_by_hand_is_our_own(admin, city):
    fields = class_form(city, code="999", full_code="01999", name="灯带")
    fields |= {"conditions-TOTAL_FORMS": 0, "conditions-INITIAL_FORMS": 0}
    assert admin.post(reverse("admin:cases_caseclass_add"), fields).status_code == 302
    assert CaseClass.objects.get(name="灯带").provenance == "own"


def test_limits_are_edited_in_their_list(admin, city):
    limits = list(Limit.objects.order_by("pk"))
    address = reverse("admin:cases_limit_changelist")
    order = [row.pk for row in admin.get(address).context["cl"].result_list]
    rows = {"form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 4, "_save": "Save"}
    for number, pk in enumerate(order):
        rows |= {
            f"form-{number}-id": pk,
            f"form-{number}-amount": "0.01",
            f"form-{number}-unit": "urgent_hour",
        }
    assert admin.post(address, rows).status_code == 302
    assert {limit.amount for limit in Limit.objects.all()} == {Decimal("0.01")}
    assert len(limits) == 4


@pytest.mark.parametrize(
    ("amount", "unit", "sentence"),
    [
        ("2", Unit.WORKING_HOUR, "due on 2026-11-24 12:00:00, yellow from 2026-11-24 11:36:00"),
        ("0.01", Unit.URGENT_HOUR, "due on 2026-11-24 10:00:36"),
        ("60", Unit.WORKING_DAY, "The holidays of 2027 are not loaded yet"),
        ("", Unit.WORKING_DAY, "no limit, it never becomes overdue"),
    ],
)
def test_a_limit_says_what_would_happen_before_it_is_saved(admin, city, amount, unit, sentence):
    limit = city.condition.limits.get(level=None)
    answer = admin.post(
        reverse("admin:cases_limit_what_would_happen", args=[limit.pk]),
        {"condition": limit.condition_id, "level": "", "grade": "", "amount": amount, "unit": unit},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert f"{city.district.name}: " in answer.content.decode()
    assert sentence in answer.content.decode()
    assert "<html" not in answer.content.decode()
    limit.refresh_from_db()
    assert limit.amount == 24


def test_without_javascript_the_check_is_a_page_of_its_own(admin, city):
    fields = {"condition": city.condition.pk, "level": 4, "grade": "A", "amount": "1", "unit": "urgent_hour"}
    answer = admin.post(reverse("admin:cases_limit_what_would_happen_new"), fields)
    assert "due on 2026-11-24 11:00:00" in answer.content.decode()
    assert "<html" in answer.content.decode()


def test_a_check_of_what_cannot_be_saved_says_why(admin, city):
    fields = {"condition": city.condition.pk, "level": "", "grade": "", "amount": "-1", "unit": "urgent_hour"}
    answer = admin.post(reverse("admin:cases_limit_what_would_happen_new"), fields)
    assert answer.status_code == 422
    assert "Amount: " in answer.content.decode()
    # There is one for any level and grade already.
    answer = admin.post(reverse("admin:cases_limit_what_would_happen_new"), {**fields, "amount": "1"})
    assert answer.status_code == 422


def test_the_page_of_a_rule_shows_what_it_does_now(admin, city):
    limit = city.condition.limits.get(level=None)
    page = admin.get(reverse("admin:cases_limit_change", args=[limit.pk])).content.decode()
    assert "due on 2026-11-25 10:00:00" in page
    stage = StageLimit.objects.get(stage=Stage.DISPATCH)
    page = admin.get(reverse("admin:cases_stagelimit_change", args=[stage.pk])).content.decode()
    assert "due on 2026-11-24 11:00:00" in page
    assert f'<option value="{city.district.code}">{city.district.name}</option>' in page


def test_a_stage_limit_of_one_district_speaks_of_that_district_only(admin, city, cast):
    fields = {
        "stage": Stage.DISPATCH,
        "district_code": city.district.code,
        "amount": "1",
        "unit": "urgent_hour",
    }
    answer = admin.post(reverse("admin:cases_stagelimit_what_would_happen_new"), fields).content.decode()
    assert answer.count("begun now, due on") == 1


def test_somebody_without_the_right_to_change_limits_may_not_check_them(client, cast):
    limit = cast.city.condition.limits.first()
    address = reverse("admin:cases_limit_what_would_happen", args=[limit.pk])
    client.force_login(cast.operator)
    assert client.post(address).status_code == 302  # to the admin's log-in
    cast.operator.is_staff = True
    cast.operator.save()
    assert client.post(address).status_code == 403


def test_every_edit_is_kept_with_who_made_it(admin, city, admin_user):
    change_class(admin, city, **{"conditions-0-amount": "5", "conditions-0-text": "灯不亮"})
    for model in (Condition, Limit):
        event = pghistory.models.Events.objects.tracks(model.objects.get(**_first(model, city))).last()
        assert event.pgh_context["user"] == admin_user.pk
        assert event.pgh_context["url"].endswith(f"/caseclass/{city.case_class.pk}/change/")


def _first(model, city) -> dict[str, object]:
    return {"pk": city.condition.pk} if model is Condition else {"condition": city.condition, "level": None}


@pytest.mark.parametrize("name", ["caseclass", "condition", "limit", "majorclass", "stagelimit"])
def test_lists_take_the_same_number_of_queries_for_more_rows(
    admin, city, name, django_assert_max_num_queries
):
    address = reverse(f"admin:cases_{name}_changelist")

    def count() -> int:
        with django_assert_max_num_queries(40) as captured:
            assert admin.get(address).status_code == 200
        return len(captured)

    few = count()
    for number in range(30):
        case_class = CaseClass.objects.create(
            major=city.case_class.major, code=str(100 + number), full_code=f"01{number}", name=f"类{number}"
        )
        filed = Condition.objects.create(case_class=case_class, text="坏了")
        Limit.objects.create(condition=filed, amount=1, unit=Unit.WORKING_DAY)
        StageLimit.objects.create(
            stage=Stage.DISPATCH, district_code=f"5{number:05}", amount=1, unit=Unit.WORKING_DAY
        )
    assert count() == few


def test_the_page_of_a_class_takes_the_same_number_of_queries_for_more_conditions(
    admin, city, django_assert_max_num_queries
):
    address = reverse("admin:cases_caseclass_change", args=[city.case_class.pk])

    def count() -> int:
        with django_assert_max_num_queries(30) as captured:
            assert admin.get(address).status_code == 200
        return len(captured)

    count()  # the first page of a process also reads the content types
    few = count()
    for number in range(2, 12):
        filed = Condition.objects.create(case_class=city.case_class, text=f"情形{number}", position=number)
        Limit.objects.create(condition=filed, amount=1, unit=Unit.WORKING_DAY)
    assert count() == few

"""Writing, publishing and retiring checklists in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from inspections.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from tests.factories import make_organisation, make_user
from tests.inspection_factories import add_version, make_checklist
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    """An administrator of checklists who reads English."""
    user = make_user(username="checklists", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_checklist", "add_checklist"]))
    client.force_login(user)
    with translation.override("en"):
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield client


@pytest.fixture
def checklist() -> Checklist:
    items = [
        {"question": "灭火器过期", "question_en": "Extinguisher expired"},
        {"question_en": "Exit locked"},
    ]
    return make_checklist([make_type("shop")], items, code="fire", name="消防清单", name_en="Fire safety")


@pytest.fixture
def draft(checklist: Checklist) -> ChecklistVersion:
    items = [
        {"question": "灭火器过期", "question_en": "Extinguisher expired"},
        {"question_en": "Exit locked"},
    ]
    return add_version(checklist, items, state=VersionState.DRAFT)


def address(row: Any, step: str = "change") -> str:
    return reverse(f"admin:inspections_{row._meta.model_name}_{step}", args=[row.pk])


def states(checklist: Checklist) -> list[str]:
    return [version.state for version in checklist.versions.order_by("number")]


def items_form(draft: ChecklistVersion, *new: dict[str, object], **changes: object) -> dict[str, object]:
    """The form of a draft as it stands, with new rows and other values (`items-0-question`) by name."""
    fields = (
        "id", "order", "question", "question_en", "kind", "severity", "rule", "rule_en", "guidance",
        "guidance_en", "case_class", "days_low", "days_general", "days_larger", "days_major",
    )  # fmt: skip
    rows = [
        {name: "" if getattr(item, name) is None else getattr(item, name) for name in fields}
        | {"photo_required": "on", "version": draft.pk}
        for item in draft.items.all()
    ]
    form: dict[str, object] = {
        "items-TOTAL_FORMS": len(rows) + len(new),
        "items-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate([*rows, *new]):
        form |= {f"items-{number}-{name}": value for name, value in row.items()}
    return form | changes


def test_a_checklist_is_added_and_changed(admin):
    department = make_organisation(kind="department")
    shop, home = make_type("shop"), make_type("home")
    form = {"department": department.pk, "code": "gas", "name": "燃气", "name_en": "Gas", "types": [shop.pk]}
    form |= {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    response = admin.post(reverse("admin:inspections_checklist_add"), form)
    assert response.status_code == 302
    gas = Checklist.objects.get(code="gas")
    assert list(gas.types.all()) == [shop]
    admin.post(address(gas), form | {"name_en": "Gas safety", "types": [shop.pk, home.pk]})
    gas.refresh_from_db()
    assert gas.name_en == "Gas safety"
    assert set(gas.types.all()) == {shop, home}


def test_the_list_says_how_many_items_are_asked(admin, checklist, draft):
    page = admin.get(reverse("admin:inspections_checklist_changelist")).content.decode()
    assert '<td class="field-items_asked">2</td>' in page


def test_a_draft_is_made_and_opened(admin, checklist):
    page = admin.get(address(checklist)).content.decode()
    assert "Make a draft" in page
    assert "Retire" in page
    assert "Nothing changes for anybody" in admin.get(address(checklist, "draft")).content.decode()
    assert states(checklist) == [VersionState.PUBLISHED]
    response = admin.post(address(checklist, "draft"))
    draft = checklist.versions.get(state=VersionState.DRAFT)
    assert response["Location"] == address(draft)
    page = admin.get(address(checklist)).content.decode()
    assert "Open the draft" in page
    assert "Make a draft" not in page


def test_items_of_a_draft_are_edited_one_below_the_other(admin, draft):
    page = admin.get(address(draft)).content.decode()
    assert 'name="items-0-days_major"' in page
    # As a table they would be wider than any screen.
    assert 'data-inline-type="stacked"' in page
    assert "Publish" in page
    new = {
        "question": "私拉电线",
        "question_en": "Loose wires",
        "kind": "things",
        "severity": "serious",
        "days_low": 30,
    }
    form = items_form(draft, new, **{"items-0-question": "灭火器过期或没有压力", "items-1-DELETE": "on"})
    response = admin.post(address(draft), form)
    assert response.status_code == 302, response.content.decode()
    first, second = draft.items.all()
    assert (first.key, first.question) == ("item-1", "灭火器过期或没有压力")
    assert (second.key, second.question_en, second.days_low) == ("loose-wires", "Loose wires", 30)
    assert second.order > first.order


def test_a_key_is_never_used_for_another_question(admin, checklist, draft):
    new = {"question": "问题", "question_en": "Item 1", "kind": "things", "severity": "general"}
    admin.post(address(draft), items_form(draft, new, {**new, "question_en": ""}))
    assert list(draft.items.values_list("key", flat=True)) == ["item-1", "item-2", "item-1-1", "item-3"]


def test_what_is_missing_comes_back_with_what_was_typed(admin, draft):
    form = items_form(
        draft, {"question": "", "question_en": "Loose wires", "kind": "things", "severity": "general"}
    )
    response = admin.post(address(draft), form | {"items-0-days_low": "0"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Loose wires" in page
    assert "This field is required" in page
    assert draft.items.count() == 2


def test_an_item_raises_no_class_that_is_out_of_use(admin, city, draft):
    form = items_form(draft, **{"items-0-case_class": city.case_class.pk})
    city.case_class.is_active = False
    city.case_class.save()
    assert "This class is out of use" in admin.post(address(draft), form).content.decode()
    draft.items.filter(order=1).update(case_class=city.case_class)
    assert admin.post(address(draft), form).status_code == 302


def test_publishing_says_first_what_changes(admin, checklist, draft):
    first, second = draft.items.all()
    ChecklistItem.objects.filter(pk=first.pk).update(severity="major")
    second.delete()
    ChecklistItem.objects.create(version=draft, key="new", question="新的一项", kind="things", order=5)
    page = admin.get(address(draft, "publish")).content.decode()
    assert "1 item is added" in page
    assert "新的一项" in page
    assert "1 item is not asked any more" in page
    assert "severity: <del>general</del> → <ins>major</ins>" in page
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]
    assert admin.post(address(draft, "publish")).status_code == 302
    assert states(checklist) == [VersionState.RETIRED, VersionState.PUBLISHED]
    assert admin.post(address(draft, "publish")).status_code == 409


@pytest.mark.parametrize(
    ("chinese", "english", "warned"),
    [
        ("灭火器过期或缺失", "Extinguisher expired", True),
        ("灭火器过期", "Extinguisher expired or gone", True),
        ("灭火器过期或缺失", "Extinguisher expired or gone", False),
        ("灭火器过期", "Extinguisher expired", False),
        ("灭火器过期或缺失", "", False),
    ],
)
def test_publishing_warns_where_the_two_languages_may_have_come_apart(
    admin, checklist, draft, chinese, english, warned
):
    draft.items.filter(key=draft.items.first().key).update(question=chinese, question_en=english)
    page = admin.get(address(draft, "publish")).content.decode()
    assert ("in one language only" in page) is warned
    # A warning, no more.
    assert admin.post(address(draft, "publish")).status_code == 302


def test_a_draft_that_asks_nothing_is_not_offered_to_publish(admin, checklist, draft):
    draft.items.all().delete()
    page = admin.get(address(draft, "publish")).content.decode()
    assert "This draft asks nothing yet" in page
    assert 'type="submit" class="default"' not in page
    answer = admin.post(address(draft, "publish"))
    assert answer.status_code == 409
    # Said within the admin, with the way back to the draft.
    assert "This draft asks nothing yet" in answer.content.decode()
    assert address(draft) in answer.content.decode()
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]


def test_publishing_warns_of_items_that_never_become_due(admin, draft):
    draft.items.update(days_low=30)
    assert "never become" not in admin.get(address(draft, "publish")).content.decode()
    draft.items.filter(pk=draft.items.first().pk).update(
        days_low=None, days_general=None, days_larger=None, days_major=None
    )
    assert "1 item has no days" in admin.get(address(draft, "publish")).content.decode()


def test_retiring_says_how_many_objects_are_asked_nothing_more(admin, checklist, city):
    shop = checklist.types.get()
    checklist.department.area = city.district
    checklist.department.save()
    make_object(city.grid, type=shop)
    make_object(city.grid, type=shop, state="closed")
    page = admin.get(address(checklist, "retire")).content.decode()
    assert "1 object is asked nothing of it from then on" in page


def test_what_is_published_or_retired_is_only_looked_at(admin, checklist, draft):
    published = checklist.versions.get(state=VersionState.PUBLISHED)
    page = admin.get(address(published)).content.decode()
    assert "灭火器过期" in page
    assert 'name="items-0-question"' not in page
    assert "Discard" not in page
    assert admin.post(address(published), items_form(published)).status_code == 403


def test_a_draft_is_discarded_after_a_question(admin, checklist, draft):
    assert "is lost" in admin.get(address(draft, "discard")).content.decode()
    response = admin.post(address(draft, "discard"))
    assert response["Location"] == address(checklist)
    assert states(checklist) == [VersionState.PUBLISHED]
    assert admin.post(address(draft, "discard")).status_code == 404


def test_a_checklist_is_retired(admin, checklist):
    admin.get(address(checklist, "retire"))
    assert states(checklist) == [VersionState.PUBLISHED]
    admin.post(address(checklist, "retire"))
    assert states(checklist) == [VersionState.RETIRED]
    assert "Retire<" not in admin.get(address(checklist)).content.decode()
    assert admin.post(address(checklist, "retire")).status_code == 409


def test_others_on_the_staff_get_no_further(client, checklist, draft):
    client.force_login(make_user(username="other", is_staff=True))
    steps = [address(checklist), address(checklist, "draft"), address(checklist, "retire")]
    for page in [*steps, address(draft), address(draft, "publish"), address(draft, "discard")]:
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]

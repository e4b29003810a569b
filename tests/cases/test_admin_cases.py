"""Looking at cases, their timeline and photos in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from cases.admin.cases import BoundedPaginator
from cases.models import Case, CaseEvent, CasePhoto
from cases.workflow import Status
from tests.case_factories import case_in, make_case, stored

NAMES = ["case", "caseevent", "casephoto"]


def of(name: str, case: Case) -> int:
    rows = {"case": Case.objects, "caseevent": CaseEvent.objects, "casephoto": CasePhoto.objects}[name]
    found = rows.filter(pk=case.pk) if name == "case" else rows.filter(case=case)
    return found.first().pk


def photographed(cast, **fields) -> Case:
    return make_case(cast, photos=stored(cast.inspector, "red"), **fields)


def test_a_case_is_shown_with_its_timeline_photos_and_the_way_to_its_page(admin_client, cast):
    case = case_in(Status.CLOSED, cast, photos=stored(cast.inspector, "red"))
    page = admin_client.get(reverse("admin:cases_case_change", args=[case.pk]))
    content = page.content.decode()
    assert reverse("cases:case_detail", args=[case.number]) in content
    rows = [form.instance for form in page.context["inline_admin_formsets"][0].formset.forms]
    assert [row.seq for row in rows] == list(range(1, case.version + 1))
    photo = case.photos.first()
    assert f"{photo.photo_id}/thumb" in content


@pytest.mark.parametrize("name", NAMES)
def test_nobody_adds_changes_or_deletes_here(admin_client, cast, name):
    case = photographed(cast)
    pk = of(name, case)
    assert admin_client.get(reverse(f"admin:cases_{name}_add")).status_code == 403
    assert admin_client.post(reverse(f"admin:cases_{name}_delete", args=[pk])).status_code == 403
    assert admin_client.post(reverse(f"admin:cases_{name}_change", args=[pk]), {}).status_code == 403
    content = admin_client.get(reverse(f"admin:cases_{name}_change", args=[pk])).content.decode()
    assert 'name="_save"' not in content
    assert "deletelink" not in content


@pytest.mark.parametrize("name", NAMES)
def test_lists_take_the_same_number_of_queries_for_more_cases(
    admin_client, cast, name, django_assert_max_num_queries
):
    address = reverse(f"admin:cases_{name}_changelist")

    def count() -> int:
        with django_assert_max_num_queries(10) as captured:
            assert admin_client.get(address).status_code == 200
        return len(captured)

    photographed(cast)
    few = count()
    for number in range(30):
        make_case(cast, photos=stored(cast.inspector, f"#0000{number:02x}"))
    assert count() == few


def test_the_page_of_a_case_takes_the_same_number_of_queries_for_a_longer_story(
    admin_client, cast, django_assert_max_num_queries
):
    def count(case: Case) -> int:
        with django_assert_max_num_queries(15) as captured:
            page = admin_client.get(reverse("admin:cases_case_change", args=[case.pk]))
            assert page.status_code == 200
        return len(captured)

    case = photographed(cast)
    count(case)  # fills what Django keeps between requests
    short = count(case)
    assert count(case_in(Status.CLOSED, cast, photos=stored(cast.inspector, "blue"))) == short


def test_cases_are_found_by_the_beginning_of_their_number(admin_client, cast):
    case = make_case(cast, external_id="12345-7")
    address = reverse("admin:cases_case_changelist")
    for words, found in [(case.number[:12], True), ("12345-7", True), (case.number[-4:], False)]:
        shown = list(admin_client.get(address, {"q": words}).context["cl"].result_list)
        assert (case in shown) is found, words


@pytest.mark.parametrize("name", NAMES)
def test_staff_with_the_right_to_look_see_only_the_cases_of_their_posts(client, cast, name):
    case = photographed(cast)
    for person, seen in [(cast.operator, 200), (cast.stranger, 302)]:
        person.is_staff = True
        person.save()
        person.user_permissions.add(Permission.objects.get(codename=f"view_{name}"))
        client.force_login(person)
        # Django answers with the list and a message when there is no such row for somebody.
        assert client.get(reverse(f"admin:cases_{name}_change", args=[of(name, case)])).status_code == seen
        shown = client.get(reverse(f"admin:cases_{name}_changelist")).context["cl"].result_list
        assert bool(shown) is (seen == 200)


@pytest.mark.parametrize("name", NAMES)
def test_without_the_right_to_look_there_is_no_list(client, cast, name):
    cast.operator.is_staff = True
    cast.operator.save()
    client.force_login(cast.operator)
    assert client.get(reverse(f"admin:cases_{name}_changelist")).status_code == 403


def test_a_list_counts_no_further_than_it_leads(cast, monkeypatch):
    for _ in range(4):
        make_case(cast)
    monkeypatch.setattr("cases.admin.cases.COUNTED", 3)
    paginator = BoundedPaginator(Case.objects.order_by("-id"), 2)
    assert (paginator.count, paginator.num_pages) == (3, 2)


def test_a_mistyped_address_leads_nowhere(admin_client, cast):
    assert admin_client.get(reverse("admin:cases_case_change", args=["x"])).status_code == 302


@pytest.mark.parametrize("model", [Case, CaseEvent, CasePhoto])
def test_every_field_has_a_name_in_the_readers_language(model):
    with translation.override("zh-hans"):
        names = [str(field.verbose_name) for field in model._meta.fields if not field.primary_key]
    assert not [name for name in names if name.isascii()]


def test_a_timeline_row_and_a_photo_go_by_words(cast):
    case = make_case(cast, photos=stored(cast.inspector))
    with translation.override("zh-hans"):
        assert str(case.events.get()) == "1 · 上报"
        assert str(case.photos.get()) == "处置前"

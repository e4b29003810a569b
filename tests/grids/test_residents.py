"""People in dwellings: masked, looked at in full for a purpose, forgotten in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from grids.models import ObjectKind, OrganisationKind, Resident, ResidentLook, Role
from grids.services.residents import look_at_resident, save_resident
from grids.tasks import forget_residents
from tests.factories import make_organisation, make_post, make_user
from tests.registry_factories import make_object, make_type

NAME, PHONE = "演示住户甲", "13800001234"


@pytest.fixture
def home(city):
    return make_object(city.grid, type=make_type("rented_home", ObjectKind.DWELLING))


@pytest.fixture
def resident(home):
    return add(home)


def add(home, **fields):
    new = {"name": NAME, "phone": PHONE, "service": "tenancy", "since": clock.today(), **fields}
    return save_resident(Resident(dwelling=home, **new), actor=None)


def officer_of(city, code):
    officer = make_user(code)
    make_post(officer, Role.OFFICER, make_organisation(city.street, OrganisationKind.DEPARTMENT, code=code))
    return officer


def page_of(client, person, home):
    client.force_login(person)
    return client.get(f"/registry/{home.code}/")


def look(client, resident, purpose, **fields):
    """What the look's page shows, or the form that came back."""
    address = f"/registry/{resident.dwelling.code}/residents/{resident.pk}/look/"
    answer = client.post(address, {"purpose": purpose, **fields})
    return client.get(answer["Location"], follow=True) if answer.status_code == 302 else answer


def test_the_page_of_a_dwelling_shows_them_masked(client, cast, home, resident):
    text = page_of(client, cast.inspector, home).content.decode()
    assert "演****" in text
    assert "*******1234" in text
    assert NAME not in text
    assert PHONE not in text


@pytest.mark.parametrize("code", ["440601001-residents", "440601001-civil"])
def test_the_offices_that_serve_residents_see_them_too(client, city, home, resident, code):
    assert page_of(client, officer_of(city, code), home).context["residents"] == [resident]


def test_everybody_else_sees_only_how_many_there_are(client, cast, city, home, resident):
    administrator = make_user("administrator", is_superuser=True)
    for person in (
        cast.operator,
        cast.officer,
        cast.handler,
        officer_of(city, "440601001-fire"),
        administrator,
    ):
        page = page_of(client, person, home)
        assert page.context["resident_count"] == 1
        assert "residents" not in page.context
        assert "演****" not in page.content.decode()


def test_an_inspector_of_another_grid_sees_neither_place_nor_people(client, cast, city, home, resident):
    other = make_user("other")
    make_post(other, Role.INSPECTOR, city.community_centre, area=city.other_grid)
    assert page_of(client, other, home).status_code == 404
    client.force_login(other)
    assert look(client, resident, "上门登记").status_code == 404


def test_usual_purposes_are_offered_and_anything_else_may_be_written(client, cast, home, resident):
    page = page_of(client, cast.inspector, home).content.decode()
    assert f'list="purposes-{resident.pk}"' in page
    assert page.count("<option") >= 5
    assert NAME in look(client, resident, "别的事由").content.decode()


def test_a_full_look_for_a_purpose_shows_one_record_and_leaves_a_row(client, cast, home, resident):
    other = add(home, name="演示住户乙", phone="13900005678")
    client.force_login(cast.inspector)
    answer = look(client, resident, " 上门登记租住 ")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert NAME in text
    assert PHONE in text
    assert other.name not in text
    assert "no-store" in answer["Cache-Control"]
    row = ResidentLook.objects.get()
    assert (row.by, row.purpose, row.resident_number, row.dwelling) == (
        cast.inspector,
        "上门登记租住",
        resident.pk,
        home,
    )
    assert row.post.role == Role.INSPECTOR


def test_one_purpose_is_one_look_shown_once_and_one_row(client, cast, home, resident):
    client.force_login(cast.inspector)
    shown = look(client, resident, "上门登记租住", idempotency_key="look-1")
    assert NAME in shown.content.decode()
    # The page loaded again, the form sent again by the browser: nothing is shown, nothing is written.
    for again in (
        client.get(shown.request["PATH_INFO"], follow=True),
        look(client, resident, "上门登记租住", idempotency_key="look-1"),
    ):
        text = again.content.decode()
        assert again.redirect_chain[-1] == (f"/registry/{home.code}/", 302)
        assert NAME not in text
        assert PHONE not in text
        assert [str(message) for message in again.context["messages"]]
    assert ResidentLook.objects.count() == 1
    # Asked for anew it is another look.
    assert NAME in look(client, resident, "再次登记", idempotency_key="look-2").content.decode()
    assert ResidentLook.objects.count() == 2


def test_nobody_else_is_shown_what_one_looked_at(client, cast, home, resident):
    client.force_login(cast.inspector)
    answer = client.post(f"/registry/{home.code}/residents/{resident.pk}/look/", {"purpose": "上门登记租住"})
    client.force_login(cast.leader)
    assert client.get(answer.url).status_code == 404
    client.force_login(cast.inspector)
    # Another log-in has nothing to show.
    assert NAME not in client.get(answer.url, follow=True).content.decode()
    other = make_object(home.area, type=home.type)
    assert client.get(answer.url.replace(home.code, other.code)).status_code == 404


def test_the_row_names_the_post_that_allows_the_look(cast, resident):
    make_post(cast.inspector, Role.OPERATOR, cast.city.community_centre, area=cast.city.grid)
    make_post(cast.inspector, Role.INSPECTOR, cast.city.community_centre)
    look_at_resident(resident.pk, actor=cast.inspector, purpose="上门登记")
    post = ResidentLook.objects.get().post
    assert (post.role, post.area) == (Role.INSPECTOR, cast.city.grid)


@pytest.mark.parametrize("purpose", ["", "   ", "看看", "  看看  ", "长" * 201])
def test_without_a_purpose_nothing_is_shown_and_what_was_typed_comes_back(client, cast, resident, purpose):
    client.force_login(cast.inspector)
    answer = look(client, resident, purpose)
    assert answer.status_code == 422
    assert NAME not in answer.content.decode()
    assert answer.context["form"].errors["purpose"]
    assert purpose.strip() in answer.content.decode()
    assert not ResidentLook.objects.exists()


def test_whoever_does_not_serve_the_place_gets_no_full_look(client, cast, resident):
    client.force_login(cast.operator)
    answer = look(client, resident, "想知道是谁")
    assert answer.status_code == 403
    assert NAME not in answer.content.decode()
    with pytest.raises(NotPermitted):
        look_at_resident(resident.pk, actor=cast.officer, purpose="想知道是谁")
    with pytest.raises(NotFoundForYou):
        look_at_resident(resident.pk, actor=cast.stranger, purpose="想知道是谁")
    assert not ResidentLook.objects.exists()


def test_a_resident_of_another_dwelling_is_not_at_this_address(client, cast, city, resident):
    other = make_object(city.grid, type=resident.dwelling.type)
    client.force_login(cast.inspector)
    address = f"/registry/{other.code}/residents/{resident.pk}/look/"
    assert client.post(address, {"purpose": "上门登记"}).status_code == 404
    assert not ResidentLook.objects.exists()


def test_a_full_look_can_not_be_asked_for_by_a_link(client, cast, resident):
    client.force_login(cast.inspector)
    address = f"/registry/{resident.dwelling.code}/residents/{resident.pk}/look/"
    assert client.get(address, {"purpose": "上门登记"}).status_code == 405


def test_supervisors_see_who_looked(client, cast, home, resident):
    client.force_login(cast.inspector)
    look(client, resident, "上门登记租住")
    page = page_of(client, cast.supervisor, home)
    assert [row.purpose for row in page.context["looks"]] == ["上门登记租住"]
    assert "上门登记租住" in page.content.decode()
    assert NAME not in page.content.decode()
    assert "looks" not in page_of(client, cast.inspector, home).context


def test_a_look_is_never_changed(cast, resident):
    look_at_resident(resident.pk, actor=cast.inspector, purpose="上门登记")
    with pytest.raises(Error), transaction.atomic():
        ResidentLook.objects.update(purpose="别的")
    with pytest.raises(Error), transaction.atomic():
        ResidentLook.objects.all().delete()


def test_people_are_kept_in_dwellings_only(city):
    with pytest.raises(ValidationError):
        add(make_object(city.grid))


def test_a_change_leaves_name_and_phone_as_they_were_written(resident):
    resident.name, resident.service = "别人", "elder"
    save_resident(resident, actor=None)
    resident.refresh_from_db()
    assert (resident.name, resident.service) == (NAME, "elder")


def test_a_record_is_deleted_some_days_after_its_service_and_its_looks_stay(settings, cast, home):
    settings.RESIDENT_KEEP_DAYS = 30
    ago = {days: clock.today() - timedelta(days=days) for days in (100, 30, 31)}
    kept = [add(home), add(home, since=ago[100], until=ago[30])]
    gone = add(home, since=ago[100], until=ago[31])
    look_at_resident(gone.pk, actor=cast.inspector, purpose="上门登记")
    forget_residents()
    forget_residents()
    assert list(Resident.objects.order_by("id")) == kept
    assert ResidentLook.objects.get().resident_number == gone.pk


def test_supervisors_see_all_looks_of_their_area_also_at_homes_they_do_not_see(client, cast, city):
    home = make_object(
        city.grid, make_type("aided", "dwelling", is_private=True), code="H-7", name="演示救助住所"
    )
    resident = Resident.objects.create(
        dwelling=home, district=city.district, name="演示住户乙", service="hardship", since=clock.today()
    )
    look_at_resident(resident.pk, actor=cast.inspector, purpose="上门慰问")
    client.force_login(cast.supervisor)
    assert client.get(f"/registry/{home.code}/").status_code == 404
    page = client.get("/registry/looks/").content.decode()
    for words in (str(cast.inspector), "上门慰问", "H-7"):
        assert words in page
    assert "演示救助住所" not in page
    assert "演示住户乙" not in page
    for who in (cast.inspector, cast.officer, cast.stranger):
        client.force_login(who)
        assert client.get("/registry/looks/").status_code == 404


def test_two_tabs_show_one_look_each_and_asking_for_the_head_uses_none_up(client, cast, home, resident):
    client.force_login(cast.inspector)
    address = f"/registry/{home.code}/residents/{resident.pk}/look/"
    looks = [
        client.post(address, {"purpose": purpose})["Location"] for purpose in ("上门登记租住", "再次登记")
    ]
    assert client.head(looks[0]).status_code == 405
    for each in looks:
        assert NAME in client.get(each).content.decode()
        assert NAME not in client.get(each, follow=True).content.decode()

"""Organisations, staff and posts in the admin."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission

from gridgov import clock
from grids.models import Organisation, OrganisationKind, Post, Role, User
from tests.factories import PASSWORD, make_area, make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db
ORGANISATIONS, STAFF, POSTS = "/admin/grids/organisation/", "/admin/grids/user/", "/admin/grids/post/"
NO_ROWS = {"posts-TOTAL_FORMS": 0, "posts-INITIAL_FORMS": 0}


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def personnel(client):
    """Somebody who looks after staff and posts, and isn't a superuser."""
    user = make_user("personnel", is_staff=True)
    names = [f"{verb}_{noun}" for verb in ("view", "add", "change") for noun in ("user", "post")]
    user.user_permissions.set(
        Permission.objects.filter(codename__in=[*names, "view_area", "view_organisation"])
    )
    client.force_login(user)
    return client


def test_an_organisation_gets_its_areas_level(admin):
    area = make_area()
    values = {
        "name": "城管局",
        "code": "440601-urban",
        "kind": "department",
        "area": area.pk,
        "is_active": "on",
    }
    assert admin.post(f"{ORGANISATIONS}add/", values | NO_ROWS).status_code == 302
    assert Organisation.objects.get().level == area.level


@pytest.mark.parametrize("field", ["valid_from", "valid_to"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_post_begins_and_ends_on_a_day_that_somebody_may_mean(admin, field, day):
    organisation, user = make_organisation(), make_user()
    values = {
        "user": user.pk,
        "role": Role.OPERATOR,
        "organisation": organisation.pk,
        "area": organisation.area.pk,
    }
    response = admin.post(f"{POSTS}add/", values | {"valid_from": "2026-01-01", field: day})
    assert field in response.context["adminform"].form.errors
    assert not Post.objects.exists()


def test_a_second_command_centre_of_an_area_is_refused(admin):
    area = make_organisation().area
    values = {"name": "x", "code": "x", "kind": "command", "area": area.pk, "is_active": "on"}
    response = admin.post(f"{ORGANISATIONS}add/", values | NO_ROWS)
    assert response.status_code == 200
    assert Organisation.objects.count() == 1


def test_somebody_gets_a_post_and_only_within_the_organisations_area(admin):
    organisation, user = make_organisation(), make_user()
    values = {
        "user": user.pk,
        "role": Role.OPERATOR,
        "organisation": organisation.pk,
        "valid_from": "2026-01-01",
    }
    elsewhere = make_area()
    response = admin.post(f"{POSTS}add/", values | {"area": elsewhere.pk})
    assert "area" in response.context["adminform"].form.errors
    assert admin.post(f"{POSTS}add/", values | {"area": organisation.area.pk}).status_code == 302
    assert Post.objects.get().user == user


def test_the_same_post_twice_at_once_is_refused(admin):
    post = make_post()
    values = {
        "user": post.user_id,
        "role": post.role,
        "organisation": post.organisation_id,
        "area": post.area_id,
        "valid_from": "2026-01-01",
    }
    assert admin.post(f"{POSTS}add/", values).status_code == 200
    assert Post.objects.count() == 1


def test_posts_are_ended_not_deleted(admin):
    post = make_post()
    assert admin.post(f"{POSTS}{post.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post(POSTS, {"action": "end_today", "_selected_action": [post.pk]})
    post.refresh_from_db()
    assert post.valid_to == clock.today()


def test_a_new_person_can_log_in(admin, client):
    values = {
        "username": "wang",
        "display_name": "王某",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert admin.post(f"{STAFF}add/", values | NO_ROWS).status_code == 302
    assert User.objects.get(username="wang").check_password(PASSWORD)


def test_personnel_change_staff_but_make_nobody_mighty(personnel):
    user = make_user("li")
    values = {"username": "li", "display_name": "李某", "is_active": "on", "is_superuser": "on"}
    response = personnel.post(f"{STAFF}{user.pk}/change/", values | NO_ROWS)
    assert response.status_code == 302, response.context["errors"]
    user.refresh_from_db()
    assert (user.display_name, user.is_superuser) == ("李某", False)


def test_personnel_do_not_touch_a_superuser(personnel, administrator):
    values = {"username": "administrator", "display_name": "x", "is_active": "on"}
    assert personnel.post(f"{STAFF}{administrator.pk}/change/", values | NO_ROWS).status_code == 403
    password = {"password1": PASSWORD + "x", "password2": PASSWORD + "x"}
    assert personnel.post(f"{STAFF}{administrator.pk}/password/", password).status_code == 403


@pytest.mark.parametrize("address", [ORGANISATIONS, STAFF, POSTS])
def test_lists_take_the_same_queries_however_long(admin, count_queries, address):
    make_post()
    few = count_queries(lambda: admin.get(address))
    for number in range(10):
        make_post(organisation=make_organisation(make_area(), OrganisationKind.TEAM), title=str(number))
    assert count_queries(lambda: admin.get(address)) == few <= 10


def test_a_persons_page_takes_the_same_queries_however_many_posts(admin, count_queries):
    user = make_user()
    organisation = make_organisation()
    make_post(user, Role.OPERATOR, organisation)
    address = f"{STAFF}{user.pk}/change/"
    admin.get(address)  # the first page of a process also reads the content types
    few = count_queries(lambda: admin.get(address))
    for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER):
        make_post(user, role, organisation)
    assert count_queries(lambda: admin.get(address)) == few


@pytest.mark.parametrize("query", [{"held": "now"}, {"held": "ended"}, {"q": "x"}])
def test_posts_are_filtered_by_whether_they_are_held(admin, query):
    held = make_post()
    ended = make_post(valid_to=date(2021, 1, 1))
    expected = {"now": [held], "ended": [ended]}.get(query.get("held", ""), [])
    assert list(admin.get(POSTS, query).context["cl"].queryset) == expected


@pytest.mark.parametrize("page", ["organisation", "user", "post"])
def test_every_form_opens(admin, page):
    post = make_post()
    key = {"organisation": post.organisation_id, "user": post.user_id, "post": post.pk}[page]
    for address in (f"/admin/grids/{page}/add/", f"/admin/grids/{page}/{key}/change/"):
        assert admin.get(address).status_code == 200

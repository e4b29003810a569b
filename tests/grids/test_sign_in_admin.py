"""In the admin: free somebody who has to wait, help who lost a phone, say what groups mean."""

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Permission

from grids.models import ClaimPost, Role, SignIn
from tests.factories import make_area, make_organisation, make_user
from tests.sign_in import log_in, logged_in, with_second_factor

pytestmark = pytest.mark.django_db
TRIES, PEOPLE, GROUPS = "/admin/grids/wrongtries/", "/admin/grids/user/", "/admin/grids/claimpost/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def person():
    return make_user("person")


def act(client, where, action, *rows):
    return client.post(where, {"action": action, "_selected_action": [row.pk for row in rows]})


def test_whoever_has_to_wait_is_let_in_again_at_once(admin, person):
    for _ in range(5):
        log_in("person", "wrong")
    assert admin.get(TRIES).status_code == 200

    act(admin, TRIES, "let_try_again", AccessAttempt.objects.get())

    assert logged_in(log_in("person").client)


def test_it_takes_the_permission(client, person):
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_wrongtries"))
    client.force_login(clerk)
    log_in("person", "wrong")

    act(client, TRIES, "let_try_again", AccessAttempt.objects.get())

    assert AccessAttempt.objects.exists()


def test_who_logged_in_and_out_is_written_down_for_good(admin, person):
    log_in("person").client.post("/logout/")

    entry = AccessLog.objects.get(username="person")
    assert entry.logout_time
    assert admin.get("/admin/grids/loginrecord/").status_code == 200
    assert admin.post(f"/admin/grids/loginrecord/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_lost_phone(admin, person):
    with_second_factor(person)

    act(admin, PEOPLE, "remove_second_factor", person)

    assert not Authenticator.objects.exists()
    assert logged_in(log_in("person").client)


def test_somebody_is_logged_out_everywhere(admin, person):
    there = log_in("person").client

    act(admin, PEOPLE, "log_out_everywhere", person)

    assert there.get("/me/").status_code == 302
    assert not SignIn.objects.filter(user=person).exists()


@pytest.mark.parametrize("action", ["log_out_everywhere", "remove_second_factor"])
def test_a_superuser_only_by_a_superuser(client, administrator, action):
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    with_second_factor(administrator)
    client.force_login(clerk)

    act(client, PEOPLE, action, administrator)

    assert Authenticator.objects.filter(user=administrator).exists()


def test_a_group_gets_a_post_of_the_organisations_own_area_only(admin):
    unit = make_organisation(code="440601-urban", kind="department")
    body = {"group": "urban", "role": Role.OFFICER, "organisation": unit.pk}

    assert admin.post(f"{GROUPS}add/", {**body, "area": make_area().pk}).status_code == 200
    assert admin.post(f"{GROUPS}add/", {**body, "area": unit.area_id}).status_code == 302
    assert ClaimPost.objects.get().area == unit.area


@pytest.mark.parametrize(
    "path",
    [
        "mfa/authenticator",
        "authtoken/tokenproxy",
        "socialaccount/socialapp",
        "socialaccount/socialtoken",
        "account/emailaddress",
    ],
)
def test_secrets_are_not_shown(admin, path):
    assert admin.get(f"/admin/{path}/").status_code == 404

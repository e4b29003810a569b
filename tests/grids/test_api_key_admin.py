"""Keys in the admin: made with the secret shown once, revoked, looked at."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from gridgov import clock
from grids.models import ApiKey, ApiKeyUse, Scope
from grids.services.api_keys import revoke_api_key
from tests.case_factories import make_cast, make_city
from tests.factories import make_user
from tests.key_factories import make_key, make_system, with_key
from tests.racing import race

KEYS = "/admin/grids/apikey/"


@pytest.fixture
def admin(db):
    client = Client()
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def system(cast):
    return make_system(cast.city.community_centre)


def asked(system, **fields):
    expires = clock.now() + timedelta(days=30)
    return {
        "name": "视频平台",
        "account": system.pk,
        "scopes": ["cases:read", "events:write"],
        "per_minute": 60,
        "expires_at_0": f"{expires:%Y-%m-%d}",
        "expires_at_1": "12:00",
        **fields,
    }


def test_scopes_are_offered_by_the_names_that_refusals_call_them(admin):
    page = admin.get(f"{KEYS}add/", headers={"Accept-Language": "en"}).content.decode()

    assert "open311:write · send requests by Open311" in page


def test_a_key_is_made_and_its_secret_shown_this_once(admin, system):
    response = admin.post(f"{KEYS}add/", asked(system))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    secret = re.search(r'id="secret">(gg_[\w-]{43})<', response.content.decode())[1]
    key = ApiKey.objects.get()
    assert (key.scopes, key.per_minute, key.made_by.username) == (["cases:read", "events:write"], 60, "root")
    assert with_key(secret).get("/api/v1/cases/").status_code == 200
    for page in (KEYS, f"{KEYS}{key.pk}/change/", "/admin/"):
        shown = admin.get(page)
        assert shown.status_code == 200
        assert secret not in shown.content.decode()
    assert key.secret_hash not in admin.get(f"{KEYS}{key.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"scopes": []}, "scopes"),
        ({"per_minute": 0}, "per_minute"),
        ({"expires_at_0": "2020-01-01"}, "expires_at"),
    ],
)
def test_what_no_key_can_be_is_said_beside_the_field(admin, system, fields, wrong):
    response = admin.post(f"{KEYS}add/", asked(system, **fields))
    assert wrong in response.context["adminform"].form.errors
    assert not ApiKey.objects.exists()


def test_a_persons_account_is_refused_beside_the_field(admin, cast):
    response = admin.post(f"{KEYS}add/", asked(cast.operator))
    assert "account" in response.context["adminform"].form.errors


def test_keys_are_revoked_and_never_changed(admin, system):
    key, secret = make_key(system, Scope.CASES_READ)
    admin.post(KEYS, {"action": "revoke", "_selected_action": [key.pk]})
    key.refresh_from_db()
    assert key.revoked_by.username == "root"
    assert with_key(secret).get("/api/v1/cases/").status_code == 401
    assert admin.post(f"{KEYS}{key.pk}/change/", {"name": "x"}).status_code == 403
    assert admin.post(f"{KEYS}{key.pk}/delete/", {"post": "yes"}).status_code == 403


def test_what_a_key_did_can_be_seen(admin, system):
    key, secret = make_key(system, Scope.CASES_READ)
    with_key(secret).get("/api/v1/cases/")
    page = admin.get(f"/admin/grids/apikeyuse/?key__id__exact={key.pk}").content.decode()
    assert "/api/v1/cases/" in page
    assert ApiKeyUse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_revoked_while_it_is_used_opens_nothing_afterwards():
    system = make_system(make_cast(make_city()).city.community_centre)
    key, secret = make_key(system, Scope.CASES_READ)

    results = race(
        *[lambda: with_key(secret).get("/api/v1/cases/").status_code for _ in range(3)],
        lambda: revoke_api_key(key.pk, actor=None).pk,
    )

    assert set(results[:3]) <= {200, 401}, results
    assert with_key(secret).get("/api/v1/cases/").status_code == 401
    key.refresh_from_db()
    assert key.revoked_at is not None
    # The log and the last use are those of the requests that came through.
    assert ApiKeyUse.objects.filter(status=200).count() == results[:3].count(200)
    assert (key.last_used_at is not None) == (200 in results[:3])

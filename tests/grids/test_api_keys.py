"""Keys of other systems: what they open, what they don't, and what is written down."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from gridgov import clock
from gridgov.errors import NotPermitted
from grids import api_keys
from grids.models import ApiKey, ApiKeyUse, Role, Scope
from grids.services.api_keys import forget_uses, make_api_key, note_use, revoke_api_key
from tests.case_factories import make_case
from tests.factories import inside, make_user
from tests.key_factories import make_key, make_system, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(cast):
    return make_system(cast.city.community_centre)


def code_of(response) -> str:
    return response.json()["errors"][0]["code"]


def test_a_key_acts_as_its_account_within_its_scopes(cast, system):
    case = make_case(cast)
    _key, secret = make_key(system, Scope.CASES_READ)
    client = with_key(secret)

    assert [row["number"] for row in client.get("/api/v1/cases/").json()["results"]] == [case.number]
    refused = client.post(f"/api/v1/cases/{case.number}/comment/", {"note": "看到了"})

    assert refused.status_code == 403
    assert code_of(refused) == "scope_missing"
    assert "cases:write" in refused.json()["errors"][0]["detail"]


def test_a_key_does_what_its_posts_allow_and_is_named_in_the_timeline(cast, system):
    client = with_key(make_key(system, Scope.CASES_WRITE, Scope.CASES_READ)[1])
    point = inside(cast.city.grid)

    made = client.post(
        "/api/v1/cases/", {"point": {"lon": point.x, "lat": point.y}, "description": "路灯不亮"}
    )

    assert made.status_code == 201, made.json()
    timeline = client.get(f"/api/v1/cases/{made.json()['number']}/timeline/").json()["results"]
    assert timeline[0]["actor"] == "平安视频平台"


def test_posts_stay_the_only_judge(cast):
    case = make_case(cast)
    elsewhere = make_system(cast.stranger.current_posts[0].organisation)
    client = with_key(make_key(elsewhere, *Scope)[1])

    assert client.get(f"/api/v1/cases/{case.number}/").status_code == 404
    assert client.post(f"/api/v1/cases/{case.number}/register/").status_code == 404


@pytest.mark.parametrize("secret", ["gg_", "gg_" + "x" * 43, "nonsense", "gg_\u00e9" + "x" * 42])
def test_an_unknown_key_gets_401(secret):
    response = APIClient().get(
        "/api/v1/areas/", headers={"Authorization": f"Bearer {secret}".encode().decode("latin-1")}
    )

    assert response.status_code == 401
    assert code_of(response) == "authentication_failed"


def test_a_header_without_one_key_gets_401(db):
    for header in ("Bearer", "Bearer a b"):
        assert APIClient().get("/api/v1/areas/", headers={"Authorization": header}).status_code == 401


def test_a_revoked_an_expired_and_a_switched_off_key_open_nothing(cast, system):
    revoked, first = make_key(system, Scope.CASES_READ)
    _expired, second = make_key(system, Scope.CASES_READ, expires_at=clock.now() + timedelta(hours=1))
    assert with_key(first).get("/api/v1/cases/").status_code == 200
    revoke_api_key(revoked.pk, actor=None)

    assert with_key(first).get("/api/v1/cases/").status_code == 401
    assert with_key(second).get("/api/v1/cases/").status_code == 200
    with clock.at(clock.now() + timedelta(hours=1)):
        assert with_key(second).get("/api/v1/cases/").status_code == 401
    system.is_active = False
    system.save()
    assert with_key(second).get("/api/v1/cases/").status_code == 401


def test_the_secret_is_kept_nowhere(system):
    key, secret = make_key(system, Scope.CASES_READ)

    assert re.fullmatch(r"gg_[\w-]{43}", secret)
    assert key.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(key.prefix)
    assert secret not in str(ApiKey.objects.values_list()) + str(key)


def test_a_persons_account_gets_no_key(cast, system):
    person, mighty, seen = make_user(), make_system(cast.city.team, username="a"), system
    mighty.is_superuser = True
    seen.last_login = clock.now()

    for account in (person, mighty, seen):
        with pytest.raises(ValidationError) as refused:
            make_key(account, Scope.CASES_READ)
        assert "account" in refused.value.message_dict


@pytest.mark.parametrize(
    ("scopes", "fields", "wrong"),
    [
        ([], {}, "scopes"),
        (["everything"], {}, "scopes"),
        (["cases:read"], {"per_minute": 0}, "per_minute"),
        (["cases:read"], {"expires_at": clock.now() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_a_key_needs_a_scope_a_rate_and_time(system, scopes, fields, wrong):
    with pytest.raises(ValidationError) as refused:
        make_key(system, *scopes, **fields)
    assert list(refused.value.message_dict) == [wrong]


def test_only_administrators_of_keys_make_and_revoke_them(cast, system):
    key, _secret = make_key(system, Scope.CASES_READ)
    with pytest.raises(NotPermitted):
        make_api_key(
            actor=cast.operator,
            account=system,
            name="x",
            scopes=["cases:read"],
            expires_at=clock.now() + timedelta(days=1),
        )
    with pytest.raises(NotPermitted):
        revoke_api_key(key.pk, actor=cast.operator)


def test_too_many_requests_in_a_minute_wait_for_the_next(system):
    client = with_key(make_key(system, Scope.CASES_READ, per_minute=2)[1])
    now = clock.now().replace(second=15, microsecond=0)

    with clock.at(now):
        assert [client.get("/api/v1/cases/").status_code for _ in range(2)] == [200, 200]
        refused = [client.get("/api/v1/cases/") for _ in range(3)]
    assert {response.status_code for response in refused} == {429}
    assert refused[0]["Retry-After"] == "45"
    assert code_of(refused[0]) == "throttled"
    # The first one too many is written down, the flood after it is not.
    assert list(ApiKeyUse.objects.order_by("pk").values_list("status", flat=True)) == [200, 200, 429]
    with clock.at(now + timedelta(minutes=1)):
        assert client.get("/api/v1/cases/").status_code == 200


def test_each_use_is_written_down_without_what_was_asked_for(system):
    key, secret = make_key(system, Scope.CASES_READ)
    client = with_key(secret)
    client.get("/api/v1/cases/?search=王芳")
    client.post("/api/v1/cases/", {"description": "x"})
    client.get("/api/v1/session/")

    uses = list(
        ApiKeyUse.objects.filter(key=key).order_by("pk").values_list("method", "path", "status", "address")
    )
    assert uses == [
        ("GET", "/api/v1/cases/", 200, "127.0.0.1"),
        ("POST", "/api/v1/cases/", 403, "127.0.0.1"),
        ("GET", "/api/v1/session/", 403, "127.0.0.1"),
    ]


def test_the_last_use_is_kept_to_the_minute_and_never_goes_back(system):
    key, secret = make_key(system, Scope.CASES_READ)
    client, now = with_key(secret), clock.now()

    def last() -> object:
        return ApiKey.objects.get(pk=key.pk).last_used_at

    for seconds, expected in ((0, 0), (50, 0), (70, 70)):
        with clock.at(now + timedelta(seconds=seconds)):
            client.get("/api/v1/cases/")
        assert last() == now + timedelta(seconds=expected)
    with clock.at(now + timedelta(seconds=30)):  # an older request that took longer
        note_use(key, method="GET", path="/", status=200, address=None)
    assert last() == now + timedelta(seconds=70)


def test_a_log_that_fails_fails_no_request(system, caplog):
    _key, secret = make_key(system, Scope.CASES_READ)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grids_apikeyuse ADD CONSTRAINT none_at_all CHECK (false)")

    assert with_key(secret).get("/api/v1/cases/").status_code == 200
    assert "could not be written down" in caplog.text


def test_old_uses_are_thrown_away(system):
    client = with_key(make_key(system, Scope.CASES_READ)[1])
    with clock.at(clock.now() - timedelta(days=91)):
        pass
    client.get("/api/v1/cases/")

    assert forget_uses(clock.now() - timedelta(days=90)) == 0
    assert forget_uses(clock.now() + timedelta(seconds=1)) == 1


def addresses(patterns, before: str = "/"):
    """Every address of the API with a method that it takes, each parameter as an example."""
    for pattern in patterns:
        route = before + re.sub(r"<[^>]+>", "x", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith(("/api/v1/", "/open311/")):
            view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
            for method in ("get", "post", "put", "patch", "delete"):
                if hasattr(view, method):
                    yield method.upper(), route


# For people who are logged in, or who log in: no key opens them.
FOR_PEOPLE = {
    "announcements", "auth", "session", "leave", "duty", "diary", "day", "rota", "shifts", "handovers", "scores",
}  # fmt: skip


def test_every_address_says_which_scope_it_needs():
    """A new address is closed to keys until somebody has thought about it, here and in `ADDRESSES`."""
    needed: dict[str, set[tuple[str, str]]] = {}
    for method, path in addresses(get_resolver().url_patterns):
        room = path.split("/")[3]
        needs = api_keys.scopes_for(method, path)
        if room in FOR_PEOPLE:
            assert needs is None, path
            continue
        assert needs is not None, f"{method} {path} has no scope: add it to ADDRESSES or to FOR_PEOPLE"
        if method == "GET":
            assert not any(scope.endswith(":write") for scope in needs) or room in ("photos", "hotline"), path
        elif path.startswith("/api/v1/") and room not in ("notices", "public"):
            assert needs, path
            assert all(scope.endswith(":write") for scope in needs), path
        for scope in needs:
            needed.setdefault(scope, set()).add((method, path))
    assert needed["cases:read"] >= {("GET", "/api/v1/cases/"), ("GET", "/api/v1/cases/x/timeline/")}
    assert needed["cases:write"] >= {("POST", "/api/v1/bulk/void/"), ("POST", "/api/v1/cases/x/verify/")}
    assert ("POST", "/api/v1/registry/forms/x/records/") in needed["registry:write"]


def test_what_nobody_has_thought_about_takes_no_key():
    assert api_keys.scopes_for("GET", "/api/v1/new/") is None
    assert api_keys.scopes_for("POST", "/api/v1/areas/") is None
    assert api_keys.scopes_for("GET", "/") is None
    assert api_keys.scopes_for("GET", "/admin/") is None


def test_pages_take_no_keys(system):
    client = with_key(make_key(system, *Scope)[1])
    assert client.get("/cases/").status_code == 302


def test_an_address_for_people_says_so_to_a_key(system):
    client = with_key(make_key(system, *Scope)[1])
    assert code_of(client.get("/api/v1/session/")) == "scope_missing"


@pytest.mark.parametrize("role", [Role.OPERATOR])
def test_a_key_is_found_with_one_query(system, role, django_assert_num_queries):
    secret = make_key(system, Scope.CASES_READ)[1]
    with django_assert_num_queries(1):
        assert api_keys.key_from(secret).account == system

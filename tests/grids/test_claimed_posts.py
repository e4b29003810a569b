"""The posts that the sign-in service names: given, ended, and never in the way of those given by hand."""

import logging
from datetime import timedelta
from functools import partial

import pytest

from gridgov import clock
from grids.models import AreaLevel, ClaimPost, Post, Role
from grids.services.claims import set_claimed_posts
from tests.factories import make_area, make_organisation, make_post, make_user
from tests.racing import race
from tests.sign_in import come_in, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user("person")


@pytest.fixture
def unit():
    return make_organisation(code="440601-urban", kind="department")


def posts_of(person):
    return {(post.role, post.organisation.code) for post in Post.objects.current().filter(user=person)}


def test_a_group_gives_the_posts_that_an_administrator_mapped(provider, person, unit):
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)
    provider.claims["groups"] = ["urban", "something else"]

    come_in()

    assert posts_of(person) == {("officer", "440601-urban")}
    post = Post.objects.get()
    assert (post.by_claim, post.valid_from, post.valid_to) == (True, clock.today(), None)
    assert "sign-in service" in str(post.events.get().pgh_context.metadata)


def test_coming_in_again_changes_nothing(provider, person, unit):
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)
    provider.claims["groups"] = ["urban"]

    come_in()
    come_in()

    assert Post.objects.get().events.count() == 1


def test_a_post_named_no_more_ends_and_its_row_stays(provider, person, unit):
    Post.objects.create(
        user=person,
        role=Role.OFFICER,
        organisation=unit,
        area=unit.area,
        by_claim=True,
        valid_from=clock.today() - timedelta(days=9),
    )

    come_in()

    assert posts_of(person) == set()
    assert Post.objects.get().valid_to == clock.today() - timedelta(days=1)


def test_a_post_of_today_named_no_more_is_taken_back(provider, person, unit):
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)
    provider.claims["groups"] = ["urban"]
    come_in()
    provider.claims["groups"] = []

    come_in()

    assert posts_of(person) == set()


def test_a_post_given_by_hand_is_never_touched_nor_given_twice(provider, person, unit):
    make_post(person, role=Role.OFFICER, organisation=unit)
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)
    provider.claims["groups"] = ["urban"]

    come_in()
    provider.claims["groups"] = []
    come_in()

    post = Post.objects.get()
    assert (post.by_claim, post.valid_to) == (False, None)


def test_named_again_after_its_end_it_is_given_again(provider, person, unit):
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)
    Post.objects.create(
        user=person,
        role=Role.OFFICER,
        organisation=unit,
        area=unit.area,
        by_claim=True,
        valid_from=clock.today() - timedelta(days=9),
        valid_to=clock.today(),
    )
    provider.claims["groups"] = ["urban"]

    come_in()

    assert Post.objects.get().valid_to is None


def test_posts_in_so_many_words_only_by_setting(provider, person, unit, settings):
    provider.claims["groups"] = ["officer:440601-urban"]
    come_in()
    assert posts_of(person) == set()

    settings.OIDC_POSTS_DIRECT = True
    come_in()
    assert posts_of(person) == {("officer", "440601-urban")}


def test_posts_in_so_many_words_may_name_an_area_within_the_organisations(provider, person, unit, settings):
    settings.OIDC_POSTS_DIRECT = True
    street = make_area(AreaLevel.STREET, parent=unit.area)
    elsewhere = make_area()
    provider.claims["groups"] = f"officer:{unit.code}:{street.code},officer:{unit.code}:{elsewhere.code}"

    come_in()

    assert Post.objects.get().area == street


@pytest.mark.parametrize(
    "groups",
    [
        "officer:nowhere",
        "king:440601-urban",
        ["officer:440601-urban:nowhere"],
        {"a": 1},
        7,
        None,
        [None, {}, "::"],
    ],
)
def test_what_means_nothing_gives_nothing_and_keeps_nobody_out(
    provider, person, unit, settings, groups, caplog
):
    caplog.set_level(logging.ERROR)
    settings.OIDC_POSTS_DIRECT = True
    provider.claims["groups"] = groups

    assert logged_in(come_in().client)
    assert not Post.objects.exists()


def test_without_the_claims_name_posts_are_nobodys_business(provider, person, unit, settings):
    settings.OIDC_POSTS_CLAIM = ""
    Post.objects.create(
        user=person,
        role=Role.OFFICER,
        organisation=unit,
        area=unit.area,
        by_claim=True,
        valid_from=clock.today(),
    )

    come_in()

    assert posts_of(person) == {("officer", "440601-urban")}


@pytest.mark.django_db(transaction=True)
def test_two_log_ins_at_once_give_a_post_once(person, unit):
    ClaimPost.objects.create(group="urban", role=Role.OFFICER, organisation=unit, area=unit.area)

    assert race(*[partial(set_claimed_posts, person, ["urban"])] * 4) == [None] * 4
    assert Post.objects.count() == 1

"""The pages of proposals, and proposing over the API."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from grids.models import ChangeKind, GridObject, ProposedChange
from grids.services.registry import change_object
from tests.case_factories import jpeg
from tests.factories import inside
from tests.grids.test_propose_change import propose, shop  # noqa: F401 - a fixture
from tests.inspection_factories import photo_ahead
from tests.pages import count_queries
from tests.registry_factories import make_object, make_type

LIST, API = "/registry/proposals/", "/api/v1/registry/proposals/"


def detail(proposal: ProposedChange) -> str:
    return reverse("grids:proposal_detail", args=[proposal.pk])


def test_an_inspector_says_what_has_changed_with_a_photo(client, cast, shop):  # noqa: F811
    client.force_login(cast.inspector)
    page = reverse("grids:propose_change", args=[shop.code])
    assert "?kind=closed" in client.get(page).content.decode()
    form = client.get(f"{page}?kind=changed").content.decode()
    assert "演示早餐店" in form
    answer = client.post(
        f"{page}?kind=changed",
        {
            "name": "演示茶店",
            "state": "in_use",
            "attribute_floors": "3",
            "note": "换了招牌",
            "photos": jpeg(),
        },
    )
    proposal = ProposedChange.objects.get()
    assert answer.url == detail(proposal)
    assert proposal.values == {"name": "演示茶店", "attributes": {"floors": 3}}
    shown = client.get(detail(proposal)).content.decode()
    assert "演示茶店" in shown
    assert "演示早餐店" in shown
    photo = proposal.photos.get()
    assert (
        client.get(reverse("grids:proposal_photo", args=[proposal.pk, photo.pk, "thumb"])).status_code == 200
    )


def test_what_is_wrong_stands_on_the_form_and_what_was_typed_stays(client, cast, shop):  # noqa: F811
    client.force_login(cast.inspector)
    page = reverse("grids:propose_change", args=[shop.code])
    answer = client.post(
        f"{page}?kind=changed", {"name": "演示茶店", "state": "in_use", "credit_code": "91440605MA4W000019"}
    )
    assert answer.status_code == 422
    assert "演示茶店" in answer.content.decode()
    assert client.post(f"{page}?kind=moved", {}).status_code == 422
    same = {"name": shop.name, "state": "in_use", "attribute_floors": "2"}
    assert client.post(f"{page}?kind=changed", same).status_code == 422
    assert not ProposedChange.objects.exists()


def test_something_new_is_proposed_by_type_and_place(client, cast, shop):  # noqa: F811
    client.force_login(cast.inspector)
    page = reverse("grids:propose_object")
    assert "?type=shop" in client.get(page).content.decode()
    point = inside(cast.city.grid)
    data = {"name": "演示新店", "longitude": point.x, "latitude": point.y, "attribute_floors": ""}
    assert client.get(f"{page}?type=shop").status_code == 200
    assert client.post(f"{page}?type=shop", data).status_code == 302
    proposal = ProposedChange.objects.get()
    client.force_login(cast.operator)
    client.post(reverse("grids:accept_proposal", args=[proposal.pk]), {"code": ""})
    assert GridObject.objects.get(name="演示新店").code == f"SHOP-{proposal.pk}"


def test_the_deciders_see_it_waiting_and_strangers_nothing(client, cast, shop):  # noqa: F811
    proposal = propose(cast, shop, ChangeKind.CLOSED)
    client.force_login(cast.operator)
    assert detail(proposal) in client.get(LIST).content.decode()
    assert (
        reverse("grids:refuse_proposal", args=[proposal.pk]) in client.get(detail(proposal)).content.decode()
    )
    client.force_login(cast.inspector)
    assert detail(proposal) not in client.get(LIST).content.decode()
    assert detail(proposal) in client.get(f"{LIST}?show=mine").content.decode()
    assert "/accept/" not in client.get(detail(proposal)).content.decode()
    for person in (cast.stranger, cast.officer):
        client.force_login(person)
        assert client.get(detail(proposal)).status_code == 404
        assert client.post(reverse("grids:accept_proposal", args=[proposal.pk])).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(reverse("grids:propose_change", args=[shop.code])).status_code == 404


def test_a_change_meanwhile_is_shown_and_asked_about(client, cast, shop):  # noqa: F811
    proposal = propose(cast, shop, values={"name": "演示茶店"})
    change_object(shop.pk, actor=None, name="演示药店")
    client.force_login(cast.operator)
    accept = reverse("grids:accept_proposal", args=[proposal.pk])
    answer = client.post(accept)
    assert answer.status_code == 422
    assert b'name="seen_version" value="2"' in answer.content
    assert client.post(accept, {"seen_version": "2"}).status_code == 302
    shop.refresh_from_db()
    assert shop.name == "演示茶店"
    assert client.post(accept, {"seen_version": "3"}).status_code == 409


def test_a_refusal_without_a_reason_is_asked_for(client, cast, shop):  # noqa: F811
    proposal = propose(cast, shop, ChangeKind.CLOSED)
    client.force_login(cast.operator)
    refuse = reverse("grids:refuse_proposal", args=[proposal.pk])
    assert client.post(refuse, {"reason": ""}).status_code == 422
    assert client.post(refuse, {"reason": "只是装修"}).status_code == 302
    assert "只是装修" in client.get(detail(proposal)).content.decode()
    assert detail(proposal) in client.get(f"{LIST}?show=decided").content.decode()


def test_the_list_costs_the_same_for_one_and_for_thirty(client, cast, shop):  # noqa: F811
    propose(cast, shop, ChangeKind.CLOSED)
    client.force_login(cast.operator)
    one = count_queries(client, LIST)
    for _n in range(29):
        propose(cast, make_object(cast.city.grid), ChangeKind.CLOSED)
    assert count_queries(client, LIST) == one <= 11


@pytest.fixture
def api(cast):
    client = APIClient()
    client.force_authenticate(cast.inspector)
    return client


def test_the_phones_queue_proposes_once_per_key_with_photos_sent_ahead(api, cast, shop):  # noqa: F811
    body = {
        "kind": "changed",
        "object": shop.code,
        "values": {"name": "演示茶店", "attributes": {"floors": 3}},
        "photo_uuids": [str(photo_ahead(cast.inspector))],
    }
    first = api.post(API, body, headers={"Idempotency-Key": "p-1"})
    assert first.status_code == 201, first.content
    assert first.json()["state"] == "waiting"
    assert api.post(API, body, headers={"Idempotency-Key": "p-1"}).json() == first.json()
    assert ProposedChange.objects.get().photos.count() == 1


def test_the_api_says_what_is_wrong_by_field(api, cast, shop):  # noqa: F811
    lamp = make_type("lamp", "component", class_digits="0201")
    point = inside(cast.city.grid)
    for body, attr in (
        ({"kind": "closed", "object": "S-404"}, "object"),
        ({"kind": "new", "type": "castle"}, "type"),
        ({"kind": "new", "type": lamp.code, "values": {"name": "x"}}, "point"),
        ({"kind": "changed", "object": shop.code, "values": {"credit_code": "9"}}, "credit_code"),
    ):
        answer = api.post(API, body)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr), answer.content
    good = {
        "kind": "new",
        "type": lamp.code,
        "values": {"name": "演示路灯"},
        "longitude": point.x,
        "latitude": point.y,
    }
    assert api.post(API, good).status_code == 201


def test_a_place_that_is_no_place_is_refused(api, cast, shop):  # noqa: F811
    body = {"kind": "moved", "object": shop.code, "longitude": "nan", "latitude": "nan"}
    assert api.post(API, body).status_code == 400


def test_the_page_and_the_phones_queue_say_which_version_was_seen(client, api, cast, shop):  # noqa: F811
    client.force_login(cast.inspector)
    page = f"{reverse('grids:propose_change', args=[shop.code])}?kind=changed"
    hidden = '<input type="hidden" name="seen_version" value="1" id="id_seen_version">'
    assert hidden in client.get(page).content.decode()
    change_object(shop.pk, actor=None, name="演示药店")
    client.post(page, {"name": "演示茶店", "state": "in_use", "seen_version": "1"})
    api.post(API, {"kind": "closed", "object": shop.code, "seen_version": "1"})
    api.post(API, {"kind": "closed", "object": shop.code})
    seen = ProposedChange.objects.order_by("id").values_list("seen_version", flat=True)
    assert list(seen) == [1, 1, 2]
    assert api.post(API, {"kind": "closed", "object": shop.code, "seen_version": "0"}).status_code == 400


def test_the_menu_says_how_many_wait_for_me(client, cast, shop):  # noqa: F811
    def waiting(person) -> list[int | None]:
        client.force_login(person)
        links = client.get(LIST).context["console_navigation"]
        return [link.count for link in links if link.entry.url_name == "grids:proposal_list"]

    decider = propose(cast, shop, values={"name": "演示茶店"}).owner.posts.select_related("user").first().user
    assert waiting(decider) == [1]
    assert waiting(cast.inspector) == []

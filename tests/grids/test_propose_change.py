"""What people find in the street to be otherwise: who says it, who decides, and what is written."""

import pytest
from django.core.exceptions import ValidationError

from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Notice
from grids.errors import NobodyDecides, ObjectMovedOn, ProposalDecided
from grids.models import ChangeKind, GridObject, ProposedChange, RegistryChange, Role
from grids.services.proposals import accept_proposal, propose_change, refuse_proposal, withdraw_proposal
from grids.services.registry import change_object
from tests.factories import inside, make_organisation, make_post, make_user
from tests.racing import race
from tests.registry_factories import make_object, make_type

FLOORS = {"key": "floors", "name": "层数", "type": "number"}


@pytest.fixture
def shop(cast) -> GridObject:
    make_type("shop", name="商铺", attributes=[FLOORS])
    return make_object(cast.city.grid, code="S-1", name="演示早餐店", attributes={"floors": 2})


def propose(cast, shop=None, kind=ChangeKind.CHANGED, actor=None, **fields) -> ProposedChange:
    return propose_change(
        actor=actor or cast.inspector, kind=kind, object_id=shop.pk if shop else None, **fields
    )


def told(event: str) -> set[str]:
    return {notice.recipient.username for notice in Notice.objects.filter(event=event)}


def test_a_proposal_keeps_only_what_differs_and_goes_to_the_centre_of_the_place(cast, shop):
    proposal = propose(
        cast, shop, values={"name": "演示茶店", "address": "", "attributes": {"floors": 3}}, note=" 换了招牌 "
    )
    assert proposal.values == {"name": "演示茶店", "attributes": {"floors": 3}}
    assert (proposal.owner, proposal.area, proposal.note) == (
        cast.city.community_centre,
        cast.city.grid,
        "换了招牌",
    )
    assert told("proposal_waiting") == {"operator", "dispatcher"}
    shop.refresh_from_db()
    assert shop.name == "演示早餐店"


def test_the_owner_decides_if_it_has_people(cast, shop):
    owner = make_organisation(cast.city.district, "department", code="market")
    change_object(shop.pk, actor=None, owner=owner)
    assert propose(cast, shop, ChangeKind.CLOSED).owner == cast.city.community_centre
    make_post(make_user("clerk"), Role.OFFICER, owner)
    assert propose(cast, shop, ChangeKind.CLOSED).owner == owner


def test_an_accepted_change_is_written_with_its_proposal_in_the_feed(cast, shop):
    proposal = propose(cast, shop, values={"name": "演示茶店", "attributes": {"floors": None}})
    accept_proposal(proposal.pk, actor=cast.operator)
    shop.refresh_from_db()
    assert (shop.name, shop.attributes, shop.version) == ("演示茶店", {}, 2)
    change = RegistryChange.objects.get(proposal=proposal)
    assert (change.source, change.kind, change.by) == ("proposal", "changed", cast.operator)
    assert told("proposal_accepted") == {"inspector"}


def test_moved_and_closed_and_new_are_written_as_such(cast, shop):
    moved = propose(cast, shop, ChangeKind.MOVED, point=inside(cast.city.other_grid))
    accept_proposal(moved.pk, actor=cast.operator)
    shop.refresh_from_db()
    assert shop.area == cast.city.other_grid
    closed = propose(cast, shop, ChangeKind.CLOSED, actor=cast.grid_leader)
    accept_proposal(closed.pk, actor=cast.operator)
    lamp = make_type("lamp", "component", class_digits="0201")
    for number in (1, 2):
        new = propose(
            cast, kind=ChangeKind.NEW, type=lamp, point=inside(cast.city.grid), values={"name": "演示路灯"}
        )
        added = accept_proposal(new.pk, actor=cast.operator).object
        assert added.code == f"{cast.city.district.code}020100000{number}"
        assert added.area == cast.city.grid
    kinds = (
        RegistryChange.objects.filter(proposal__isnull=False).order_by("id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["moved", "closed", "new", "new"]


def test_what_was_changed_meanwhile_is_not_written_over_unseen(cast, shop):
    proposal = propose(cast, shop, values={"name": "演示茶店"})
    change_object(shop.pk, actor=None, address="别处")
    other = propose(cast, shop, values={"address": "演示路1号"})
    change_object(shop.pk, actor=None, name="演示药店")
    with pytest.raises(ObjectMovedOn):
        accept_proposal(proposal.pk, actor=cast.operator)
    shop.refresh_from_db()
    assert shop.name == "演示药店"
    # Other fields than those that changed are written at once.
    accept_proposal(other.pk, actor=cast.operator)
    shop.refresh_from_db()
    accept_proposal(proposal.pk, actor=cast.operator, seen_version=shop.version)
    shop.refresh_from_db()
    assert (shop.name, shop.address) == ("演示茶店", "演示路1号")


def test_a_refusal_needs_a_reason_and_is_told(cast, shop):
    proposal = propose(cast, shop, ChangeKind.CLOSED)
    with pytest.raises(ValidationError):
        refuse_proposal(proposal.pk, actor=cast.operator, reason=" ")
    refuse_proposal(proposal.pk, actor=cast.operator, reason="只是装修")
    shop.refresh_from_db()
    assert shop.state == "in_use"
    assert told("proposal_refused") == {"inspector"}
    with pytest.raises(ProposalDecided):
        accept_proposal(proposal.pk, actor=cast.operator)


def test_nonsense_is_refused_by_field(cast, shop):
    for values, name in (
        ({"credit_code": "91440605MA4W000019"}, "credit_code"),
        ({"attributes": {"floors": "many"}}, "attributes"),
        ({"code": "S-2"}, "values"),
    ):
        with pytest.raises(ValidationError) as refused:
            propose(cast, shop, values=values)
        assert name in refused.value.message_dict
    for kind, fields in (
        (ChangeKind.CHANGED, {"values": {"name": shop.name}}),
        (ChangeKind.MOVED, {}),
        (ChangeKind.NEW, {"values": {"name": "x"}, "point": inside(cast.city.grid)}),
        (ChangeKind.CLOSED, {"values": {"state": "damaged"}}),
    ):
        with pytest.raises(ValidationError):
            propose(cast, shop if kind != ChangeKind.NEW else None, kind, **fields)
    assert not ProposedChange.objects.exists()


def test_who_may_propose_and_who_may_decide(cast, shop):
    with pytest.raises(NotFoundForYou):
        propose(cast, shop, ChangeKind.CLOSED, actor=cast.stranger)
    volunteer = make_user("volunteer")
    make_post(volunteer, Role.VOLUNTEER, cast.city.community_centre, area=cast.city.grid)
    proposal = propose(cast, shop, ChangeKind.CLOSED, actor=volunteer)
    for who, error in (
        (volunteer, NotPermitted),
        (cast.inspector, NotPermitted),
        (cast.officer, NotFoundForYou),
        (cast.stranger, NotFoundForYou),
    ):
        with pytest.raises(error):
            accept_proposal(proposal.pk, actor=who)
    own = propose(cast, shop, ChangeKind.CLOSED, actor=cast.operator)
    with pytest.raises(NotPermitted):
        accept_proposal(own.pk, actor=cast.operator)
    accept_proposal(own.pk, actor=cast.dispatcher)


def test_where_no_centre_is_it_says_so(cast, shop):
    type(cast.city.community_centre).objects.update(is_active=False)
    with pytest.raises(NobodyDecides):
        propose(cast, shop, ChangeKind.CLOSED)


def test_on_what_is_private_only_those_decide_who_may_see_it(client, cast):
    home = make_object(cast.city.grid, make_type("elder-home", "dwelling", is_private=True))
    with pytest.raises(NobodyDecides):
        propose(cast, home, ChangeKind.CLOSED)
    office = make_organisation(cast.city.district, "department", code="440601-civil")
    make_post(helper := make_user("helper"), Role.OFFICER, office)
    change_object(home.pk, actor=None, owner=office)
    proposal = propose(cast, home, ChangeKind.CLOSED)
    assert proposal.owner == office
    ProposedChange.objects.filter(pk=proposal.pk).update(owner=cast.city.community_centre)
    with pytest.raises(NotFoundForYou):
        accept_proposal(proposal.pk, actor=cast.operator)
    ProposedChange.objects.filter(pk=proposal.pk).update(owner=office)
    accept_proposal(proposal.pk, actor=helper)


@pytest.mark.django_db(transaction=True)
def test_accepting_and_refusing_at_once_one_wins_and_the_other_is_told(cast, shop):
    for _try in range(3):
        proposal = propose(cast, shop, values={"name": f"演示店{_try}"})
        results = race(
            lambda pk=proposal.pk: accept_proposal(pk, actor=cast.operator),
            lambda pk=proposal.pk: refuse_proposal(pk, actor=cast.dispatcher, reason="不对"),
        )
        assert sorted(type(result).__name__ for result in results) == ["ProposalDecided", "ProposedChange"]
        proposal.refresh_from_db()
        written = RegistryChange.objects.filter(proposal=proposal).exists()
        assert written == (proposal.state == "accepted")


def test_what_waited_on_a_phone_is_held_against_the_version_that_was_seen_there(cast, shop):
    seen = shop.version
    change_object(shop.pk, actor=None, name="演示药店")
    proposal = propose(cast, shop, values={"name": "演示茶店"}, seen_version=seen)
    with pytest.raises(ObjectMovedOn):
        accept_proposal(proposal.pk, actor=cast.operator)


def test_nobody_has_seen_a_version_that_is_not_there_yet(cast, shop):
    proposal = propose(cast, shop, values={"name": "演示茶店"}, seen_version=99)
    assert proposal.seen_version == shop.version


def test_taking_back_what_somebody_else_proposed_is_refused_under_its_own_name(cast, shop):
    proposal = propose(cast, shop, ChangeKind.CLOSED)
    with pytest.raises(NotPermitted, match="withdraw_proposal"):
        withdraw_proposal(proposal.pk, actor=cast.operator)

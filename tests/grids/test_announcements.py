"""Notices and orders from a level to its people: publishing, reading, confirming, reminding, withdrawing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from gridgov import clock
from gridgov.models import Delivery, Notice
from grids.models import Announcement, AnnouncementReceipt, Role
from grids.services.announcements import (
    acknowledge_order,
    publish_announcement,
    read_announcement,
    ring_for_overdue_orders,
)
from grids.tasks import ring_for_overdue_orders as ring_task
from tests.factories import make_post, make_user
from tests.pages import count_queries
from tests.racing import race

LIST, NEW = "/announcements/", "/announcements/new/"
ISSUED, PUBLISH = "/announcements/issued/", "/announcements/publish/"


def publish(cast, **changes):
    """A notice of the district's centre to everybody in the district."""
    fields = {
        "kind": "notice",
        "title": "防御台风通知",
        "text": "各网格请加强巡查。",
        "organisation": cast.city.district_centre,
        "area": cast.city.district,
    }
    return publish_announcement(actor=cast.leader, **{**fields, **changes})


def order(cast, **changes):
    return publish(cast, kind="order", receipt_by=clock.today() + timedelta(days=2), **changes)


def page(announcement, name="announcement_detail"):
    return reverse(f"grids:{name}", args=[announcement.pk])


def filled(cast, **changes):
    return {
        "kind": "order",
        "title": "防御台风",
        "text": "<b>加强巡查</b>",
        "organisation": cast.city.district_centre.pk,
        "area": cast.city.street.pk,
        "roles": [Role.INSPECTOR, Role.GRID_LEADER],
        "receipt_by": f"{clock.today():%Y-%m-%d}",
        **changes,
    }


# Publishing


def test_a_leader_sees_how_many_it_reaches_and_then_publishes(client, cast):
    client.force_login(cast.leader)
    assert client.get(NEW).status_code == 200
    looked = client.post(NEW, filled(cast))
    assert looked.context["reach"] == 2
    assert "&lt;b&gt;" in looked.content.decode()
    assert not Announcement.objects.exists()
    sent = client.post(PUBLISH, filled(cast, seen=2))
    announcement = Announcement.objects.get()
    assert sent.url == page(announcement, "announcement_receipts")
    told = {receipt.person for receipt in announcement.receipts.all()}
    assert told == {cast.inspector, cast.grid_leader}
    assert Notice.objects.filter(event="order").count() == 2


def test_what_would_reach_others_than_were_seen_is_looked_at_again(client, cast):
    client.force_login(cast.leader)
    answer = client.post(PUBLISH, filled(cast, seen=1))
    assert answer.status_code == 422
    assert answer.context["reach"] == 2
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"receipt_by": ""}, "receipt_by"),
        ({"receipt_by": "2020-01-01"}, "receipt_by"),
        ({"roles": ["king"]}, "roles"),
    ],
)
def test_what_is_wrong_stands_on_the_form(client, cast, changes, field):
    client.force_login(cast.leader)
    for where in (NEW, PUBLISH):
        answer = client.post(where, filled(cast, seen=2, **changes))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "加强巡查" in answer.content.decode()


def test_nobody_publishes_beyond_their_area_or_in_anothers_name(client, cast):
    client.force_login(cast.operator)
    community = {"organisation": cast.city.community_centre.pk, "area": cast.city.community.pk}
    assert client.post(NEW, filled(cast, **community)).status_code == 200
    assert client.post(NEW, filled(cast, **{**community, "area": cast.city.street.pk})).status_code == 422
    assert client.post(NEW, filled(cast)).status_code == 422


@pytest.mark.parametrize("who", ["inspector", "handler", "officer", "dispatcher", "grid_leader", "citizen"])
def test_others_publish_nothing(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(NEW).status_code == 403
    assert client.get(ISSUED).status_code == 403
    assert client.post(PUBLISH, filled(cast, seen=2)).status_code == 403
    assert not Announcement.objects.exists()


def test_without_anybody_to_tell_it_is_not_published(client, cast):
    client.force_login(cast.leader)
    answer = client.post(PUBLISH, filled(cast, roles=[Role.VOLUNTEER], seen=0))
    assert answer.status_code == 422
    assert not Announcement.objects.exists()


def test_what_is_urgent_passes_over_quiet_hours(cast):
    publish(cast, is_urgent=True)
    assert set(Notice.objects.values_list("urgent", flat=True)) == {True}
    assert not Notice.objects.filter(recipient=cast.leader).exists()
    assert not Delivery.objects.exists()  # nobody here has an e-mail address


def test_nobody_outside_the_area_is_told(cast):
    announcement = publish(cast, area=cast.city.community)
    told = set(announcement.receipts.values_list("person__username", flat=True))
    assert told == {"inspector", "gridleader", "operator", "dispatcher", "handler"}


# Reading and confirming


def test_reading_is_noted_once_and_confirmed_in_one_tap(client, cast):
    announcement = order(cast)
    client.force_login(cast.inspector)
    assert "防御台风通知" in client.get(LIST).content.decode()
    shown = client.get(page(announcement))
    assert page(announcement, "acknowledge_order") in shown.content.decode()
    receipt = announcement.receipts.get(person=cast.inspector)
    first = receipt.read_at
    assert first
    client.get(page(announcement))
    assert client.post(page(announcement, "acknowledge_order")).url == LIST
    assert client.post(page(announcement, "acknowledge_order")).url == LIST
    receipt.refresh_from_db()
    assert receipt.read_at == first
    assert receipt.acknowledged_at
    assert page(announcement, "acknowledge_order") not in client.get(page(announcement)).content.decode()


def test_what_was_read_from_the_list_of_announcements_no_longer_waits_among_the_notices(client, cast):
    announcement = order(cast)
    client.force_login(cast.inspector)
    client.get(page(announcement))
    mine = Notice.objects.filter(event="order")
    assert mine.get(recipient=cast.inspector).read_at
    assert not mine.exclude(recipient=cast.inspector).exclude(read_at=None).exists()


def test_a_notice_needs_no_confirmation(client, cast):
    announcement = publish(cast)
    client.force_login(cast.inspector)
    assert client.post(page(announcement, "acknowledge_order")).status_code == 409


def test_strangers_find_nothing(client, cast):
    announcement = order(cast)
    client.force_login(cast.stranger)
    assert "防御台风通知" not in client.get(LIST).content.decode()
    for name in ("announcement_detail", "announcement_receipts"):
        assert client.get(page(announcement, name)).status_code == 404
    for name in ("acknowledge_order", "remind_of_announcement", "withdraw_announcement"):
        assert client.post(page(announcement, name)).status_code == 404
    client.logout()
    assert client.get(page(announcement)).status_code == 302


def test_who_takes_up_a_post_later_reads_it_too(client, cast):
    announcement = order(cast, roles=[Role.HANDLER])
    newcomer, other = make_user("newcomer"), make_user("other")
    make_post(newcomer, Role.HANDLER, cast.city.team)
    make_post(other, Role.OFFICER, cast.city.street_department)
    client.force_login(newcomer)
    assert "防御台风通知" in client.get(LIST).content.decode()
    client.post(page(announcement, "acknowledge_order"))
    receipt = announcement.receipts.get(person=newcomer)
    assert receipt.organisation == cast.city.team
    assert receipt.acknowledged_at
    client.force_login(other)
    assert client.get(page(announcement)).status_code == 404
    later = clock.now() + timedelta(days=61)
    with clock.at(later):
        late = make_user("late")
        make_post(late, Role.HANDLER, cast.city.team)
        assert not Announcement.objects.addressed_to(late).exists()


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_moment_is_kept(cast):
    announcement = order(cast)
    results = race(*[lambda: acknowledge_order(announcement.pk, actor=cast.inspector)] * 4)
    assert len({receipt.acknowledged_at for receipt in results}) == 1


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_who_opens_it_twice_at_once_gets_one_receipt(cast):
    announcement = publish(cast, roles=[Role.HANDLER])
    newcomer = make_user("newcomer")
    make_post(newcomer, Role.HANDLER, cast.city.team)
    results = race(*[lambda: read_announcement(announcement.pk, actor=newcomer)] * 4)
    assert len({receipt.pk for receipt in results}) == 1


def test_what_was_said_and_when_it_was_read_stays_in_the_database_too(cast):
    announcement = order(cast)
    acknowledge_order(announcement.pk, actor=cast.inspector)
    receipts = AnnouncementReceipt.objects.filter(person=cast.inspector)
    changes = (
        lambda: Announcement.objects.update(text="别的"),
        lambda: Announcement.objects.all().delete(),
        lambda: receipts.update(read_at=clock.now()),
        lambda: receipts.update(acknowledged_at=None),
        lambda: receipts.update(told_at=clock.now()),
        lambda: AnnouncementReceipt.objects.all().delete(),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# Afterwards


def test_receipts_say_who_is_behind_by_unit(client, cast):
    announcement = order(cast)
    acknowledge_order(announcement.pk, actor=cast.inspector)
    read_announcement(announcement.pk, actor=cast.handler)
    client.force_login(cast.supervisor)
    shown = client.get(page(announcement, "announcement_receipts"))
    context = shown.context
    assert (context["told"], context["read"], context["acknowledged"], context["missing"]) == (7, 2, 1, 6)
    late = {unit.organisation: [one.person for one in unit.missing] for unit in context["units"]}
    assert late[cast.city.team] == [cast.handler]
    assert cast.inspector not in late[cast.city.community_centre]
    [row] = client.get(ISSUED).context["rows"]
    assert (row.n_told, row.n_read, row.n_acknowledged) == (7, 2, 1)
    # Whoever only receives it does not see who is behind.
    client.force_login(cast.inspector)
    assert client.get(page(announcement, "announcement_receipts")).status_code == 404


def test_those_behind_are_reminded_at_most_once_an_hour(client, cast):
    announcement = order(cast)
    acknowledge_order(announcement.pk, actor=cast.inspector)
    client.force_login(cast.leader)
    remind = page(announcement, "remind_of_announcement")
    assert client.post(remind).status_code == 302
    reminded = set(
        Notice.objects.filter(event="order_reminder").values_list("recipient__username", flat=True)
    )
    assert "inspector" not in reminded
    assert len(reminded) == 6
    assert client.post(remind).status_code == 409
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert client.post(remind).status_code == 302
    client.force_login(cast.inspector)
    assert client.post(remind).status_code == 403


def test_a_withdrawn_one_is_found_by_nobody_but_who_issued_it(client, cast):
    announcement = publish(cast, is_public=True)
    read_announcement(announcement.pk, actor=cast.inspector)
    client.force_login(cast.leader)
    withdraw = page(announcement, "withdraw_announcement")
    assert client.post(withdraw).status_code == 302
    assert client.post(withdraw).status_code == 409
    assert client.get(page(announcement, "announcement_receipts")).status_code == 200
    assert client.get(page(announcement)).status_code == 200
    told = Notice.objects.filter(event="announcement_withdrawn")
    assert [notice.recipient for notice in told] == [cast.inspector]
    client.force_login(cast.inspector)
    assert client.get(page(announcement)).status_code == 404
    assert not Announcement.objects.public().exists()


def test_an_overdue_order_rings_once(cast):
    announcement = order(cast)
    publish(cast)
    acknowledge_order(announcement.pk, actor=cast.inspector)
    ring_task()
    assert not Notice.objects.filter(event="order_overdue").exists()
    with clock.at(clock.now() + timedelta(days=3)):
        ring_task()
        ring_task()
    assert Notice.objects.filter(event="order_overdue").count() == 6
    missing = Notice.objects.get(event="order_overdue_missing")
    assert missing.recipient == cast.leader
    assert missing.params["missing"] == 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_ring_once(cast):
    order(cast)

    def ring():
        with clock.at(clock.now() + timedelta(days=3)):
            return ring_for_overdue_orders()

    assert sum(race(ring, ring, ring)) == 1
    assert Notice.objects.filter(event="order_overdue_missing").count() == 1


def test_lists_take_as_many_queries_for_many_as_for_one(client, cast):
    client.force_login(cast.supervisor)
    order(cast)
    pages = (LIST, ISSUED)
    few = [count_queries(client, one) for one in pages]
    for number in range(5):
        publish(cast, title=f"通知 {number}")
    assert [count_queries(client, one) for one in pages] == few
    assert max(few) <= 12
    assert count_queries(client, page(Announcement.objects.first(), "announcement_receipts")) <= 12


# API


def test_the_api_lists_reads_and_confirms(client, cast):
    announcement = order(cast)
    publish(cast)
    client.force_login(cast.inspector)
    base = "/api/v1/announcements/"
    rows = client.get(base).json()["results"]
    assert [row["kind"] for row in rows] == ["notice", "order"]
    assert rows[1]["acknowledged_at"] is None
    detail = client.get(f"{base}{announcement.pk}/").json()
    assert detail["text"] == "各网格请加强巡查。"
    assert detail["read_at"]
    confirmed = client.post(f"{base}{announcement.pk}/acknowledge/")
    assert confirmed.status_code == 200
    assert confirmed.json()["acknowledged_at"]
    waiting = client.get(f"{base}?waiting=true").json()["results"]
    assert [row["kind"] for row in waiting] == ["notice"]
    notice = waiting[0]["id"]
    assert client.post(f"{base}{notice}/acknowledge/").json()["errors"][0]["code"] == "step_not_allowed"
    client.force_login(cast.stranger)
    assert client.get(base).json()["results"] == []
    assert client.get(f"{base}{announcement.pk}/").status_code == 404
    assert client.post(f"{base}{announcement.pk}/acknowledge/").status_code == 404
    client.logout()
    assert client.get(base).status_code in (401, 403)

"""The message board: written without an account, looked over, answered, found again by its code."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.models import BlockedSender, BoardAnswer, BoardMessage, BoardState
from cases.public_limits import hashed
from cases.services.board import hide_from_board, show_on_board, write_on_board
from cases.services.citizen import Sender
from cases.tasks import forget_devices
from cases.tracking_codes import spaced
from gridgov import clock
from gridgov.log import WithoutCodes
from gridgov.models import Notice
from gridgov.notice_texts import text_of
from grids.models import Organisation, Role
from tests.factories import make_post, make_user
from tests.pages import count_queries
from tests.racing import race

BOARD, WRITE, FIND, DESK = "/board/", "/board/write/", "/board/mine/", "/cases/board/"
FILLED = {"topic": "question", "text": "<script>什么时候修路？</script>", "name": "平洲居民"}


def write(city, **changes):
    sender = Sender(device_hash="d" * 64, address_hash="a" * 64)
    fields = {"area": city.street, "topic": "question", "text": "什么时候修路？", **changes}
    return write_on_board(sender=sender, **fields)


def street_operator(cast):
    return make_post(make_user("street"), Role.OPERATOR, cast.city.street_centre).user


def at(name, message):
    return reverse(f"cases:{name}", args=[message.pk])


# Citizens


def test_somebody_writes_and_finds_it_by_its_code_before_anybody_reads_it(client, cast):
    assert client.get(WRITE).status_code == 200
    sent = client.post(WRITE, FILLED | {"street": cast.city.street.pk})
    message = BoardMessage.objects.get()
    assert message.area == cast.city.street
    assert message.device_hash
    assert message.device_hash not in client.cookies["device"].value
    assert sent.url == reverse("cases:own_message", args=[spaced(message.code)])
    own = client.get(sent.url).content.decode()
    assert spaced(message.code) in own
    assert "&lt;script&gt;" in own
    assert "<script>什" not in own
    assert "什么时候" not in client.get(BOARD).content.decode()
    client.cookies.clear()
    assert client.post(FIND, {"code": message.code.lower()}).url == sent.url


def test_the_operators_of_its_centre_are_told_that_it_waits_but_not_its_words(client, cast):
    operator = street_operator(cast)
    client.post(WRITE, FILLED | {"street": cast.city.street.pk})
    notice = Notice.objects.get()
    assert notice.recipient == operator
    assert "什么时候" not in text_of(notice)
    client.force_login(operator)
    assert "什么时候" in client.get(notice.url).content.decode()
    page = client.get("/notices/", headers={"accept-language": "en"}).content.decode()
    assert "waits to be looked over" in page


def test_a_message_is_written_though_no_centre_is_there_to_be_told(client, city):
    Organisation.objects.update(is_active=False)
    client.post(WRITE, FILLED | {"street": city.street.pk})
    assert BoardMessage.objects.exists()


def test_without_a_street_it_goes_to_the_only_district(client, city):
    client.post(WRITE, FILLED)
    assert BoardMessage.objects.get().area == city.district


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "字" * 1001}, "text"),
        ({"topic": "x"}, "topic"),
        ({"name": "名" * 31}, "name"),
    ],
)
def test_what_is_wrong_stands_on_the_form(client, city, changes, field):
    answer = client.post(WRITE, FILLED | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not BoardMessage.objects.exists()


def test_much_from_one_device_is_asked_a_sum_and_then_nothing_is_taken(client, city, settings):
    settings.PUBLIC_LIMITS = settings.PUBLIC_LIMITS | {
        "board": {"device": ["1/h", "2/d"], "address": ["100/h", "100/d"]}
    }
    assert client.post(WRITE, FILLED).status_code == 302
    challenged = client.post(WRITE, FILLED)
    assert challenged.status_code == 422
    assert challenged.context["form"].challenge
    assert BoardMessage.objects.count() == 1


def test_who_is_kept_out_writes_nothing(client, cast):
    filled = FILLED | {"street": cast.city.street.pk}
    client.post(WRITE, filled)
    message = BoardMessage.objects.get()
    BlockedSender.objects.create(
        sender_hash=message.device_hash,
        reason="广告",
        blocked_by=cast.operator,
        blocked_at=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    assert client.post(WRITE, filled).status_code == 403
    assert BoardMessage.objects.count() == 1


def test_the_same_form_sent_twice_is_written_once(client, city):
    filled = FILLED | {"idempotency_key": "3f0c9f3e-0000-4000-8000-000000000001"}
    first, second = client.post(WRITE, filled), client.post(WRITE, filled)
    assert first["Location"] == second["Location"]
    assert BoardMessage.objects.count() == 1


def test_wrong_codes_find_nothing_and_are_counted(client, city, settings):
    settings.PUBLIC_LIMITS = settings.PUBLIC_LIMITS | {
        "code": {"device": ["1/h", "2/d"], "address": ["100/h", "100/d"]}
    }
    assert client.post(FIND, {"code": ""}).status_code == 422
    assert client.get(f"{FIND}2222-2222-2222/").status_code == 404
    assert client.post(FIND, {"code": "3333-3333-3333"}).status_code == 404
    assert client.post(FIND, {"code": "4444-4444-4444"}).status_code == 429


def test_no_log_holds_a_code(client, city, caplog):
    caplog.handler.addFilter(WithoutCodes())
    with caplog.at_level(logging.WARNING):
        assert client.get(f"{FIND}7KQ2-9MXA-4TRW/").status_code == 404
    assert f"{FIND}…" in caplog.text
    assert "7KQ2" not in caplog.text


# The desk


def test_an_operator_shows_it_and_an_officer_answers_it(client, cast):
    message = write(cast.city, area=cast.city.community)
    client.force_login(cast.operator)
    assert "什么时候修路" in client.get(DESK).content.decode()
    assert client.post(at("show_on_board", message)).status_code == 302
    assert client.post(at("show_on_board", message)).status_code == 409
    client.force_login(cast.officer)
    answer = {"organisation": cast.city.street_department.pk, "text": "下周<b>动工</b>。"}
    assert client.post(at("answer_on_board", message), answer).status_code == 302
    client.post(at("answer_on_board", message), answer | {"text": "改为下月动工。"})
    client.logout()
    page = client.get(BOARD).content.decode()
    assert "什么时候修路" in page
    assert "改为下月动工" in page
    assert "下周" not in page
    assert cast.officer.display_name not in page
    assert spaced(message.code) not in page
    client.force_login(cast.officer)
    assert "下周&lt;b&gt;" in client.get(at("board_message", message)).content.decode()


def test_what_is_hidden_needs_a_reason_that_its_author_reads(client, cast):
    message = write(cast.city, area=cast.city.community)
    client.force_login(cast.operator)
    assert client.post(at("hide_from_board", message), {"reason": " "}).status_code == 422
    assert client.post(at("hide_from_board", message), {"reason": "含有电话号码"}).status_code == 302
    client.logout()
    assert "什么时候修路" not in client.get(BOARD).content.decode()
    assert "含有电话号码" in client.get(f"{FIND}{spaced(message.code)}/").content.decode()


def test_whoever_sends_what_does_not_belong_there_is_kept_out_for_a_time(client, cast):
    filled = FILLED | {"street": cast.city.street.pk}
    client.post(WRITE, filled)
    message = BoardMessage.objects.get()
    hide_from_board(message.pk, actor=street_operator(cast), reason="广告", keep_out=True)
    assert client.post(WRITE, filled).status_code == 403
    with clock.at(clock.now() + timedelta(days=31)):
        assert client.post(WRITE, filled).status_code == 302


def test_only_operators_of_the_place_look_over_and_only_its_people_see_it(client, cast):
    message = write(cast.city, area=cast.city.street)
    # The community's operator does not work for the whole street.
    for who in (cast.operator, cast.stranger, cast.inspector):
        client.force_login(who)
        assert client.get(at("board_message", message)).status_code == 404
        assert client.post(at("show_on_board", message)).status_code == 404
    client.force_login(cast.inspector)
    assert client.get(DESK).status_code == 403
    client.force_login(cast.officer)
    assert client.get(at("board_message", message)).status_code == 200
    assert client.post(at("show_on_board", message)).status_code == 403
    assert client.post(at("hide_from_board", message), {"reason": "不妥"}).status_code == 403
    foreign = {"organisation": cast.city.district_department.pk, "text": "好的"}
    assert client.post(at("answer_on_board", message), foreign).status_code == 422
    assert not BoardAnswer.objects.exists()
    message.refresh_from_db()
    assert message.state == BoardState.WAITING


@pytest.mark.django_db(transaction=True)
def test_two_operators_decide_at_once_and_the_later_one_hears_of_it(cast):
    message = write(cast.city, area=cast.city.community)
    results = race(*[lambda: show_on_board(message.pk, actor=cast.operator)] * 3)
    assert sum(isinstance(result, BoardMessage) for result in results) == 1


def test_words_and_answers_stay_in_the_database_too(cast):
    message = write(cast.city, area=cast.city.community)
    BoardAnswer.objects.create(
        message=message,
        organisation=cast.city.team,
        text="好",
        answered_by=cast.handler,
        answered_at=clock.now(),
    )
    changes = (
        lambda: BoardMessage.objects.update(text="别的"),
        lambda: BoardMessage.objects.all().delete(),
        lambda: BoardMessage.objects.update(state=BoardState.HIDDEN),
        lambda: BoardAnswer.objects.update(text="别的"),
        lambda: BoardAnswer.objects.all().delete(),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_each_decision_stands_in_the_history_without_what_is_cleared_later(cast):
    message = write(cast.city, area=cast.city.community)
    show_on_board(message.pk, actor=cast.operator)
    hide_from_board(message.pk, actor=cast.operator, reason="过期")
    events = message.events.order_by("pgh_id")
    assert [event.state for event in events] == ["waiting", "shown", "hidden"]
    assert not {"code", "device_hash", "address_hash"} & {field.name for field in events.model._meta.fields}
    with clock.at(clock.now() + timedelta(days=400)):
        forget_devices()
    message.refresh_from_db()
    assert (message.device_hash, message.address_hash) == ("", "")


def test_lists_take_as_many_queries_for_many_as_for_one(client, cast):
    first = write(cast.city, area=cast.city.community)
    show_on_board(first.pk, actor=cast.operator)
    write(cast.city, area=cast.city.community)
    public = count_queries(client, BOARD)
    client.force_login(cast.operator)
    desk = count_queries(client, DESK)
    for _number in range(4):
        shown = write(cast.city, area=cast.city.community)
        show_on_board(shown.pk, actor=cast.operator)
        write(cast.city, area=cast.city.community)
    assert count_queries(client, DESK) == desk
    client.logout()
    assert count_queries(client, BOARD) == public <= 4


def test_hashes_tell_nobody(client, city):
    client.post(WRITE, FILLED)
    assert BoardMessage.objects.get().address_hash == hashed("address", "127.0.0.1")
    assert "127.0.0.1" not in BoardMessage.objects.get().address_hash

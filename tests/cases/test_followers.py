"""Who waits for a case is told by mail, in their language, with the link that is theirs alone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.forms.models import model_to_dict

from cases.services import merge_case, refuse_case, register_case, reopen_as_citizen, void_case
from cases.services.contact import forget_contacts
from cases.tracking_codes import spaced
from cases.workflow import Status
from dispatch.services import ask_extension, decide_request
from gridgov import clock
from gridgov.models import Delivery, DeliveryState, Notice
from gridgov.notice_texts import shipped_text
from gridgov.outbox import deliver_notices
from tests.case_factories import carried_on, make_case
from tests.followers import joined, reported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_mail(settings):
    settings.NOTICE_CHANNELS = ["email"]
    settings.PUBLIC_URL = "https://grid.example.org"


def mails() -> dict[str, str]:
    """What was sent since the last look, by receiver: subject and body."""
    deliver_notices()
    found = {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}
    mail.outbox.clear()
    return found


def test_each_is_told_of_the_registration_with_the_link_that_is_theirs(cast):
    first = reported(cast, email="a@example.org")
    other = joined(cast, first.case, email="b@example.org")
    joined(cast, first.case)
    register_case(first.case_id, actor=cast.operator)
    sent = mails()
    assert set(sent) == {"a@example.org", "b@example.org"}
    for follower, receiver in ((first, "a@example.org"), (other, "b@example.org")):
        assert f"No. {first.case.number} was accepted" in sent[receiver]
        assert f"https://grid.example.org/track/{spaced(follower.code)}/" in sent[receiver]
        assert "桂澜路" not in sent[receiver]
    assert spaced(other.code) not in sent["a@example.org"]


def test_they_are_told_in_their_language(cast):
    follower = reported(cast, email="a@example.org")
    follower.language = "zh-hans"
    follower.save()
    register_case(follower.case_id, actor=cast.operator)
    deliver_notices()
    words = shipped_text("follower_register", "zh-hans")
    assert mail.outbox[0].subject == words % {"number": follower.case.number}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda case, cast: refuse_case(case.pk, actor=cast.operator, reason="属于小区物业"), "属于小区物业"),
        (
            lambda case, cast: void_case(case.pk, actor=cast.supervisor, reason="内部说明"),
            "taken off the list",
        ),
        (lambda case, cast: carried_on(case, Status.CLOSED, cast), "three short questions"),
        (lambda case, cast: carried_on(case, Status.SUSPENDED, cast), "has to wait until"),
    ],
)
def test_what_concerns_them_is_told_without_words_for_colleagues(cast, step, words):
    follower = reported(cast, email="a@example.org")
    step(follower.case, cast)
    deliver_notices()
    told = "\n".join(message.subject + message.body for message in mail.outbox)
    assert words in told
    for inner in ("内部说明", "灯亮了", "等材料", "已换灯泡"):
        assert inner not in told


def test_more_time_is_told_with_the_new_date(cast):
    follower = reported(cast, Status.HANDLING, email="a@example.org")
    mails()
    follower.case.refresh_from_db()
    until = follower.case.stage_due_at + timedelta(hours=5)
    ask_extension(follower.case_id, actor=cast.handler, reason="等材料", until=until)
    decide_request(follower.case_id, actor=cast.supervisor, granted=True)
    assert "takes longer: to be solved by" in mails()["a@example.org"]


def test_who_was_merged_hears_how_the_other_ends_under_their_own_number(cast):
    into, follower = make_case(cast), reported(cast, email="a@example.org")
    merge_case(follower.case_id, actor=cast.operator, into_id=into.pk)
    assert "both go on together" in mails()["a@example.org"]
    carried_on(into, Status.CLOSED, cast)
    deliver_notices()
    assert any(f"No. {follower.case.number} is closed" in message.subject for message in mail.outbox)
    assert not any(into.number in message.subject + message.body for message in mail.outbox)


def test_who_opens_it_again_is_not_told_what_they_did_but_the_others_are(cast):
    first = reported(cast, Status.CLOSED, email="a@example.org")
    joined(cast, first.case, email="b@example.org")
    mails()
    reopen_as_citizen(first.pk, reason="又坏了")
    sent = mails()
    assert set(sent) == {"b@example.org"}
    assert "又坏了" not in sent["b@example.org"]


def test_no_row_that_staff_read_holds_a_code(cast):
    follower = reported(cast, email="a@example.org")
    register_case(follower.case_id, actor=cast.operator)
    deliver_notices()
    rows = [*Notice.objects.all(), *Delivery.objects.all()]
    written = str([model_to_dict(row) for row in rows])
    assert follower.code not in written
    assert spaced(follower.code) not in written
    assert "a@example.org" not in written


def test_who_was_forgotten_meanwhile_is_told_nothing(cast):
    follower = reported(cast, email="a@example.org")
    refuse_case(follower.case_id, actor=cast.operator, reason="不属于受理范围")
    with clock.at(clock.now() + timedelta(days=400)):
        forget_contacts()
        assert mails() == {}
    assert Delivery.objects.get().state == DeliveryState.DROPPED


def test_without_a_channel_nobody_is_told(cast, settings):
    settings.NOTICE_CHANNELS = []
    follower = reported(cast, email="a@example.org")
    register_case(follower.case_id, actor=cast.operator)
    assert not Delivery.objects.exists()

"""What notices say of the cases they tell of."""

import pytest
from django.core import mail
from django.utils.translation import override

from cases.models import Case
from cases.services import comment_case, settle_case
from cases.workflow import Status
from dispatch.services import recall_case
from gridgov.models import Notice
from gridgov.outbox import deliver_notices, send_notices, text_of
from tests.case_factories import case_in, make_case, stored
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL = "/notices/"


def test_a_notice_names_class_and_place_of_its_case(client, cast):
    make_case(cast)
    client.force_login(cast.operator)
    assert [row.about for row in client.get(URL).context["rows"]] == ["路灯 · 桂澜路 1 号"]
    notice = cast.operator.notices.get()
    assert "桂澜路 1 号" in client.get(URL).content.decode()
    answer = client.post(f"{URL}{notice.pk}/read/", headers={"HX-Request": "true"})
    assert "桂澜路 1 号" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"case_class": None}, "桂澜路 1 号"),
        ({"address": ""}, "路灯 · 第一网格"),
        ({"address": "", "point": None}, "路灯"),
        ({"case_class": None, "address": "", "point": None}, ""),
    ],
)
def test_what_is_not_known_of_a_case_is_left_out(client, cast, fields, words):
    make_case(cast, **fields)
    case = Case.objects.get()
    send_notices(
        [cast.operator], "case_report", params={"number": case.number}, url="/", subject=f"case:{case.pk}"
    )
    client.force_login(cast.operator)
    assert client.get(URL).context["rows"][0].about == words


def test_one_query_names_all_the_cases_of_a_page(client, cast):
    client.force_login(cast.operator)
    make_case(cast)
    first = count_queries(client, URL)
    for _ in range(9):
        make_case(cast)
    assert count_queries(client, URL) == first <= 12


def test_a_mail_names_them_too(cast, settings):
    settings.NOTICE_CHANNELS = ["email"]
    cast.operator.email = "operator@example.org"
    cast.operator.save()
    make_case(cast)
    deliver_notices()
    assert "路灯 · 桂澜路 1 号" in mail.outbox[0].body


def test_a_comment_reaches_the_unit_and_whoever_has_to_move_next(cast):
    case = case_in(Status.REGISTERED, cast)
    Notice.objects.all().delete()
    comment_case(case.pk, actor=cast.leader, text="请今天派出")
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.dispatcher}
    case = case_in(Status.HANDLING, cast)
    Notice.objects.all().delete()
    comment_case(case.pk, actor=cast.leader, text="注意安全")
    [notice] = Notice.objects.filter(recipient=cast.handler)
    with override("en"):
        assert text_of(notice) == f"{case.number}: the leader comments. 注意安全"


def test_a_recall_says_why(cast):
    case = case_in(Status.HANDLING, cast)
    recall_case(case.pk, actor=cast.dispatcher, reason="派错了")
    with override("en"):
        assert text_of(cast.handler.notices.latest("id")).endswith("recalled by the dispatcher. 派错了")


@pytest.mark.parametrize(("every", "told"), [(1, True), (0, False)])
def test_who_shall_verify_a_settled_case_is_told_and_otherwise_nobody(cast, settings, every, told):
    settings.SETTLED_SAMPLE_EVERY = every
    settle_case(make_case(cast).pk, actor=cast.inspector, photos=stored(cast.inspector))
    notices = Notice.objects.filter(event="case_settle")
    assert notices.filter(recipient=cast.grid_leader).exists() is told
    assert not notices.filter(recipient=cast.inspector).exists()

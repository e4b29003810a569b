"""Following a case by its code: the page, and what it never says."""

import logging
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils.timezone import localtime
from PIL import Image

from cases.models import CaseClass, CasePhoto, Publication, Publicity
from cases.services import (
    amend_case,
    comment_case,
    merge_case,
    refuse_case,
    reopen_case,
    unmerge_case,
    verify_case,
)
from cases.tracking_codes import new_code, spaced
from cases.workflow import Status
from dispatch.services import (
    accept_case,
    ask_extension,
    decide_request,
    dispatch_case,
    feed_back_case,
    recall_case,
    urge_case,
)
from gridgov import clock
from gridgov.log import WithoutCodes
from gridgov.models import Photo
from tests.case_factories import carried_on, make_case, stored
from tests.followers import joined, page_of, reported
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
STAFF = ("inspector", "operator", "dispatcher", "handler", "gridleader", "supervisor")


@pytest.fixture(autouse=True)
def _nobody_has_tried(settings, client):
    settings.PUBLIC_LIMITS = {
        **settings.PUBLIC_LIMITS,
        "code": {"device": ["2/h", "3/d"], "address": ["20/h", "20/d"]},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    client.cookies["django_language"] = "en"


def words_of(client, follower) -> str:
    response = client.get(page_of(follower))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("spelling", ["{code}", "{spaced}", "{lower}", " {spaced} "])
def test_the_code_leads_there_in_any_spelling(client, cast, spelling):
    follower = reported(cast)
    code = follower.code
    typed = spelling.format(code=code, spaced=spaced(code), lower=code.lower())
    assert client.post("/track/", {"code": typed}).headers["Location"] == page_of(follower)
    assert client.get(f"/track/{code.lower()}/").headers["Location"] == page_of(follower)


def test_it_is_for_whoever_has_no_account_and_kept_by_nobody(client, cast):
    response = client.get(page_of(reported(cast)))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert client.get("/track/").status_code == 200


def test_an_unknown_code_is_not_found_and_tries_are_counted(client, cast):
    follower = reported(cast)
    assert client.post("/track/", {"code": ""}).status_code == 422
    wrong = [client.post("/track/", {"code": new_code()}).status_code for _ in range(2)]
    wrong.append(client.get(f"/track/{spaced(new_code())}/").status_code)
    assert wrong == [404, 404, 404]
    assert client.get(f"/track/{spaced(new_code())}/").status_code == 429
    # From then on none is looked up, a right one neither.
    assert client.get(page_of(follower)).status_code == 429


def test_who_reads_their_own_page_uses_no_try(client, cast):
    follower = reported(cast)
    assert {client.get(page_of(follower)).status_code for _ in range(6)} == {200}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.REPORTED, "It waits to be looked at"),
        (Status.CHECKING, "Somebody goes there to look"),
        (Status.REGISTERED, "It is accepted"),
        (Status.DISPATCHED, "It is with those who put it right"),
        (Status.HANDLING, "It is being put right"),
        (Status.SUSPENDED, "It has to wait"),
        (Status.HANDLED, "It is reported as done"),
        (Status.CLOSED, "It is closed"),
        (Status.REFUSED, "It was not accepted"),
        (Status.MERGED, "Somebody else has reported the same"),
        (Status.VOID, "It was taken off the list"),
    ],
)
def test_every_status_is_told_in_plain_words_and_without_staff_or_units(client, cast, status, words):
    follower = reported(cast, status)
    page = words_of(client, follower)
    assert words in page
    assert "You reported it" in page
    for name in (
        *STAFF,
        cast.city.team.name,
        cast.city.community_centre.name,
        "已换灯泡",
        "灯亮了",
        "测试数据",
        "等材料",
    ):
        assert name not in page


def test_the_reason_of_a_refusal_is_told_and_no_other_note(client, cast):
    follower = reported(cast)
    comment_case(follower.case_id, actor=cast.operator, text="这人常来闹")
    refuse_case(follower.case_id, actor=cast.operator, reason="属于小区物业")
    page = words_of(client, follower)
    assert "属于小区物业" in page
    assert "这人常来闹" not in page
    reopen_case(follower.case_id, actor=cast.operator, reason="再看一次")
    assert "再看一次" not in words_of(client, follower)


def test_how_often_it_went_to_and_fro_is_not_told(client, cast):
    follower = reported(cast, Status.HANDLING)
    recall_case(follower.case_id, actor=cast.dispatcher, reason="不归他们管")
    dispatch_case(follower.case_id, actor=cast.dispatcher)
    accept_case(follower.case_id, actor=cast.handler)
    urge_case(follower.case_id, actor=cast.supervisor, note="太慢了")
    page = words_of(client, follower)
    assert page.count("It was passed on to those who put it right") == 1
    assert page.count("Work on it has begun") == 1
    assert "不归他们管" not in page
    assert "太慢了" not in page


def moment(at) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"


def test_before_work_begins_the_promise_is_the_end_of_all_that_is_ahead(client, cast):
    follower = reported(cast)
    # One hour each to look and to dispatch, two to accept, 24 to handle: all round the clock.
    assert f"solved by {moment(follower.case.reported_at + timedelta(hours=28))}" in words_of(
        client, follower
    )
    carried_on(follower.case, Status.HANDLING, cast)
    assert f"solved by {moment(follower.case.stage_due_at)}" in words_of(client, follower)


def test_without_a_class_it_says_by_when_somebody_looks(client, cast):
    follower = reported(cast, case_class=None)
    assert f"Somebody looks at it by {moment(follower.case.stage_due_at)}" in words_of(client, follower)


def test_more_time_is_told_with_the_new_date_and_why_but_not_in_the_units_words(client, cast):
    follower = reported(cast, Status.HANDLING)
    follower.case.refresh_from_db()
    until = follower.case.stage_due_at + timedelta(hours=20)
    ask_extension(follower.case_id, actor=cast.handler, reason="老王请假", until=until)
    assert moment(until) not in words_of(client, follower)
    decide_request(follower.case_id, actor=cast.supervisor, granted=True, note="同意")
    page = words_of(client, follower)
    assert f"It takes longer: until {moment(until)}" in page
    assert "more time was asked for, looked into and granted" in page
    assert "老王请假" not in page


def test_a_suspension_is_told_with_its_date(client, cast):
    follower = reported(cast, Status.SUSPENDED)
    follower.case.refresh_from_db()
    page = words_of(client, follower)
    assert f"It has to wait until {moment(follower.case.suspended_until)}" in page
    assert f"at the latest on {moment(follower.case.suspended_until)}" in page


def test_what_is_late_says_so_and_keeps_the_date_that_was_said(client, cast):
    follower = reported(cast, Status.HANDLING)
    follower.case.refresh_from_db()
    due = follower.case.stage_due_at
    with clock.at(due + timedelta(minutes=1)):
        page = words_of(client, follower)
    assert f"solved by {moment(due)}" in page
    assert "it is late" in page


def test_what_was_merged_follows_the_course_of_the_other(client, cast):
    into = make_case(cast, description="别人写的话", address="别人的门牌")
    follower = reported(cast)
    merge_case(follower.case_id, actor=cast.operator, into_id=into.pk, note="重复")
    carried_on(into, Status.CLOSED, cast)
    page = words_of(client, follower)
    assert "both go on together" in page
    assert "It is closed" in page
    assert "Has it been solved?" in page
    assert page.count("reported it") == 1
    for of_another in ("别人写的话", "别人的门牌", "重复", into.number):
        assert of_another not in page


def test_what_was_taken_apart_again_goes_its_own_way(client, cast):
    into = make_case(cast)
    follower = reported(cast)
    merge_case(follower.case_id, actor=cast.operator, into_id=into.pk)
    unmerge_case(follower.case_id, actor=cast.operator)
    carried_on(into, Status.CLOSED, cast)
    page = words_of(client, follower)
    assert "It waits to be looked at" in page
    assert "Has it been solved?" not in page


def test_an_operators_wording_is_not_theirs(client, cast):
    follower = reported(cast)
    assert "路灯整夜不亮" in words_of(client, follower)
    amend_case(follower.case_id, actor=cast.operator, description="来电人情绪激动")
    assert "来电人情绪激动" not in words_of(client, follower)


def test_who_joined_reads_nothing_of_whoever_reported(client, cast):
    first = reported(cast, Status.HANDLING, photo="red", contact_name="陈女士", contact_phone="13800138000")
    other = joined(cast, first.case, note="我也看到了")
    page = words_of(client, other)
    for of_another in ("陈女士", "138", "路灯整夜不亮", "桂澜路 1 号", "/photos/"):
        assert of_another not in page
    assert "You follow it from here on" in page
    assert "我也看到了" not in words_of(client, first)


@pytest.mark.parametrize("change", ["private", "withheld"])
def test_who_joined_what_is_private_by_now_reads_its_course_alone(client, cast, change):
    follower = joined(cast)
    assert cast.city.case_class.name in words_of(client, follower)
    if change == "private":
        CaseClass.objects.update(publicity=Publicity.PRIVATE)
    else:
        Publication.objects.create(
            case=follower.case, is_withheld=True, decided_by=cast.operator, decided_at=clock.now()
        )
    page = words_of(client, follower)
    assert cast.city.case_class.name not in page
    assert cast.city.street.name not in page
    assert "It is being put right" in page


def photos_in(client, follower) -> list[Photo]:
    course = client.get(page_of(follower)).context["course"]
    return [*course.before, *course.after]


def closed_with_photos(cast):
    follower = reported(cast, Status.HANDLING, photo="red")
    [note] = stored(cast.handler, "blue")
    comment_case(follower.case_id, actor=cast.handler, text="看过", photos=[note])
    feed_back_case(follower.case_id, actor=cast.handler, note="好了", photos=stored(cast.handler, "green"))
    return follower, note


def test_photos_are_their_own_and_those_of_the_result_without_metadata(client, cast):
    follower, note = closed_with_photos(cast)
    shown = photos_in(client, follower)
    assert len(shown) == 2
    for photo in shown:
        response = client.get(page_of(follower, "photos", str(photo.pk), "display"))
        assert response.status_code == 200
        assert "immutable" not in response["Cache-Control"]
        assert not Image.open(BytesIO(response.content)).getexif()
        assert client.get(page_of(follower, "photos", str(photo.pk), "original")).status_code == 404
    assert client.get(page_of(follower, "photos", str(note.pk), "display")).status_code == 404


def test_who_joined_sees_of_the_result_what_was_chosen_for_strangers(client, cast):
    first, _ = closed_with_photos(cast)
    other = joined(cast, first.case)
    assert photos_in(client, other) == []
    own, after = photos_in(client, first)
    CasePhoto.objects.filter(photo=after).update(is_public=True)
    assert photos_in(client, other) == [after]
    assert client.get(page_of(other, "photos", str(own.pk), "thumb")).status_code == 404


def test_it_is_asked_for_again_by_itself_and_shows_itself_anew_once_it_asks(client, cast):
    follower = reported(cast, Status.HANDLED)
    htmx = {"HX-Request": "true", "HX-Target": "course"}
    part = client.get(f"{page_of(follower)}?asks=", headers=htmx)
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    verify_case(follower.case_id, actor=cast.grid_leader, passed=True, note="好了")
    assert client.get(f"{page_of(follower)}?asks=", headers=htmx)["HX-Refresh"] == "true"
    # Where something may be typed, nothing is taken away.
    assert "HX-Refresh" not in client.get(f"{page_of(follower)}?asks=answer", headers=htmx)


def test_a_long_story_costs_no_more_queries(client, cast):
    short = count_queries(client, page_of(reported(cast, Status.HANDLING)))
    follower, _ = closed_with_photos(cast)
    for _ in range(5):
        comment_case(follower.case_id, actor=cast.handler, text="看过")
    joined(cast, follower.case)
    assert count_queries(client, page_of(follower)) <= short + 1 <= 10


def test_no_log_holds_a_code(client, cast, caplog):
    follower = reported(cast)
    caplog.handler.addFilter(WithoutCodes())
    with caplog.at_level(logging.WARNING):
        assert client.post(page_of(follower, "answer"), {}).status_code == 409
        assert client.get(f"/track/{spaced(follower.code)}7/").status_code == 404
    assert "/track/…" in caplog.text
    assert spaced(follower.code)[:10] not in caplog.text

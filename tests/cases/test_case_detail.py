"""The page of one case: where it stands, how it came there, and what this person may do."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from cases.services import answer_check, comment_case, register_case
from cases.workflow import Status
from dispatch.services import ask_extension, ask_return
from dispatch.sweep import sweep
from gridgov import clock
from tests.case_factories import case_in, make_case, stored
from tests.factories import inside, make_post
from tests.pages import count_queries, part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def address(case):
    return reverse("cases:case_detail", args=[case.number])


def offered(client, case):
    context = client.get(address(case)).context
    return [offer.url_name.partition(":")[2] for offer in [*context["buttons"], *context["more"]]]


def test_whoever_may_see_the_case_sees_its_page(client, cast):
    case = case_in(Status.HANDLING, cast)
    for person in (
        cast.inspector,
        cast.grid_leader,
        cast.operator,
        cast.handler,
        cast.supervisor,
        cast.leader,
    ):
        client.force_login(person)
        assert client.get(address(case)).status_code == 200, person


def test_strangers_get_404_as_for_a_case_that_does_not_exist(client, cast):
    case = case_in(Status.HANDLING, cast)
    for person in (cast.stranger, cast.citizen, cast.officer):
        client.force_login(person)
        assert client.get(address(case)).status_code == 404, person
    client.force_login(cast.operator)
    assert client.get("/cases/440699-20260101-000001/").status_code == 404


def test_the_page_says_what_and_where_and_who(client, cast):
    make_post(role="grid_leader", organisation=cast.city.community_centre, is_responsible=True, title="片长")
    point = inside(cast.city.grid)
    device = Point(point.x + 0.0001, point.y, srid=4326)
    case = make_case(
        cast, photos=stored(cast.inspector, "red"), point=point, device_point=device, accuracy_m=12
    )
    client.force_login(cast.operator)
    html = client.get(address(case), headers=ENGLISH).content.decode()
    for words in (
        case.number,
        "路灯",
        "桂澜路 1 号",
        "南海区",
        cast.city.grid.name,
        "片长",
        "路灯整夜不亮",
        "± 12 m",
    ):
        assert words in html
    assert "outline" in html
    assert f"[{round(device.y, 6)}, {round(device.x, 6)}]" in html


@pytest.mark.parametrize(
    ("person", "status", "expected"),
    [
        (
            "operator",
            Status.REPORTED,
            [
                "register_case",
                "order_check",
                "merge_case",
                "refuse_case",
                "amend_case",
                "escalate_case",
                "declare_emergency",
                "comment_case",
            ],
        ),
        ("grid_leader", Status.CHECKING, ["answer_check", "comment_case", "blow_whistle"]),
        (
            "dispatcher",
            Status.REGISTERED,
            [
                "dispatch_case",
                "merge_case",
                "join_unit",
                "escalate_case",
                "declare_emergency",
                "comment_case",
                "blow_whistle",
                "call_joint_operation",
            ],
        ),
        (
            "dispatcher",
            Status.HANDLING,
            [
                "recall_case",
                "join_unit",
                "escalate_case",
                "declare_emergency",
                "comment_case",
                "blow_whistle",
                "call_joint_operation",
            ],
        ),
        ("handler", Status.DISPATCHED, ["accept_case", "ask_return", "comment_case"]),
        (
            "handler",
            Status.HANDLING,
            [
                "feed_back_case",
                "ask_extension",
                "ask_suspension",
                "ask_deferral",
                "ask_return",
                "comment_case",
            ],
        ),
        (
            "supervisor",
            Status.SUSPENDED,
            ["resume_case", "comment_case", "call_joint_operation", "void_case"],
        ),
        ("grid_leader", Status.HANDLED, ["verify_case", "comment_case", "blow_whistle"]),
        ("handler", Status.HANDLED, ["comment_case"]),
        ("operator", Status.CLOSED, ["record_answer", "reopen_case", "comment_case"]),
        ("leader", Status.HANDLING, ["urge_case", "comment_case"]),
    ],
)
def test_exactly_the_actions_this_person_may_take_are_offered(client, cast, person, status, expected):
    case = case_in(status, cast)
    client.force_login(getattr(cast, person))
    assert offered(client, case) == expected


def test_a_request_is_decided_by_whom_it_concerns_and_nothing_else_is_asked_meanwhile(client, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    client.force_login(cast.handler)
    assert offered(client, case) == ["feed_back_case", "comment_case"]
    client.force_login(cast.dispatcher)
    assert offered(client, case)[0] == "decide_request"
    client.force_login(cast.supervisor)
    assert "decide_request" not in offered(client, case)


def test_more_time_is_not_offered_once_it_is_overdue(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    with clock.at(case.stage_due_at):
        assert "ask_extension" not in offered(client, case)


def test_the_top_level_offers_no_way_up(client, cast):
    case = make_case(cast, point=None)
    client.force_login(make_post(role="operator", organisation=cast.city.district_centre).user)
    assert "escalate_case" not in offered(client, case)


def test_the_timeline_tells_the_story_with_the_machine_apart(client, cast):
    case = case_in(Status.REGISTERED, cast)
    with clock.at(clock.now() + timedelta(hours=2)):
        sweep()
    client.force_login(cast.leader)
    newest, registered, reported = client.get(address(case), headers=ENGLISH).context["story"]
    assert newest.machine
    assert newest.late
    assert newest.did == f"Moved up to {cast.city.street_centre}"
    assert str(cast.city.community_centre) in newest.note
    assert newest.minutes == 120
    assert (registered.did, registered.who, registered.machine) == ("Registered", "operator", False)
    assert str(cast.city.community_centre) in registered.post
    assert reported.minutes is None


def test_before_and_after_stand_side_by_side(client, cast):
    case = case_in(Status.HANDLING, cast, photos=stored(cast.inspector, "red"))
    from dispatch.services import feed_back_case

    feed_back_case(case.pk, actor=cast.handler, photos=stored(cast.handler, "green"))
    client.force_login(cast.grid_leader)
    context = client.get(address(case)).context
    assert [photo.kind for photo in context["pair"]] == ["before", "after"]
    assert context["photos"] == []


def test_what_it_may_repeat_is_shown_to_whoever_may_merge(client, cast):
    here = inside(cast.city.grid)
    other = {"case_class": cast.city.other_class}
    same, same_spot, _other_class, _far = (
        make_case(cast, point=Point(here.x + 0.0003, here.y, srid=4326)),
        make_case(cast, point=here, **other),
        make_case(cast, point=Point(here.x + 0.0008, here.y, srid=4326), **other),
        make_case(cast, point=Point(here.x + 0.01, here.y, srid=4326)),
    )
    case = make_case(cast, point=here)
    client.force_login(cast.operator)
    found = client.get(address(case)).context["similar"].others
    assert found == [same_spot, same]
    assert 20 < found[1].distance.m < 40
    client.force_login(cast.leader)
    assert client.get(address(case)).context["similar"] is None


def test_htmx_gets_the_sheet_and_after_a_step_the_row_and_what_happened(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    sheet = part(client, address(case)).content.decode()
    assert "<html" not in sheet
    assert 'class="sheet"' in sheet
    assert "hx-swap-oob" not in sheet
    after = part(client, f"{address(case)}?after=comment").content.decode()
    assert f'id="case-{case.pk}" aria-current="true" hx-swap-oob="true"' in after
    assert 'id="messages"' in after


def test_the_width_of_the_screen_decides_between_desk_and_phone(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert 'class="console"' in client.get(address(case)).content.decode()
    client.cookies["posture"] = "phone"
    assert 'class="phone"' in client.get(address(case)).content.decode()


def test_the_page_costs_the_same_for_a_short_and_a_long_story(client, cast):
    case = case_in(Status.HANDLING, cast, photos=stored(cast.inspector))
    client.force_login(cast.supervisor)
    short = count_queries(client, address(case))
    for _ in range(10):
        comment_case(case.pk, actor=cast.leader, text="尽快")
    ask_extension(case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + timedelta(hours=1))
    assert count_queries(client, address(case)) == short <= 20


@pytest.mark.parametrize(
    ("is_true", "words"), [(True, "it is as reported"), (False, "it is not as reported")]
)
def test_the_answer_of_a_check_stands_at_the_head_until_the_case_is_registered(client, cast, is_true, words):
    case = case_in(Status.CHECKING, cast)
    answer_check(case.pk, actor=cast.inspector, is_true=is_true, note="看过了")
    client.force_login(cast.operator)
    assert f"Checked on the spot: {words}" in client.get(address(case), headers=ENGLISH).content.decode()
    register_case(case.pk, actor=cast.operator)
    assert client.get(address(case)).context["check_answer"] is None

"""An emergency: declared, its clock, its circle, the alert with its receipts, the log, its end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.models import Case, Limit, Stage, StageLimit
from cases.services import reopen_case, verify_case, void_case
from cases.workflow import Action, Status
from dispatch.emergencies import concerned
from dispatch.models import Emergency, EmergencyAlert, EmergencyEntry
from dispatch.services import feed_back_case
from dispatch.services.emergency import (
    alert_concerned,
    declare_emergency,
    draw_circle,
    end_emergency,
    end_with_their_cases,
)
from gridgov import clock
from gridgov.errors import AlreadyTaken
from gridgov.models import Notice
from gridgov.worktime import Unit
from grids.models import AreaLevel, GridObject, ObjectKind, ObjectType, Role
from inspections.models import Duty, TrackSegment
from tests.case_factories import case_in, make_case, make_cast, make_city
from tests.cases.api.caller import V1
from tests.factories import make_area, make_organisation, make_post, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 21, 15, tzinfo=UTC)  # a Saturday, 23:00 in Foshan


def of_case(case, step):
    return reverse(f"dispatch:{step}_emergency", args=[case.number])


def room(emergency, step="emergency_detail"):
    return reverse(f"dispatch:{step}", args=[emergency.pk])


def declared(cast, status=Status.HANDLING, **fields):
    case = case_in(status, cast)
    declare_emergency(case.pk, actor=cast.dispatcher, note="燃气泄漏", **fields)
    case.refresh_from_db()
    return Emergency.objects.get(case=case)


def close_and_reopen(case, cast):
    feed_back_case(case.pk, actor=cast.handler, note="已处理")
    verify_case(case.pk, actor=cast.grid_leader, passed=True, note="好了")
    reopen_case(case.pk, actor=cast.operator, reason="又漏了")
    case.refresh_from_db()
    assert case.is_open
    assert case.emergency_at is None


def on_duty(cast, person, metres_east, minutes_ago=4):
    """Somebody on duty, last seen so far east of the first grid's middle."""
    centre = Emergency.objects.get().centre
    x = centre.x + metres_east / (111_320 * 0.92)
    started = clock.now() - timedelta(hours=1)
    duty = Duty.objects.create(user=person, district=cast.city.district, started_at=started)
    ended = clock.now() - timedelta(minutes=minutes_ago)
    TrackSegment.objects.create(
        duty=duty, client_uuid="00000000-0000-0000-0000-00000000000" + str(person.pk % 10), district=cast.city.district,
        started_at=started, ended_at=ended, path=LineString((x - 0.001, centre.y), (x, centre.y), srid=4326),
        seconds=[0, 60],
    )  # fmt: skip
    return duty


def thing(cast, code, kind, metres_east, *, private=False):
    centre = Emergency.objects.get().centre
    kind_of, _new = ObjectType.objects.get_or_create(
        code=f"{kind}-{private}", defaults={"kind": kind, "name": kind, "is_private": private}
    )
    point = Point(centre.x + metres_east / (111_320 * 0.92), centre.y, srid=4326)
    return GridObject.objects.create(
        type=kind_of, code=code, name=code, point=point, area=cast.city.grid, district=cast.city.district,
        as_of=clock.today(),
    )  # fmt: skip


# Declaring and its clock


@pytest.mark.parametrize("who", ["operator", "dispatcher", "supervisor"])
def test_seats_and_supervisors_declare_it_registered_or_not(client, cast, who):
    case = make_case(cast)
    client.force_login(getattr(cast, who))
    assert client.get(of_case(case, "declare")).status_code == 200
    response = client.post(of_case(case, "declare"), {"note": "燃气泄漏", "radius_m": 400})
    assert response.status_code == 302
    case.refresh_from_db()
    emergency = Emergency.objects.get()
    assert case.emergency_at
    assert emergency.radius_m == 400
    assert case.events.filter(action=Action.ALARM).count() == 1
    assert [one.event for one in emergency.entries.all()] == ["declared"]
    page = client.get(reverse("dispatch:case_operations", args=[case.number])).content.decode()
    assert room(emergency) in page


def test_others_do_not_and_what_is_missing_is_said(client, cast):
    case = make_case(cast)
    given = {"note": "燃气泄漏", "radius_m": 300}
    for person, status in (
        (cast.inspector, 403), (cast.leader, 403), (cast.handler, 404), (cast.stranger, 404)
    ):  # fmt: skip
        client.force_login(person)
        assert client.post(of_case(case, "declare"), given).status_code == status
    client.force_login(cast.operator)
    assert client.post(of_case(case, "declare"), {**given, "note": ""}).status_code == 422
    response = client.post(of_case(case, "declare"), {**given, "radius_m": 9000})
    assert response.status_code == 422
    assert "燃气泄漏" in response.content.decode()
    assert client.post(of_case(case, "declare"), given).status_code == 302
    assert client.post(of_case(case, "declare"), given).status_code == 409
    assert Emergency.objects.count() == 1


def test_its_clock_starts_anew_and_runs_at_night_and_on_days_off(cast):
    StageLimit.objects.filter(stage=Stage.DISPATCH).update(amount=2, unit=Unit.WORKING_HOUR)
    with clock.at(NIGHT):
        case = case_in(Status.REGISTERED, cast)
        assert case.stage_due_at > NIGHT + timedelta(hours=24)
        declare_emergency(case.pk, actor=cast.dispatcher)
        case.refresh_from_db()
    assert case.stage_due_at == NIGHT + timedelta(hours=2)
    assert case.stage_round_the_clock


def test_the_limit_of_emergencies_goes_before_the_stages_own(cast):
    StageLimit.objects.create(stage=Stage.EMERGENCY, amount=1, unit=Unit.URGENT_HOUR)
    Limit.objects.update(amount=5, unit=Unit.WORKING_DAY)
    with clock.at(NIGHT):
        emergency = declared(cast, Status.HANDLING)
        assert emergency.case.stage_due_at == NIGHT + timedelta(hours=1)


def test_once_it_is_over_the_next_stage_has_its_ordinary_clock(client, cast):
    StageLimit.objects.filter(stage=Stage.ACCEPT).update(amount=2, unit=Unit.WORKING_HOUR)
    with clock.at(NIGHT):
        emergency = declared(cast, Status.REGISTERED)
        case = emergency.case
        due = case.stage_due_at
        client.force_login(cast.dispatcher)
        assert client.post(of_case(case, "end"), {"summary": " "}).status_code == 422
        assert client.post(of_case(case, "end"), {"summary": "阀门已关闭，无人受伤"}).status_code == 302
        case.refresh_from_db()
        assert (case.emergency_at, case.stage_due_at) == (None, due)
        client.post(reverse("dispatch:dispatch_case", args=[case.number]), {"unit": cast.city.team.pk})
        case.refresh_from_db()
        assert not case.stage_round_the_clock
    emergency.refresh_from_db()
    assert (emergency.ended_by, emergency.summary) == (cast.dispatcher, "阀门已关闭，无人受伤")
    assert client.post(of_case(case, "end"), {"summary": "再次"}).status_code == 409


def test_who_may_not_end_it(client, cast):
    case = declared(cast).case
    for person, status in ((cast.operator, 403), (cast.handler, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(of_case(case, "end"), {"summary": "结束"}).status_code == status


def test_it_ends_with_its_case_once(cast):
    emergency = declared(cast)
    assert end_with_their_cases() == 0
    void_case(emergency.case_id, actor=cast.supervisor, reason="误报")
    assert end_with_their_cases() == 1
    assert end_with_their_cases() == 0
    emergency.refresh_from_db()
    emergency.case.refresh_from_db()
    assert emergency.ended_at
    assert emergency.case.emergency_at is None


def test_an_alarm_never_gives_more_time(cast):
    case = case_in(Status.HANDLING, cast)
    due, climb = case.stage_due_at, case.climb_at
    with clock.at(due - timedelta(minutes=5)):
        declare_emergency(case.pk, actor=cast.dispatcher)
    case.refresh_from_db()
    assert (case.stage_due_at, case.climb_at) == (due, climb)
    assert case.stage_minutes == 5
    with clock.at(due + timedelta(minutes=5)):
        end_emergency(case.pk, actor=cast.dispatcher, summary="误报")
        declare_emergency(case.pk, actor=cast.dispatcher)
    case.refresh_from_db()
    assert (case.stage_due_at, case.climb_at) == (due, climb)
    assert case.events.get(action=Action.ALARM, seq=case.version).due_after == due


def test_without_a_due_time_before_an_alarm_sets_one(cast):
    limits = StageLimit.objects.filter(stage=Stage.DISPATCH)
    before = limits.get()
    limits.delete()
    case = case_in(Status.REGISTERED, cast)
    assert case.stage_due_at is None
    StageLimit.objects.create(stage=Stage.DISPATCH, amount=before.amount, unit=before.unit)
    declare_emergency(case.pk, actor=cast.dispatcher)
    case.refresh_from_db()
    assert case.stage_due_at is not None


def test_it_ends_though_its_case_was_opened_again_before_the_sweep_came(cast):
    emergency = declared(cast)
    close_and_reopen(emergency.case, cast)
    assert end_with_their_cases() == 1
    emergency.refresh_from_db()
    assert emergency.ended_at
    declare_emergency(emergency.case_id, actor=cast.dispatcher)


def test_what_is_left_of_one_can_be_ended_by_hand(cast):
    emergency = declared(cast)
    close_and_reopen(emergency.case, cast)
    end_emergency(emergency.case_id, actor=cast.dispatcher, summary="已处理")
    emergency.refresh_from_db()
    assert (emergency.ended_by, emergency.summary) == (cast.dispatcher, "已处理")


# The circle


def test_the_nearest_stand_first_and_only_what_lies_inside(client, cast):
    emergency = declared(cast, radius_m=300)
    thing(cast, "hydrant-far", ObjectKind.RESOURCE, 250)
    thing(cast, "hydrant-near", ObjectKind.RESOURCE, 40)
    thing(cast, "hydrant-outside", ObjectKind.RESOURCE, 320)
    thing(cast, "shop", ObjectKind.PREMISES, 100)
    on_duty(cast, cast.inspector, 80)
    make_case(cast, point=Point(emergency.centre.x + 0.0005, emergency.centre.y, srid=4326))
    client.force_login(cast.supervisor)
    layers = {one["kind"]: one["rows"] for one in client.get(room(emergency)).context["layers"]}
    assert [row["name"] for row in layers["resources"]] == ["hydrant-near", "hydrant-far"]
    assert [row["name"] for row in layers["objects"]] == ["shop"]
    assert [row["name"] for row in layers["staff"]] == ["inspector"]
    assert 75 <= layers["staff"][0]["metres"] <= 85
    assert [row["metres"] for row in layers["cases"]] == sorted(row["metres"] for row in layers["cases"])
    assert len(layers["cases"]) == 2
    wider = client.get(room(emergency), {"part": "around", "radius_m": 400}, headers={"HX-Request": "true"})
    assert "hydrant-outside" in wider.content.decode()
    emergency.refresh_from_db()
    assert emergency.radius_m == 300  # only looked at


def test_homes_of_people_in_need_are_for_those_who_help_there(client, cast):
    emergency = declared(cast)
    thing(cast, "aided-home", ObjectKind.DWELLING, 30, private=True)
    client.force_login(cast.supervisor)
    assert "aided-home" not in client.get(room(emergency)).content.decode()


def test_the_circle_is_drawn_by_who_commands(client, cast):
    emergency = declared(cast)
    for person, status in ((cast.leader, 403), (cast.handler, 404), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(room(emergency, "draw_circle"), {"radius_m": 500}).status_code == status
    client.force_login(cast.operator)
    assert client.post(room(emergency, "draw_circle"), {"radius_m": 20}).status_code == 422
    english = {"Accept-Language": "en"}
    sent = client.post(room(emergency, "draw_circle"), {"radius_m": 500}, headers=english)
    assert sent.url == room(emergency)
    emergency.refresh_from_db()
    assert emergency.radius_m == 500
    assert emergency.entries.filter(event="circle").get().note == "300 m → 500 m"


# The alert and its receipts


def test_one_press_alerts_everyone_concerned_urgently_with_the_reason(client, cast):
    emergency = declared(cast)
    answers = make_user("answers")
    make_post(answers, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid, is_responsible=True)
    on_duty(cast, cast.inspector, 50)
    client.force_login(cast.dispatcher)
    assert client.post(room(emergency, "alert_concerned"), {"text": ""}).status_code == 422
    client.post(room(emergency, "alert_concerned"), {"text": "燃气泄漏，请疏散"})
    why = dict(EmergencyAlert.objects.values_list("user__username", "why"))
    assert why == {
        "handler": "unit", "operator": "seat", "supervisor": "supervisor", "chief": "leader",
        "answers": "answers", "inspector": "on_duty",
    }  # fmt: skip
    notices = Notice.objects.filter(event="emergency_alert")
    assert {one.recipient.username for one in notices} == set(why)
    assert all(one.urgent for one in notices)
    again = client.post(room(emergency, "alert_concerned"), {"text": "再次"})
    assert again.status_code == 409


def test_a_wider_circle_alerts_only_the_new_ones(client, cast):
    emergency = declared(cast, radius_m=100)
    on_duty(cast, cast.inspector, 250)
    alert_concerned(emergency.pk, actor=cast.dispatcher, text="请疏散")
    before = set(EmergencyAlert.objects.values_list("pk", flat=True))
    Notice.objects.filter(event="emergency_alert").delete()
    client.force_login(cast.dispatcher)
    client.post(room(emergency, "draw_circle"), {"radius_m": 400, "alert_new": "on"})
    new = EmergencyAlert.objects.exclude(pk__in=before)
    assert [one.user for one in new] == [cast.inspector]
    assert [one.recipient for one in Notice.objects.filter(event="emergency_alert")] == [cast.inspector]


def test_whoever_was_alerted_answers_once_with_a_word(client, cast):
    emergency = declared(cast)
    alert_concerned(emergency.pk, actor=cast.dispatcher, text="请疏散")
    client.force_login(cast.handler)
    page = client.get(room(emergency, "emergency_alert"))
    assert "请疏散" in page.content.decode()
    assert "燃气泄漏" not in client.get(reverse("dispatch:my_calls")).content.decode()
    assert room(emergency, "emergency_alert") in client.get(reverse("dispatch:my_calls")).content.decode()
    for reply in ("10 分钟到", "再按一次"):
        assert client.post(room(emergency, "emergency_alert"), {"reply": reply}).status_code == 302
    alert = EmergencyAlert.objects.get(user=cast.handler)
    assert alert.received_at
    assert alert.reply == "10 分钟到"
    assert emergency.entries.filter(event="received").count() == 1
    assert room(emergency, "emergency_alert") not in client.get(reverse("dispatch:my_calls")).content.decode()
    client.force_login(cast.stranger)
    assert client.get(room(emergency, "emergency_alert")).status_code == 404
    assert client.post(room(emergency, "emergency_alert"), {}).status_code == 404


def test_who_does_not_answer_stands_out_and_is_alerted_again(client, cast):
    start = clock.now()
    with clock.at(start):
        emergency = declared(cast)
        alert_concerned(emergency.pk, actor=cast.dispatcher, text="请疏散")
    client.force_login(cast.handler)
    with clock.at(start + timedelta(minutes=2)):
        client.post(room(emergency, "emergency_alert"), {})
        client.force_login(cast.dispatcher)
        assert client.post(room(emergency, "alert_again")).status_code == 409
    with clock.at(start + timedelta(minutes=6)):
        receipts = client.get(room(emergency)).context["receipts"]
        assert [(one.alert.user.username, one.minutes) for one in receipts if not one.is_silent] == [
            ("handler", 2)
        ]
        assert receipts[-1].alert.user == cast.handler
        assert client.post(room(emergency, "alert_again")).status_code == 302
        assert client.post(room(emergency, "alert_again")).status_code == 409
    assert set(EmergencyAlert.objects.values_list("times_sent", flat=True)) == {1, 2}
    assert EmergencyAlert.objects.get(user=cast.handler).times_sent == 1


# The room


def touching_a_neighbour(cast):
    """An emergency that touches another community of the street, and who watches over that."""
    emergency = declared(cast)
    beside = make_area(AreaLevel.COMMUNITY, parent=cast.city.street, name="夏东")
    Case.objects.filter(pk=emergency.case_id).update(more_area_ids=[beside.pk])
    emergency.case.refresh_from_db()
    people, centre = [], make_organisation(beside)
    for role in (Role.SUPERVISOR, Role.LEADER):
        people.append(make_user(f"beside-{role}"))
        make_post(people[-1], role, centre)
    return emergency, *people


def test_who_supervises_an_area_that_it_touches_commands_it_in_the_room(client, cast):
    emergency, supervisor, leader = touching_a_neighbour(cast)
    assert {supervisor.pk, leader.pk} <= concerned(emergency).keys()
    for person, commands in ((supervisor, True), (leader, False)):
        client.force_login(person)
        page = client.get(room(emergency))
        assert page.status_code == 200
        assert page.context["commands"] is commands
    draw_circle(emergency.pk, actor=supervisor, radius_m=500)


def test_over_nobody_is_watched_by_it(client, cast):
    emergency = declared(cast)
    on_duty(cast, cast.inspector, 80)
    thing(cast, "hydrant", ObjectKind.RESOURCE, 40)
    surroundings = f"{V1}emergencies/{emergency.pk}/surroundings/"
    client.force_login(cast.operator)
    assert len(client.get(surroundings).json()["staff"]) == 1
    end_emergency(emergency.case_id, actor=cast.dispatcher, summary="阀门已关闭")
    assert not any(client.get(surroundings).json()[one] for one in ("staff", "cases", "objects", "resources"))
    for asked in ({}, {"part": "around", "radius_m": 5000}):
        page = client.get(room(emergency), asked, headers={"HX-Request": "true"} if asked else {})
        html = page.content.decode()
        assert 'data-dots="[]"' in html
        assert "data-layer-list" not in html


def test_strangers_and_the_unit_have_no_room_and_leaders_look_on(client, cast):
    emergency = declared(cast)
    for person in (cast.stranger, cast.handler, cast.inspector, cast.citizen):
        client.force_login(person)
        assert client.get(room(emergency)).status_code == 404
    client.force_login(cast.leader)
    page = client.get(room(emergency))
    assert page.status_code == 200
    assert not page.context["commands"]
    assert reverse("dispatch:alert_concerned", args=[emergency.pk]) not in page.content.decode()


def test_the_log_tells_what_was_done_here_by_hand_and_by_the_case(client, cast):
    emergency = declared(cast, Status.REGISTERED)
    client.force_login(cast.dispatcher)
    assert client.post(room(emergency, "write_entry"), {"note": ""}).status_code == 422
    client.post(room(emergency, "write_entry"), {"note": "消防已到场"})
    client.post(reverse("dispatch:dispatch_case", args=[emergency.case.number]), {"unit": cast.city.team.pk})
    part = client.get(room(emergency), {"part": "log"}, headers={"HX-Request": "true"})
    told = part.content.decode()
    assert "消防已到场" in told
    log = client.get(room(emergency)).context["log"]
    assert [line.by_hand for line in log].count(True) == 1
    assert len(log) == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyEntry.objects.all().delete()


def test_over_nothing_more_is_done_in_the_room(client, cast):
    emergency = declared(cast)
    client.force_login(cast.dispatcher)
    client.post(of_case(emergency.case, "end"), {"summary": "结束"})
    for step, given in (
        ("draw_circle", {"radius_m": 500}), ("alert_concerned", {"text": "请疏散"}), ("alert_again", {}),
        ("write_entry", {"note": "晚了"}),
    ):  # fmt: skip
        over = client.post(room(emergency, step), given)
        assert over.status_code == 409
        # Nothing that was written is lost.
        assert all(str(words) in over.content.decode() for name, words in given.items() if name != "radius_m")
    assert client.get(room(emergency)).status_code == 200
    part = client.get(room(emergency), {"part": "receipts", "may": "1"}, headers={"HX-Request": "true"})
    assert 'data-module="moved-on"' in part.content.decode()
    late = client.post(of_case(emergency.case, "end"), {"summary": "第二份总结"})
    assert late.status_code == 409
    assert "第二份总结" in late.content.decode()


def test_a_receipt_stays_as_it_was_given(client, cast):
    emergency = declared(cast)
    alert_concerned(emergency.pk, actor=cast.dispatcher, text="请疏散")
    alert = EmergencyAlert.objects.filter(user=cast.handler)
    assert alert.update(times_sent=2) == 1
    assert alert.update(received_at=clock.now(), reply="十分钟到") == 1
    for change in ({"received_at": None}, {"reply": "不去"}):
        with pytest.raises(DatabaseError, match="received_once"), transaction.atomic():
            alert.update(**change)
    assert alert.update(times_sent=3) == 1


def test_more_alerts_and_objects_take_no_more_queries(client, cast, django_assert_max_num_queries):
    emergency = declared(cast)
    client.force_login(cast.dispatcher)
    counts = []
    for n in range(3):
        thing(cast, f"hydrant-{n}", ObjectKind.RESOURCE, 10 + n)
        user = make_user(f"more{n}")
        EmergencyAlert.objects.create(
            emergency=emergency, user=user, why="unit", sent_at=clock.now(), last_sent_at=clock.now()
        )
        with django_assert_max_num_queries(30) as queries:
            client.get(room(emergency))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_the_list_shows_those_that_go_on_first(client, cast):
    emergency = declared(cast)
    address = reverse("dispatch:emergency_list")
    client.force_login(cast.leader)
    assert [one.pk for one in client.get(address).context["rows"]] == [emergency.pk]
    assert [tab["count"] for tab in client.get(address).context["tabs"]] == [1, 0]
    client.force_login(cast.stranger)
    assert not client.get(address).context["rows"]


@pytest.mark.django_db(transaction=True)
def test_declared_by_two_at_once_it_is_one_emergency():
    people = make_cast(make_city())
    case = make_case(people)
    answers = race(
        lambda: declare_emergency(case.pk, actor=people.operator, note="一"),
        lambda: declare_emergency(case.pk, actor=people.dispatcher, note="二"),
        lambda: declare_emergency(case.pk, actor=people.supervisor, note="三"),
    )
    assert sum(isinstance(one, AlreadyTaken) for one in answers) == 2
    assert Emergency.objects.count() == case.events.filter(action=Action.ALARM).count() == 1


@pytest.mark.django_db(transaction=True)
def test_alerted_by_two_at_once_everybody_gets_it_once():
    people = make_cast(make_city())
    emergency = declared(people)
    answers = race(
        lambda: alert_concerned(emergency.pk, actor=people.operator, text="一"),
        lambda: alert_concerned(emergency.pk, actor=people.operator, text="二"),
    )
    assert sum(isinstance(one, AlreadyTaken) for one in answers) == 1
    sent = Notice.objects.filter(event="emergency_alert").values_list("recipient", flat=True)
    assert len(sent) == len(set(sent)) == EmergencyAlert.objects.count()

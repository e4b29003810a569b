"""One operation from its approval to the rating: what each may do, what is refused, what is told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from dispatch.models import OperationEntry
from dispatch.services.operation import Share, decide_operation
from dispatch.services.operation_unit import miss_units, report_in
from gridgov import clock
from gridgov.models import Notice, Photo
from grids.models import Role
from tests.case_factories import jpeg
from tests.dispatch.operation_factories import ask_joint, blow, colleague

pytestmark = pytest.mark.django_db


def address(operation, step="detail"):
    name = {"report_in": "report_in", "rate": "rate_unit"}.get(step, f"{step}_operation")
    return reverse(f"dispatch:{'operation_detail' if step == 'detail' else name}", args=[operation.pk])


def here(operation, **fields):
    return {"longitude": operation.point.x, "latitude": operation.point.y, "accuracy_m": 8, **fields}


def events(operation):
    return list(operation.entries.order_by("pk").values_list("event", flat=True))


def told(event):
    return {notice.recipient.username for notice in Notice.objects.filter(event=f"operation_{event}")}


# Approval


def test_a_supervisor_approves_and_the_units_are_called(client, cast):
    operation = ask_joint(cast)
    client.force_login(cast.supervisor)
    assert client.post(address(operation, "decide"), {"granted": "yes"}).url == address(operation)
    operation.refresh_from_db()
    assert (operation.state, operation.decided_by) == ("called", cast.supervisor)
    assert told("called") == {"handler"}
    assert told("approved") == {"officer"}


def test_approved_late_it_begins_then(client, cast):
    start = clock.now()
    with clock.at(start):
        operation = ask_joint(cast)
    to_come = operation.report_in_by - operation.starts_at
    with clock.at(start + timedelta(hours=5)):
        decide_operation(operation.pk, actor=cast.supervisor, granted=True)
    operation.refresh_from_db()
    assert operation.starts_at == start + timedelta(hours=5)
    assert operation.report_in_by == operation.starts_at + to_come


def test_a_refusal_needs_its_reason_and_tells_the_caller(client, cast):
    operation = ask_joint(cast)
    client.force_login(cast.supervisor)
    assert client.post(address(operation, "decide"), {"granted": "no"}).status_code == 422
    client.post(address(operation, "decide"), {"granted": "no", "note": "先协商"})
    operation.refresh_from_db()
    assert operation.state == "refused"
    assert told("refused") == {"officer"}
    assert not told("called")


def test_who_called_never_approves_nor_does_anybody_below(client, cast):
    both = colleague(cast, "both", Role.SUPERVISOR, cast.city.street_centre)
    operation = ask_joint(cast, actor=both, caller=cast.city.street_centre)
    for person, status in ((both, 403), (cast.officer, 404), (cast.dispatcher, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(operation, "decide"), {"granted": "yes"}).status_code == status
    operation.refresh_from_db()
    assert operation.state == "asked"


def test_it_is_decided_once(client, cast):
    operation = ask_joint(cast)
    decide_operation(operation.pk, actor=cast.supervisor, granted=True)
    client.force_login(cast.supervisor)
    assert client.post(address(operation, "decide"), {"granted": "no", "note": "不"}).status_code == 409


# Reporting in


def test_a_unit_reports_in_at_the_place(client, cast):
    operation = blow(cast)
    client.force_login(cast.handler)
    assert "report-in" in client.get(address(operation, "report_in")).content.decode()
    assert client.post(address(operation, "report_in"), here(operation)).url == address(operation)
    share = operation.units.get(organisation=cast.city.team)
    assert share.reported_in_by == cast.handler
    assert (share.reported_in_accuracy_m, share.reported_in_distance_m) == (8, 0)
    assert told("reported_in") >= {"dispatcher"}
    assert events(operation) == ["called", "reported_in"]


def test_far_away_or_without_a_position_it_takes_a_reason(client, cast):
    operation = blow(cast)
    client.force_login(cast.handler)
    far = here(operation, latitude=operation.point.y + 0.02)
    response = client.post(address(operation, "report_in"), far, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "m away from the place" in response.content.decode()
    assert client.post(address(operation, "report_in"), {}).status_code == 422
    assert (
        client.post(address(operation, "report_in"), {**far, "note": "道路封闭，在路口集合"}).status_code
        == 302
    )
    share = operation.units.get(organisation=cast.city.team)
    assert 2000 < share.reported_in_distance_m < 2500
    assert share.reported_in_note == "道路封闭，在路口集合"


def test_only_units_that_were_called_report_in_and_once(client, cast):
    operation = blow(cast)
    for person, status in (
        (cast.dispatcher, 403), (cast.supervisor, 403), (cast.stranger, 404), (cast.citizen, 404)
    ):  # fmt: skip
        client.force_login(person)
        assert client.get(address(operation, "report_in")).status_code == status
        assert client.post(address(operation, "report_in"), here(operation)).status_code == status
    client.force_login(cast.handler)
    client.post(address(operation, "report_in"), here(operation))
    assert client.post(address(operation, "report_in"), here(operation)).status_code == 409


def test_nobody_reports_in_the_day_before_nor_when_it_is_over(client, cast):
    operation = blow(cast, starts_at=clock.now() + timedelta(days=1))
    client.force_login(cast.handler)
    assert client.post(address(operation, "report_in"), here(operation)).status_code == 409
    client.force_login(cast.dispatcher)
    client.post(address(operation, "cancel"), {"reason": "下雨"})
    client.force_login(cast.handler)
    with clock.at(operation.starts_at):
        assert client.post(address(operation, "report_in"), here(operation)).status_code == 409


def test_a_phone_tells_later_when_it_was_there(cast):
    start = clock.now()
    with clock.at(start):
        operation = blow(cast)
    with clock.at(operation.report_in_by + timedelta(hours=1)):
        miss_units()
        report_in(
            operation.pk, actor=cast.handler, point=operation.point, done_at=start + timedelta(minutes=10)
        )
        report_in(operation.pk, actor=cast.officer, point=operation.point, done_at=start - timedelta(days=9))
    share = operation.units.get(organisation=cast.city.team)
    assert share.reported_in_at == start + timedelta(minutes=10)
    assert share.missed_at is not None  # what was told then stays
    assert operation.units.get(organisation=cast.city.street_department).reported_in_at == start


# Missed


def test_who_has_not_come_in_time_is_missed_once_and_the_caller_and_the_superior_hear_it(cast):
    operation = blow(cast)
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    assert miss_units() == 0
    with clock.at(operation.report_in_by):
        assert miss_units() == 1
        assert miss_units() == 0
    share = operation.units.get(organisation=cast.city.street_department)
    assert share.missed_at == operation.report_in_by
    assert told("missed") == {"dispatcher", "gridleader", "supervisor"}
    assert events(operation).count("missed") == 1


def test_whoever_comes_late_comes_all_the_same(client, cast):
    operation = blow(cast)
    with clock.at(operation.report_in_by + timedelta(minutes=5)):
        miss_units()
        client.force_login(cast.officer)
        assert client.post(address(operation, "report_in"), here(operation)).status_code == 302
        page = client.get(address(operation), headers={"Accept-Language": "en"}).content.decode()
    assert "op-late" in page
    assert "after 35 min" in page


# Doing one's part


def test_each_feeds_back_its_part_and_with_the_last_it_is_done(client, cast):
    operation = blow(cast)
    for person in (cast.handler, cast.officer):
        report_in(operation.pk, actor=person, point=operation.point)
    client.force_login(cast.handler)
    client.post(address(operation, "feed_back"), {"feedback": "已清扫", "photos": [jpeg()]})
    operation.refresh_from_db()
    assert operation.state == "called"
    client.force_login(cast.officer)
    assert client.post(address(operation, "feed_back"), {"feedback": "摊档已劝离"}).url == address(operation)
    operation.refresh_from_db()
    assert (operation.state, bool(operation.ended_at)) == ("done", True)
    assert events(operation)[-3:] == ["fed_back", "fed_back", "done"]
    photo = Photo.objects.get()
    shown = reverse("dispatch:operation_photo", args=[operation.pk, photo.pk, "thumb"])
    assert client.get(shown).status_code == 200
    client.force_login(cast.stranger)
    assert client.get(shown).status_code == 404


def test_not_before_it_has_reported_in_not_without_a_word_and_once(client, cast):
    operation = blow(cast)
    client.force_login(cast.handler)
    assert client.post(address(operation, "feed_back"), {"feedback": "已清扫"}).status_code == 409
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    assert client.post(address(operation, "feed_back"), {}).status_code == 422
    assert client.post(address(operation, "feed_back"), {"feedback": "已清扫"}).status_code == 302
    assert client.post(address(operation, "feed_back"), {"feedback": "再次"}).status_code == 409
    client.force_login(cast.dispatcher)
    assert client.post(address(operation, "feed_back"), {"feedback": "代办"}).status_code == 403


def test_a_broken_photo_keeps_the_words(client, cast):
    operation = blow(cast)
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    client.force_login(cast.handler)
    broken = jpeg()
    broken.file.truncate(100)
    response = client.post(address(operation, "feed_back"), {"photos": [broken], "feedback": "已清扫"})
    assert response.status_code == 422
    assert "已清扫" in response.content.decode()
    assert not Photo.objects.exists()


# Ending, cancelling, rating


def test_the_caller_ends_it_with_a_reason_for_those_missing(client, cast):
    operation = blow(cast)
    client.force_login(cast.handler)
    assert client.post(address(operation, "end"), {"reason": "够了"}).status_code == 403
    client.force_login(cast.dispatcher)
    assert client.post(address(operation, "end"), {"reason": " "}).status_code == 422
    assert client.post(address(operation, "end"), {"reason": "城管办未到，改日再办"}).status_code == 302
    operation.refresh_from_db()
    assert operation.state == "done"
    assert told("ended") == {"handler", "officer"}
    over = client.post(address(operation, "cancel"), {"reason": "雨太大，\n不办了"})
    assert over.status_code == 409
    assert "雨太大，<br>不办了" in over.content.decode()  # nothing that was written is lost


def test_the_caller_calls_it_off_and_the_units_hear_it(client, cast):
    operation = blow(cast)
    for person, status in ((cast.handler, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(operation, "cancel"), {"reason": "下雨"}).status_code == status
    client.force_login(cast.grid_leader)  # a colleague who could have blown it
    assert client.post(address(operation, "cancel"), {"reason": ""}).status_code == 422
    assert client.post(address(operation, "cancel"), {"reason": "下雨"}).status_code == 302
    operation.refresh_from_db()
    assert operation.state == "cancelled"
    assert told("cancelled") == {"handler", "officer"}


def test_the_caller_rates_each_unit_once_afterwards(client, cast):
    operation = blow(cast)
    given = {"unit": cast.city.team.pk, "rating": 4, "note": "到得快"}
    client.force_login(cast.dispatcher)
    assert client.post(address(operation, "rate"), given).status_code == 409  # not yet
    client.post(address(operation, "end"), {"reason": "已完成"})
    assert client.post(address(operation, "rate"), {**given, "rating": 6}).status_code == 422
    assert (
        client.post(
            address(operation, "rate"), {**given, "unit": cast.city.district_department.pk}
        ).status_code
        == 404
    )
    assert client.post(address(operation, "rate"), given).status_code == 302
    assert client.post(address(operation, "rate"), {**given, "rating": 1}).status_code == 409
    share = operation.units.get(organisation=cast.city.team)
    assert (share.rating, share.rating_note) == (4, "到得快")
    assert told("rated") == {"handler"}
    client.force_login(cast.handler)
    assert client.post(address(operation, "rate"), given).status_code == 403


# The page


def test_the_board_comes_anew_alone_and_the_page_when_its_state_moved(client, cast):
    operation = blow(cast)
    client.force_login(cast.dispatcher)
    page = client.get(address(operation))
    stamp = page.context["stamp"]
    part = client.get(address(operation), {"stamp": stamp}, headers={"HX-Request": "true"})
    assert "op-board" in part.content.decode()
    assert "<html" not in part.content.decode()
    client.post(address(operation, "end"), {"reason": "已完成"})
    assert "moved-on" not in part.content.decode()
    moved = client.get(address(operation), {"stamp": stamp}, headers={"HX-Request": "true"})
    assert 'data-module="moved-on"' in moved.content.decode()
    assert "op-rate" not in moved.content.decode()  # nobody writes in what comes anew by itself


def test_the_log_is_append_only(cast):
    blow(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        OperationEntry.objects.update(note="anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        OperationEntry.objects.all().delete()


def test_reported_in_done_and_rated_it_stays_so(client, cast):
    operation = blow(cast)
    unit = operation.units.filter(organisation=cast.city.team)
    at = clock.now()
    assert unit.update(duty="清扫", reported_in_at=at, reported_in_told_at=at, reported_in_note="无信号") == 1
    assert unit.update(done_at=at, feedback="已清扫", rating=4) == 1
    for change in (
        {"reported_in_at": None}, {"reported_in_at": at - timedelta(hours=1)}, {"reported_in_note": "准时"},
        {"done_at": None}, {"feedback": "没做"}, {"rating": 1}, {"rating_note": "差"},
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="_once"), transaction.atomic():
            unit.update(**change)
    assert unit.update(missed_at=at) == 1
    with pytest.raises(DatabaseError, match="missed_once"), transaction.atomic():
        unit.update(missed_at=None)


def test_its_page_takes_a_few_queries_however_many_units(client, cast, django_assert_max_num_queries):
    city = cast.city
    one = blow(cast, shares=[Share(city.team, "清扫")])
    many = blow(cast)
    client.force_login(cast.dispatcher)
    counts = []
    for operation in (one, many):
        with django_assert_max_num_queries(20) as queries:
            client.get(address(operation))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_unit_of_another_place_sees_nothing(client, cast):
    operation = blow(cast)
    other = colleague(cast, "other", Role.OFFICER, cast.city.district_department)
    client.force_login(other)
    assert client.get(address(operation)).status_code == 404


def test_feeding_back_after_everybody_left_is_refused(cast, client):
    operation = blow(cast)
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    client.force_login(cast.dispatcher)
    client.post(address(operation, "end"), {"reason": "已完成"})
    client.force_login(cast.handler)
    assert client.post(address(operation, "feed_back"), {"feedback": "已清扫"}).status_code == 409

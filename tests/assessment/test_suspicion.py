"""Signs of gaming: each counted by hand, who may look, and the notes."""

from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import make_aware

from assessment.models import CaseFact, Judged, SuspicionNote
from assessment.services.facts import read_facts
from assessment.services.suspicion import leave_note
from assessment.suspicion import (
    PERSON,
    SIGNS,
    UNIT,
    Asked,
    Whose,
    before_midnight,
    closed_and_reopened,
    photos_from_afar,
    reported_from_afar,
    same_photo_twice,
    settled_far_above_peers,
)
from cases import services as cases
from cases.models import CaseEvent
from cases.workflow import Action, Capacity, Status
from gridgov import clock
from gridgov.errors import NotFoundForYou
from grids.models import Role
from tests.case_factories import case_in, make_case, stored
from tests.factories import inside, make_post, make_user
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
# A month of 30 days.
MONTH = date(2026, 9, 1)
LAST = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def local(day, hour=10, minute=0):
    return make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture(autouse=True)
def _no_sample(settings):
    settings.SETTLED_SAMPLE_EVERY = 0


@pytest.fixture
def asked(cast):
    return Asked(cast.city.district, MONTH)


def inspector(cast, name):
    person = make_user(name)
    make_post(person, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    return person


def numbers(findings):
    return {finding.whose: len(finding.hits) for finding in findings}


# Closed and reopened.


def reopened(cast, on, **fields):
    with clock.at(local(on)):
        case = case_in(Status.CLOSED, cast, **fields)
    with clock.at(local(on, 15)):
        return cases.reopen_case(case.pk, actor=cast.supervisor, reason="又坏了")


def test_cases_reopened_in_the_month_count_for_the_unit_that_had_them(cast, asked):
    two = [reopened(cast, date(2026, 9, day)) for day in (3, 30)]
    for day in (date(2026, 8, 31), date(2026, 10, 1)):
        reopened(cast, day)
    (finding,) = closed_and_reopened(asked)
    assert finding.whose == Whose(UNIT, cast.city.team.pk)
    assert [hit.case_id for hit in finding.hits] == [case.pk for case in two]


def test_what_was_settled_and_reopened_counts_for_who_settled_it(cast, asked):
    with clock.at(local(date(2026, 9, 5))):
        case = settled(cast, cast.inspector)
        cases.reopen_case(case.pk, actor=cast.supervisor, reason="没弄好")
    assert numbers(closed_and_reopened(asked)) == {Whose(PERSON, cast.inspector.pk): 1}


def test_a_refused_report_that_is_taken_up_again_is_no_sign(cast, asked):
    with clock.at(local(date(2026, 9, 5))):
        case = case_in(Status.REFUSED, cast)
        cases.reopen_case(case.pk, actor=cast.operator, reason="补了照片")
    assert closed_and_reopened(asked) == []


# Settled on the spot.


def settled(cast, who):
    case = make_case(cast, actor=who, outside_reason="路过")
    return cases.settle_case(case.pk, actor=who, photos=stored(who, "green"), note="好了")


def reports(cast, who, settled_ones, others):
    """Facts alone: so many settled, so many not."""
    with clock.at(local(date(2026, 9, 10))):
        made = [make_case(cast, actor=who, outside_reason="路过") for _ in range(settled_ones + others)]
    read_facts()
    CaseFact.objects.filter(pk__in=[case.pk for case in made[:settled_ones]]).update(is_settled=True)
    return made


def test_twice_the_share_of_all_others_is_a_sign_and_less_is_none(cast, asked):
    """6 of 10 are 60 %; of the others 3 of 10 are 30 %, just half of it. With 4 of 11 they are 36 %."""
    other = inspector(cast, "other")
    mine = reports(cast, cast.inspector, 6, 4)
    reports(cast, other, 3, 7)
    (finding,) = settled_far_above_peers(asked)
    assert finding.whose == Whose(PERSON, cast.inspector.pk)
    assert [hit.case_id for hit in finding.hits] == [case.pk for case in mine[:6]]
    assert finding.beside == "60 % of 10 reports; all others together 30 %"
    reports(cast, other, 1, 0)
    assert settled_far_above_peers(asked) == []


def test_four_are_too_few_and_alone_there_are_no_others(cast, asked):
    reports(cast, cast.inspector, 5, 0)
    assert settled_far_above_peers(asked) == []
    other = inspector(cast, "other")
    reports(cast, other, 4, 0)
    CaseFact.objects.filter(reporter=cast.inspector).update(is_settled=False)
    assert settled_far_above_peers(asked) == []


def test_it_is_read_from_the_timeline(cast, asked):
    with clock.at(local(date(2026, 9, 12))):
        for _ in range(5):
            settled(cast, cast.inspector)
        make_case(cast, actor=inspector(cast, "other"), outside_reason="路过")
    read_facts()
    assert numbers(settled_far_above_peers(asked)) == {Whose(PERSON, cast.inspector.pk): 5}
    assert settled_far_above_peers(Asked(cast.city.district, date(2026, 8, 1))) == []


# Photos.


def test_the_same_file_sent_again_counts_for_who_sent_it_again(cast, asked):
    other = inspector(cast, "other")
    with clock.at(local(date(2026, 8, 20))):
        first = make_case(cast, photos=stored(cast.inspector, "red"))
    with clock.at(local(date(2026, 9, 2))):
        again = make_case(cast, actor=other, outside_reason="路过", photos=stored(other, "red", "blue"))
        make_case(cast, photos=stored(cast.inspector, "yellow"))
    (finding,) = same_photo_twice(asked)
    assert finding.whose == Whose(PERSON, other.pk)
    ((case, _at, told),) = finding.hits
    assert case == again.pk
    assert first.number in told
    assert same_photo_twice(Asked(cast.city.district, date(2026, 8, 1))) == []


def test_before_and_after_from_one_file_are_the_same_photo_too(cast, asked):
    with clock.at(local(date(2026, 9, 2))):
        case = make_case(cast, photos=stored(cast.inspector, "red"))
    with clock.at(local(date(2026, 9, 2), 11)):
        cases.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector, "red"), note="好了")
    assert numbers(same_photo_twice(asked)) == {Whose(PERSON, cast.inspector.pk): 1}


def test_a_photo_that_waits_unclaimed_is_no_first_use(cast, asked):
    with clock.at(local(date(2026, 9, 2))):
        (waiting,) = stored(cast.inspector, "red")
        waiting.is_waiting = True
        waiting.save()
        make_case(cast, photos=stored(cast.inspector, "red"))
    assert same_photo_twice(asked) == []


def test_photos_taken_far_away_by_the_camera_count_from_three_on(cast, asked):
    """0.01 degrees of latitude are 1112 m, 0.004 are 445 m."""
    point = inside(cast.city.grid)
    for n, north in enumerate((0.01, 0.01, 0.004, 0.01)):
        with clock.at(local(date(2026, 9, 2 + n))):
            photos = stored(cast.inspector, f"#0{n}0000")
            photos[0].exif_point = Point(point.x, point.y + north, srid=4326)
            make_case(cast, photos=photos)
        assert numbers(photos_from_afar(asked)) == ({Whose(PERSON, cast.inspector.pk): 3} if n == 3 else {})
    assert [hit.told for hit in photos_from_afar(asked)[0].hits] == ["1112 m away"] * 3


# Positions.


def test_reports_from_afar_count_from_three_on_beyond_the_accuracy(cast, asked):
    """1112 m away: with an accuracy of 900 m it is 212 m beyond, with 950 m it is 162."""
    point = inside(cast.city.grid)
    away = Point(point.x, point.y + 0.01, srid=4326)
    with clock.at(local(date(2026, 9, 2))):
        for accuracy in (None, 950, 900):
            make_case(cast, device_point=away, accuracy_m=accuracy)
        make_case(cast, device_point=point)
        make_case(cast)
        assert reported_from_afar(asked) == []
        make_case(cast, device_point=away)
    (finding,) = reported_from_afar(asked)
    assert finding.whose == Whose(PERSON, cast.inspector.pk)
    assert [hit.told for hit in finding.hits] == ["1112 m away", "212 m away", "1112 m away"]


def test_a_place_that_somebody_corrected_later_is_left_out(cast, asked):
    point = inside(cast.city.grid)
    with clock.at(local(date(2026, 9, 2))):
        made = [make_case(cast, device_point=Point(point.x, point.y + 0.01, srid=4326)) for _ in range(3)]
        assert len(reported_from_afar(asked)) == 1
        cases.amend_case(made[0].pk, actor=cast.operator, point=inside(cast.city.other_grid))
    assert reported_from_afar(asked) == []


# Before midnight.


def acts(case, who, at, times):
    """So many rows of one hour."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    begin = CaseEvent.objects.filter(case=case).count()
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case, district=case.district, seq=begin + n + 1, action=Action.REGISTER, actor=who, at=at + timedelta(seconds=n),
            capacity=Capacity.OPERATOR, from_status="reported", to_status="registered", holder=case.holder, level=case.level,
        )
        for n in range(times)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_more_than_three_times_the_usual_evening_is_a_sign(cast, asked):
    """6 steps; the other 29 evenings had 58, 2 each: 3 times 2 is 6, not more. With 57 it is a sign."""
    case = make_case(cast)
    acts(case, cast.operator, local(LAST, 22), 3)
    acts(case, cast.operator, local(LAST, 23, 59), 3)
    acts(case, cast.operator, local(LAST, 21, 59) - timedelta(minutes=1), 20)
    acts(case, cast.operator, local(date(2026, 9, 4), 22), 57)
    acts(case, cast.operator, local(date(2026, 9, 4), 9), 50)
    (finding,) = before_midnight(asked)
    assert finding.whose == Whose(PERSON, cast.operator.pk)
    assert len(finding.hits) == 6
    assert finding.beside.endswith(": 57")
    acts(case, cast.operator, local(date(2026, 9, 5), 23), 1)
    assert before_midnight(asked) == []


def test_four_are_no_burst_and_the_day_after_is_another_month(cast, asked):
    case = make_case(cast)
    acts(case, cast.operator, local(LAST, 23), 4)
    acts(case, cast.operator, local(date(2026, 10, 1), 0), 9)
    assert before_midnight(asked) == []
    acts(case, cast.operator, local(LAST, 22, 30), 1)
    assert numbers(before_midnight(asked)) == {Whose(PERSON, cast.operator.pk): 5}


# All of them.


@pytest.mark.parametrize("sign", SIGNS)
def test_of_nothing_there_is_no_sign_at_any_level(cast, sign):
    for area in (cast.city.district, cast.city.street, cast.city.community, cast.city.grid):
        assert SIGNS[sign].find(Asked(area, MONTH)) == []


def test_it_is_counted_within_the_area_alone(cast):
    reopened(cast, date(2026, 9, 3))
    assert len(closed_and_reopened(Asked(cast.city.grid, MONTH))) == 1
    assert closed_and_reopened(Asked(cast.city.other_grid, MONTH)) == []
    assert closed_and_reopened(Asked(cast.stranger.current_posts[0].area, MONTH)) == []


# Who may look.


def url(name, *args, **query):
    asked = {"month": "2026-09", **query}
    return f"{reverse(f'assessment:{name}', args=args)}?{'&'.join(f'{k}={v}' for k, v in asked.items())}"


def test_supervisors_see_the_numbers_and_the_cases_behind_them(client, cast):
    case = reopened(cast, date(2026, 9, 3))
    client.force_login(cast.supervisor)
    page = client.get(url("suspicion"))
    (row,) = [row for sign in page.context["signs"] for row in sign["rows"]]
    assert (row["name"], row["number"], row["note"]) == (str(cast.city.team), 1, None)
    page = client.get(row["url"])
    assert page.status_code == 200
    assert case.number in page.content.decode()


def test_nobody_else_finds_the_page(client, cast):
    case = reopened(cast, date(2026, 9, 3))
    one = ("reopened", "unit", cast.city.team.pk)
    for person in (
        cast.handler, cast.inspector, cast.operator, cast.dispatcher, cast.leader, cast.grid_leader, cast.officer,
        cast.stranger, cast.citizen,
    ):  # fmt: skip
        client.force_login(person)
        assert client.get(url("suspicion")).status_code == 404
        assert client.get(url("suspicion_cases", *one)).status_code == 404
        posted = client.post(url("note_suspicion", *one), {"judged": "nothing", "note": "没事"})
        assert posted.status_code == 404
    assert not SuspicionNote.objects.exists()
    client.force_login(cast.supervisor)
    assert case.pk
    for wrong in (
        ("reopened", "person", cast.city.team.pk), ("settled", "unit", cast.city.team.pk), ("nothing", "unit", 1),
        ("reopened", "nobody", 1), ("reopened", "unit", cast.city.street_department.pk),
    ):  # fmt: skip
        assert client.get(url("suspicion_cases", *wrong)).status_code == 404
    for query in ({"area": "999999"}, {"month": "2026-13"}, {"month": "x"}, {"month": "0001-01"}):
        assert client.get(url("suspicion", **query)).status_code == 404


def test_a_supervisor_never_sees_what_is_said_of_themselves_or_their_own_unit(client, cast):
    reopened(cast, date(2026, 9, 3))
    make_post(cast.supervisor, Role.HANDLER, cast.city.team)
    with clock.at(local(date(2026, 9, 5))):
        make_post(cast.supervisor, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid)
        case = settled(cast, type(cast.supervisor).objects.get(pk=cast.supervisor.pk))
        other = make_user("other")
        make_post(other, Role.SUPERVISOR, cast.city.district_centre)
        cases.reopen_case(case.pk, actor=other, reason="没弄好")
    seen = {}
    for person in (cast.supervisor, other):
        client.force_login(person)
        page = client.get(url("suspicion"))
        seen[person.username] = sum(len(sign["rows"]) for sign in page.context["signs"])
        for one in (("reopened", "unit", cast.city.team.pk), ("reopened", "person", cast.supervisor.pk)):
            assert client.get(url("suspicion_cases", *one)).status_code == (200 if person == other else 404)
    assert seen == {"supervisor": 0, "other": 2}


def test_a_supervisor_of_a_street_looks_into_their_street_alone(client, cast):
    reopened(cast, date(2026, 9, 3))
    person = make_user("street")
    make_post(person, Role.SUPERVISOR, cast.city.street_centre)
    client.force_login(person)
    assert client.get(url("suspicion")).context["asked"].area == cast.city.street
    assert client.get(url("suspicion", area=cast.city.district.code)).status_code == 404


# Notes.


def test_a_note_is_kept_beside_the_number_and_touches_nothing(client, cast):
    reopened(cast, date(2026, 9, 3))
    client.force_login(cast.supervisor)
    address = url("note_suspicion", "reopened", "unit", cast.city.team.pk)
    assert client.post(address, {"judged": "nothing", "note": " "}).status_code == 422
    assert client.post(address, {"judged": "guilty", "note": "罚"}).status_code == 422
    assert client.post(address, {"judged": "nothing", "note": "雷雨天,又坏了"}).status_code == 302
    assert client.post(address, {"judged": "looked_into", "note": "谈过了"}).status_code == 302
    page = client.get(url("suspicion_cases", "reopened", "unit", cast.city.team.pk))
    assert [note.note for note in page.context["notes"]] == ["谈过了", "雷雨天,又坏了"]
    page = client.get(url("suspicion"))
    (row,) = [row for sign in page.context["signs"] for row in sign["rows"]]
    assert row["note"].judged == Judged.LOOKED_INTO


def test_no_note_where_there_is_no_sign(cast, asked):
    for sign, whose in (("reopened", Whose(UNIT, cast.city.team.pk)), ("nothing", Whose(UNIT, 1))):
        with pytest.raises(NotFoundForYou):
            leave_note(
                actor=cast.supervisor, sign=sign, asked=asked, whose=whose, judged="nothing", note="没事"
            )


def test_a_note_needs_words_and_stays_as_it_is(cast, asked):
    reopened(cast, date(2026, 9, 3))
    note = {"sign": "reopened", "asked": asked, "whose": Whose(UNIT, cast.city.team.pk), "judged": "nothing"}
    for words in ("", "长" * 1001):
        with pytest.raises(ValidationError):
            leave_note(actor=cast.supervisor, note=words, **note)
    made = leave_note(actor=cast.supervisor, note="没事", **note)
    with pytest.raises(Exception, match="Cannot update or delete"):
        SuspicionNote.objects.filter(pk=made.pk).update(note="罚")


def test_many_signs_ask_as_often_as_one(client, cast):
    client.force_login(cast.supervisor)
    reopened(cast, date(2026, 9, 3))
    with clock.at(local(date(2026, 9, 2))):
        make_case(cast, photos=stored(cast.inspector, "red"))
        make_case(cast, photos=stored(cast.inspector, "red"))

    pages = [url("suspicion"), url("suspicion_cases", "reopened", "unit", cast.city.team.pk)]

    def asked():
        return [count_queries(client, page) for page in pages]

    asked()
    few = asked()
    for day in (4, 5):
        reopened(cast, date(2026, 9, day))
        with clock.at(local(date(2026, 9, day))):
            case = settled(cast, cast.inspector)
            cases.reopen_case(case.pk, actor=cast.supervisor, reason="没弄好")
            other = inspector(cast, f"other{day}")
            make_case(cast, actor=other, outside_reason="路过", photos=stored(other, "red"))
    read_facts()
    asked()
    assert all(many <= before for many, before in zip(asked(), few, strict=True))

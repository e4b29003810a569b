"""Alarms of devices: what becomes of them, who may send them, and that two at once are not two cases."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case, CaseEvent, CasePhoto, Channel, Device, DeviceAlarm
from cases.services import merge_case, void_case
from cases.services.events import forget_alarms, receive_event, save_device
from cases.workflow import Capacity, Status
from gridgov import clock
from gridgov.errors import NotPermitted
from gridgov.models import Photo
from gridgov.photos_ahead import forget_waiting_photos
from grids.models import Scope
from tests.case_factories import jpeg, make_case, make_cast, make_city
from tests.factories import inside
from tests.key_factories import make_key, make_system, with_key
from tests.racing import race

ADDRESS = "/api/v1/events/"


def make_device(cast, account, **fields):
    asked = {
        "code": "cam-1",
        "name": "桂澜路口摄像机",
        "account": account,
        "case_class": cast.city.case_class,
        "condition": cast.city.condition,
        "area": cast.city.grid,
        "point": inside(cast.city.grid),
        "address": "桂澜路口",
        **fields,
    }
    return save_device(Device(**asked), actor=None)


@pytest.fixture
def system(cast):
    return make_system(cast.city.community_centre)


@pytest.fixture
def client(system):
    return with_key(make_key(system, Scope.EVENTS_WRITE)[1])


@pytest.fixture
def send(client):
    numbers = iter(range(1000))

    def send(**fields):
        return client.post(ADDRESS, {"device": "cam-1", "event_id": f"e{next(numbers)}", **fields})

    return send


def outcomes(answers):
    return [answer.json()["outcome"] for answer in answers]


@pytest.mark.django_db
def test_the_alarm_that_reaches_the_threshold_opens_a_case(cast, system, send):
    make_device(cast, system, alarms_needed=3, within_minutes=10)

    answers = [send(value="83 dB") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert outcomes(answers) == ["counted", "counted", "opened", "joined"]
    case = Case.objects.get()
    assert [answer.json()["case"] for answer in answers] == [None, None, case.number, case.number]
    assert [answer.json()["alarms"] for answer in answers] == [0, 0, 3, 4]
    assert (case.channel, case.external_id, case.reporter) == (Channel.SYSTEM, "cam-1", None)
    assert case.description == "桂澜路口摄像机 · 83 dB"
    assert case.case_class == cast.city.case_class
    assert case.grid == cast.city.grid
    assert list(case.events.values_list("capacity", flat=True)) == [Capacity.DEVICE]


@pytest.mark.django_db
def test_further_alarms_overtake_nobody_and_the_page_counts_them(cast, system, send, client):
    make_device(cast, system)
    for _ in range(14):
        send()
    case = Case.objects.get()
    assert case.version == CaseEvent.objects.count() == 1

    page = Client()
    page.force_login(cast.operator)
    assert "14" in page.get(f"/cases/{case.number}/").content.decode().split("桂澜路口摄像机", 2)[2][:80]


@pytest.mark.django_db
def test_alarms_too_far_apart_only_count(cast, system, send):
    make_device(cast, system, alarms_needed=2, within_minutes=10)
    now = clock.now()
    with clock.at(now):
        first = send()
    with clock.at(now + timedelta(minutes=10)):
        second = send()
    with clock.at(now + timedelta(minutes=11)):
        third = send()
    assert outcomes([first, second, third]) == ["counted", "counted", "opened"]
    assert third.json()["alarms"] == 2


@pytest.mark.django_db
def test_after_its_case_a_device_is_silent_for_a_time(cast, system, send):
    make_device(cast, system, silence_minutes=30)
    now = clock.now()
    send()
    case = Case.objects.get()
    with clock.at(now + timedelta(minutes=5)):
        void_case(case.pk, actor=cast.supervisor, reason="误报")
    with clock.at(now + timedelta(minutes=34)):
        silent = send()
        late = send(at=(now + timedelta(minutes=1)).isoformat())
    with clock.at(now + timedelta(minutes=36)):
        still_late = send(at=(now + timedelta(minutes=20)).isoformat())
        again = send()
    assert outcomes([silent, late, still_late, again]) == ["silenced", "silenced", "silenced", "opened"]
    assert again.json()["alarms"] == 1
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_alarms_follow_a_case_into_the_one_it_was_merged_into(cast, system, send):
    make_device(cast, system)
    send()
    case, other = Case.objects.get(), make_case(cast)
    merge_case(case.pk, actor=cast.operator, into_id=other.pk)
    assert send().json() == {"outcome": "joined", "case": other.number, "alarms": 1}


@pytest.mark.django_db
def test_an_alarm_sent_again_is_counted_once(cast, system, client):
    make_device(cast, system)
    alarm = {"device": "cam-1", "event_id": "x", "value": "1"}

    first, again = client.post(ADDRESS, alarm), client.post(ADDRESS, alarm)
    other = client.post(ADDRESS, alarm | {"value": "2"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
    assert first.json() == again.json()
    assert DeviceAlarm.objects.count() == 1


@pytest.mark.django_db
def test_photos_hang_on_the_report_while_there_are_few(cast, system, client):
    make_device(cast, system, alarms_needed=2)
    for number in range(12):
        alarm = {"device": "cam-1", "event_id": str(number), "photo": jpeg()}
        assert client.post(ADDRESS, alarm, format="multipart").status_code == 201
    assert CasePhoto.objects.count() == 9
    assert Photo.objects.count() == DeviceAlarm.objects.exclude(photo=None).count() == 12
    refused = client.post(
        ADDRESS,
        {"device": "cam-1", "event_id": "y", "photo": SimpleUploadedFile("x.jpg", b"no photo")},
        format="multipart",
    )
    assert refused.status_code in (400, 415)


@pytest.mark.django_db
def test_a_device_of_another_system_does_not_exist(cast, system, client, send):
    other = make_system(cast.city.team, username="other")
    make_device(cast, other)
    assert send().status_code == 404
    assert client.post(ADDRESS, {"device": "nothing", "event_id": "1"}).status_code == 404


@pytest.mark.django_db
def test_without_a_post_there_a_system_sends_nothing(cast, system, send):
    make_device(cast, system)
    system.posts.update(
        valid_to=clock.today() - timedelta(days=1), valid_from=clock.today() - timedelta(days=2)
    )
    assert send().status_code == 404


@pytest.mark.django_db
def test_a_device_that_is_switched_off_keeps_nothing(cast, system, send):
    make_device(cast, system, is_active=False)
    refused = send()
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "device_off"
    assert not DeviceAlarm.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": ""},
        {"event_id": "a b"},
        {"event_id": "x" * 65},
        {"device": ""},
        {"value": "x" * 61},
        {"value": "\0"},
        {"at": "yesterday"},
        {"at": "2020-01-01T00:00:00+08:00"},
        {"at": "2999-01-01T00:00:00+08:00"},
        {"at": "0001-01-01T00:00:00+08:00"},
    ],
)
def test_what_no_alarm_can_be_is_refused(cast, system, send, wrong):
    make_device(cast, system)
    refused = send(**wrong)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == next(iter(wrong))
    assert not DeviceAlarm.objects.exists()


@pytest.mark.django_db
def test_a_key_without_the_scope_and_a_stranger_send_nothing(cast, system):
    make_device(cast, system)
    reader = with_key(make_key(system, Scope.CASES_WRITE)[1])
    assert reader.post(ADDRESS, {"device": "cam-1", "event_id": "1"}).status_code == 403
    assert with_key("nothing").post(ADDRESS, {}).status_code == 401


@pytest.mark.django_db
def test_the_case_number_is_told_to_who_may_see_it(cast, send):
    handler = make_system(cast.city.team, role="handler", username="sensor")
    make_device(cast, handler)
    client = with_key(make_key(handler, Scope.EVENTS_WRITE)[1])
    answer = client.post(ADDRESS, {"device": "cam-1", "event_id": "1"}).json()
    assert answer == {"outcome": "opened", "case": None, "alarms": 1}


@pytest.mark.django_db
def test_a_device_is_checked_when_it_is_registered(cast, system):
    with pytest.raises(ValidationError) as elsewhere:
        make_device(cast, system, point=inside(cast.city.other_grid))
    assert list(elsewhere.value.message_dict) == ["point"]
    with pytest.raises(ValidationError) as foreign:
        make_device(cast, system, case_class=cast.city.other_class)
    assert list(foreign.value.message_dict) == ["condition"]
    with pytest.raises(ValidationError) as person:
        make_device(cast, cast.operator)
    assert list(person.value.message_dict) == ["account"]
    with pytest.raises(NotPermitted):
        save_device(Device(), actor=cast.operator)


@pytest.mark.django_db
def test_old_alarms_go_when_their_case_has_ended_and_photos_that_hang_on_none_too(cast, system, client):
    make_device(cast, system, alarms_needed=2)
    send = {"device": "cam-1", "photo": jpeg()}
    client.post(ADDRESS, send | {"event_id": "1"}, format="multipart")
    later = clock.now() + timedelta(days=1)
    assert forget_alarms(clock.now() - timedelta(days=1)) == 0
    assert forget_alarms(later) == 1
    assert forget_waiting_photos(later) == 1
    for number in "23":
        client.post(ADDRESS, send | {"event_id": number, "photo": jpeg()}, format="multipart")
    assert forget_alarms(later) == 0  # their case is open
    void_case(Case.objects.get().pk, actor=cast.supervisor, reason="误报")
    assert forget_alarms(later) == 2
    assert forget_waiting_photos(later) == 0  # the photos are the case's
    assert Case.objects.get().status == Status.VOID


@pytest.mark.django_db(transaction=True)
def test_two_alarms_at_once_open_one_case():
    cast = make_cast(make_city())
    system = make_system(cast.city.community_centre)
    make_device(cast, system)

    def alarm(name: str):
        return lambda: receive_event(actor=system, device_code="cam-1", event_id=name)[0].outcome

    results = race(*[alarm(f"e{number}") for number in range(4)], alarm("e0"))

    assert Case.objects.count() == 1
    assert DeviceAlarm.objects.count() == 4
    assert sorted(set(map(str, results))) == ["joined", "opened"], results

"""Two at once in an emergency: declaring and ending, alerting, drawing, answering, and the sweep beside a person."""

import pytest

from cases.services import void_case
from cases.workflow import Action, Status
from dispatch.models import Emergency, EmergencyAlert
from dispatch.services.emergency import (
    alert_concerned,
    declare_emergency,
    draw_circle,
    end_emergency,
    end_with_their_cases,
    receive_alert,
)
from gridgov.errors import AlreadyTaken, DomainError
from gridgov.models import Notice
from tests.case_factories import case_in, make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    return make_cast(make_city())


@pytest.fixture
def emergency(people):
    case = case_in(Status.HANDLING, people)
    declare_emergency(case.pk, actor=people.dispatcher, note="燃气泄漏")
    return Emergency.objects.get()


def lines(emergency, event):
    return emergency.entries.filter(event=event).count()


def test_ended_by_two_at_once_it_ends_once(people, emergency):
    answers = race(
        lambda: end_emergency(emergency.case_id, actor=people.dispatcher, summary="阀门已关"),
        lambda: end_emergency(emergency.case_id, actor=people.supervisor, summary="已处置"),
    )
    assert sum(isinstance(one, DomainError) for one in answers) == 1, answers
    emergency.refresh_from_db()
    assert lines(emergency, "ended") == emergency.case.events.filter(action=Action.CALM).count() == 1
    assert emergency.summary == emergency.entries.get(event="ended").note


def test_ended_by_a_person_while_its_case_is_over_and_the_sweep_runs_it_ends_once(people, emergency):
    answers = race(
        lambda: end_emergency(emergency.case_id, actor=people.dispatcher, summary="阀门已关"),
        lambda: void_case(emergency.case_id, actor=people.supervisor, reason="误报"),
        end_with_their_cases,
        end_with_their_cases,
    )
    assert all(isinstance(one, DomainError) for one in answers if isinstance(one, Exception)), answers
    end_with_their_cases()
    emergency.refresh_from_db()
    assert emergency.ended_at
    assert emergency.case.emergency_at is None
    assert lines(emergency, "ended") == 1


def test_alerted_by_drawing_and_by_hand_at_once_everybody_gets_it_once(people, emergency):
    alert_concerned(emergency.pk, actor=people.operator, text="立即疏散")
    asked = EmergencyAlert.objects.count()
    Notice.objects.all().delete()
    # As if all but one had come only after it.
    EmergencyAlert.objects.exclude(pk=EmergencyAlert.objects.earliest("pk").pk).delete()
    answers = race(
        lambda: draw_circle(emergency.pk, actor=people.operator, radius_m=500, alert_new=True),
        lambda: alert_concerned(emergency.pk, actor=people.operator, text="绕行"),
        lambda: draw_circle(emergency.pk, actor=people.operator, radius_m=600, alert_new=True),
    )
    assert all(isinstance(one, AlreadyTaken) for one in answers if isinstance(one, Exception)), answers
    sent = list(
        Notice.objects.filter(event="emergency_alert", recipient__isnull=False).values_list(
            "recipient", flat=True
        )
    )
    assert len(sent) == len(set(sent)) == asked - 1
    assert EmergencyAlert.objects.count() == asked
    emergency.refresh_from_db()
    assert str(emergency.radius_m) in emergency.entries.filter(event="circle").latest("pk").note.split("→")[1]


def test_answered_on_two_devices_at_once_it_is_one_receipt(people, emergency):
    alert_concerned(emergency.pk, actor=people.operator, text="立即疏散")
    answers = race(
        lambda: receive_alert(emergency.pk, actor=people.handler, reply="十分钟"),
        lambda: receive_alert(emergency.pk, actor=people.handler, reply="马上"),
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    receipt = EmergencyAlert.objects.get(user=people.handler)
    assert receipt.reply in ("十分钟", "马上")
    assert emergency.entries.get(event="received").note == receipt.reply

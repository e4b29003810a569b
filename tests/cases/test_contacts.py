"""Whom a call or a letter came from: masked everywhere, whole for a stated purpose, forgotten in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from cases.models import Case, CaseContact, ContactLook
from cases.services.contact import digits_of, forget_contacts, look_at_contact
from cases.workflow import Status
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import IdempotencyKey, Notice
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller, codes
from tests.pages import HTMX

pytestmark = pytest.mark.django_db
NAME, PHONE = "王小明", "13800138000"
CALL = {"channel": "hotline", "contact_name": NAME, "contact_phone": PHONE}
ENGLISH = {"Accept-Language": "en"}
FORM = {"description": "井盖破损", "channel": "hotline", "external_id": "GD-1", "contact_name": NAME}


def look(client, case, purpose="核实地点在哪", **headers):
    return client.post(f"/cases/{case.number}/contact/", {"purpose": purpose}, headers={**ENGLISH, **headers})


def test_an_operator_takes_a_call_with_name_and_phone(client, cast):
    client.force_login(cast.operator)
    answer = client.post("/m/report/", {**FORM, "contact_phone": "138 0013-8000", "idempotency_key": "k1"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.channel, case.external_id) == ("hotline", "GD-1")
    assert (case.contact.name, case.contact.phone) == (NAME, PHONE)
    key = IdempotencyKey.objects.get()
    assert PHONE not in f"{key.body}{key.location}{key.fingerprint}"


def test_only_those_at_a_desk_are_asked_for_it(client, cast):
    for person, asked in ((cast.operator, True), (cast.inspector, False)):
        client.force_login(person)
        assert ("contact_phone" in client.get("/m/report/").content.decode()) is asked
    client.post("/m/report/", {**FORM, "contact_phone": PHONE})
    case = Case.objects.get()
    assert case.channel == "inspector"
    assert not CaseContact.objects.exists()


@pytest.mark.parametrize(
    "phone", ["12345", "138001380001", "abc", "１３８００１３８０００", "+1 202 555 0100", "23800138000"]
)
def test_a_phone_that_nobody_could_call_is_refused_and_all_stays_as_typed(client, cast, phone):
    client.force_login(cast.operator)
    page = client.post("/m/report/", {**FORM, "contact_phone": phone}, headers=ENGLISH)
    text = page.content.decode()
    assert page.status_code == 422
    assert "This is no phone number" in text
    for typed in ("井盖破损", "GD-1", NAME, phone):
        assert typed in text
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+86 138 0013 8000", PHONE),
        ("0086-13800138000", PHONE),
        ("（0757）8633-5533", "075786335533"),
        ("86335533", "86335533"),
        ("400-810-8888", "4008108888"),
        ("  ", ""),
    ],
)
def test_a_phone_is_kept_as_its_digits(phone, digits):
    assert digits_of(phone) == digits


def test_the_api_takes_it_and_never_tells_it(cast):
    caller = Caller(cast.operator)
    report = {"description": "井盖破损", **CALL}
    made = caller.post(f"{V1}cases/", report, headers={"Idempotency-Key": "k1"})
    assert made.status_code == 201
    case = Case.objects.get()
    assert case.contact.phone == PHONE
    answers = [
        made,
        *(caller.get(f"{V1}cases/{path}") for path in ("", f"{case.number}/", f"{case.number}/timeline/")),
    ]
    for answer in answers:
        for secret in (NAME, PHONE, "8000"):
            assert secret not in answer.content.decode().replace(case.number, "")
    key = IdempotencyKey.objects.get()
    assert PHONE not in f"{key.body}{key.fingerprint}"
    refused = caller.post(f"{V1}cases/", {**report, "contact_phone": "12"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "contact_phone"
    assert codes(refused) == ["no_phone"]


def test_pages_lists_notices_and_timelines_show_it_masked_or_not_at_all(client, cast):
    case = make_case(cast, **CALL)
    for person in (cast.operator, cast.inspector, cast.leader):
        client.force_login(person)
        for url in (f"/cases/{case.number}/", "/cases/", "/cases/?q=8000", f"/cases/{case.number}/refuse/"):
            page = client.get(url)
            assert PHONE not in page.content.decode(), url
            assert NAME not in page.content.decode(), url
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "王**" in page
        assert "138****8000" in page
    assert not Notice.objects.filter(params__icontains=PHONE).exists()
    assert PHONE not in str(list(case.events.values()))
    assert PHONE not in str(case.contact)


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (Status.REPORTED, {"operator", "dispatcher"}),
        (Status.HANDLING, {"operator", "dispatcher", "handler"}),
        (Status.CLOSED, set()),
    ],
)
def test_the_whole_is_for_those_who_work_on_the_open_case(client, cast, status, may):
    case = case_in(status, cast, **CALL)
    for name in (
        "operator",
        "dispatcher",
        "handler",
        "inspector",
        "supervisor",
        "leader",
        "officer",
        "stranger",
    ):
        person = getattr(cast, name)
        if name in may:
            assert look_at_contact(case.pk, actor=person, purpose="核实地点在哪").user == person
        else:
            with pytest.raises((NotPermitted, NotFoundForYou)):
                look_at_contact(case.pk, actor=person, purpose="核实地点在哪")
    assert ContactLook.objects.count() == len(may)


def test_a_look_is_written_down_and_shows_it_once(client, cast):
    case = make_case(cast, **CALL)
    client.force_login(cast.operator)
    answer = look(client, case)
    assert answer.status_code == 302
    assert client.head(answer["Location"]).status_code == 405
    page = client.get(answer["Location"], headers=ENGLISH)
    assert PHONE in page.content.decode()
    assert NAME in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    again = client.get(answer["Location"], follow=True, headers=ENGLISH).content.decode()
    assert PHONE not in again
    assert "shown once" in again
    written = ContactLook.objects.get()
    assert (written.user, written.purpose) == (cast.operator, "核实地点在哪")
    assert written.post.organisation == cast.city.community_centre


def test_in_the_sheet_only_the_contact_comes(client, cast):
    case = make_case(cast, **CALL)
    client.force_login(cast.operator)
    part = client.get(look(client, case, **HTMX)["Location"], headers={**ENGLISH, **HTMX}).content.decode()
    assert PHONE in part
    assert "<html" not in part
    refused = look(client, case, "要", **HTMX)
    assert refused.status_code == 422
    assert 'id="contact"' in refused.content.decode()
    assert PHONE not in refused.content.decode()


@pytest.mark.parametrize("purpose", ["", "   ", "要电话", "x" * 201])
def test_without_a_purpose_nothing_is_shown(client, cast, purpose):
    case = make_case(cast, **CALL)
    client.force_login(cast.operator)
    page = look(client, case, purpose)
    assert page.status_code == 422
    assert PHONE not in page.content.decode()
    assert not ContactLook.objects.exists()


def test_others_get_no_form_and_no_look(client, cast):
    case = make_case(cast, **CALL)
    for person, status in ((cast.inspector, 403), (cast.leader, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert "contact-purpose" not in client.get(f"/cases/{case.number}/").content.decode()
        assert look(client, case).status_code == status
    other = look_at_contact(case.pk, actor=cast.operator, purpose="核实地点在哪")
    client.force_login(cast.dispatcher)
    assert client.get(f"/cases/{case.number}/contact/{other.pk}/").status_code == 404
    client.force_login(cast.operator)
    assert look(client, make_case(cast)).status_code == 404


def test_supervisors_see_who_looked(client, cast):
    case = make_case(cast, **CALL)
    look_at_contact(case.pk, actor=cast.operator, purpose="核实地点在哪")
    client.force_login(cast.supervisor)
    page = client.get("/cases/contact-looks/", headers=ENGLISH).content.decode()
    for words in (str(cast.operator), "核实地点在哪", case.number):
        assert words in page
    assert PHONE not in page
    assert "Looks at contacts" in client.get("/cases/", headers=ENGLISH).content.decode()
    for person in (cast.operator, cast.leader, cast.stranger):
        client.force_login(person)
        assert client.get("/cases/contact-looks/").status_code == 404


def test_a_look_is_never_changed(cast):
    look_at_contact(make_case(cast, **CALL).pk, actor=cast.operator, purpose="核实地点在哪")
    for change in (lambda: ContactLook.objects.update(purpose="别的"), ContactLook.objects.all().delete):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_it_is_forgotten_some_days_after_the_case_has_ended(settings, cast):
    settings.CONTACT_KEEP_DAYS = 30
    begun = clock.now()
    cases = {
        status: case_in(status, cast, **CALL) for status in (Status.HANDLING, Status.CLOSED, Status.REFUSED)
    }
    merged = case_in(Status.MERGED, cast, **CALL)
    look_at_contact(cases[Status.HANDLING].pk, actor=cast.operator, purpose="核实地点在哪")

    def kept():
        return set(CaseContact.objects.exclude(phone="").values_list("case__status", flat=True))

    with clock.at(begun + timedelta(days=29)):
        assert forget_contacts() == 0
    with clock.at(begun + timedelta(days=31)):
        assert forget_contacts() == 2
        assert forget_contacts() == 0
    # What it was merged into goes on.
    assert kept() == {Status.HANDLING, merged.status}
    assert CaseContact.objects.filter(name="", phone="").count() == 2
    assert ContactLook.objects.count() == 1


def test_a_contact_that_was_forgotten_is_shown_to_nobody(client, cast):
    case = make_case(cast, **CALL)
    CaseContact.objects.update(name="", phone="")
    client.force_login(cast.operator)
    assert 'id="contact"' not in client.get(f"/cases/{case.number}/").content.decode()
    assert look(client, case).status_code == 404


def test_the_service_refuses_a_bad_phone_by_its_field(cast):
    with pytest.raises(ValidationError) as refused:
        make_case(cast, contact_phone="12")
    assert list(refused.value.error_dict) == ["contact_phone"]

"""Escalation rules in the admin: the table, what a rule would do, and the preview."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from celery.exceptions import Retry
from django.urls import reverse

from cases.models import EscalationRule
from cases.workflow import Status
from dispatch import escalation_preview, preview_runs
from dispatch.preview_runs import Busy, run_preview, shown_preview
from dispatch.sweep import sweep
from dispatch.tasks import preview_escalation
from gridgov import clock
from grids.models import AreaLevel
from tests.case_factories import Cast, case_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:cases_escalationrule_changelist")
ADD = reverse("admin:cases_escalationrule_add")
BEGIN = reverse("admin:escalation_preview_begin")
RULE = {
    "district_code": "", "level": "", "major": "", "case_class": "", "after_amount": "6", "after_unit": "urgent_hour",
    "to_level": "", "ring_amount": "", "ring_unit": "urgent_hour", "is_active": "on", "for_all": "on",
}  # fmt: skip


@pytest.fixture
def admin(admin_client):
    admin_client.cookies["django_language"] = "en"
    return admin_client


@pytest.fixture
def late(cast: Cast):
    """One case that moved up two hours ago, and one that is not late."""
    with clock.at(clock.now() - timedelta(hours=26)):
        case_in(Status.HANDLING, cast)
    with clock.at(clock.now() - timedelta(hours=2)):
        sweep()
    case_in(Status.HANDLING, cast)


def preview_of(admin, answer) -> str:
    """The page of a preview that a worker has worked out."""
    assert answer.status_code == 302
    waiting = admin.get(answer.url).content.decode()
    assert "hx-get" in waiting
    run_preview(UUID(answer.url.rstrip("/").rpartition("/")[2]))
    return str(admin.get(answer.url).content.decode())


def test_a_rule_is_added_and_stands_in_the_table(admin, cast: Cast):
    assert admin.post(ADD, RULE).status_code == 302
    assert "every class" in admin.get(LIST).content.decode()
    assert EscalationRule.objects.get().after_amount == 6


def test_the_table_says_what_holds_and_puts_nothing_into_force(admin, cast: Cast):
    rule = EscalationRule.objects.create(after_amount=6, after_unit="urgent_hour", is_active=False)
    page = admin.get(LIST).content.decode()
    assert "6 urgent hours" in page
    edited = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": rule.pk,
        "form-0-is_active": "on",
    }
    admin.post(LIST, {**edited, "_save": "Save"})
    rule.refresh_from_db()
    assert not rule.is_active


def test_a_rule_for_every_case_asks_first_and_may_be_looked_at_before(admin, cast: Cast):
    untouched = {name: value for name, value in RULE.items() if name != "for_all"}
    answer = admin.post(ADD, untouched)
    assert answer.status_code == 200
    assert "holds for every case of every class" in answer.content.decode()
    assert not EscalationRule.objects.exists()
    assert admin.post(BEGIN, untouched).status_code == 302
    assert (
        admin.post(reverse("admin:cases_escalationrule_what_would_happen_new"), untouched).status_code == 200
    )
    assert admin.post(ADD, {**untouched, "level": AreaLevel.STREET}).status_code == 302
    without_force = {name: value for name, value in untouched.items() if name != "is_active"}
    assert admin.post(ADD, without_force).status_code == 302


def test_a_second_rule_for_the_same_is_refused_and_what_was_typed_stays(admin, cast: Cast):
    admin.post(ADD, RULE)
    answer = admin.post(ADD, {**RULE, "after_amount": "7"})
    assert answer.status_code == 200
    assert "There is a rule for this already." in answer.content.decode()
    assert 'value="7"' in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"after_amount": "-1"}, {"ring_amount": "0"}, {"level": "2", "to_level": "4"}, {"after_unit": "x"}],
)
def test_what_makes_no_sense_is_refused(admin, cast: Cast, wrong):
    assert admin.post(ADD, {**RULE, **wrong}).status_code == 200
    assert not EscalationRule.objects.exists()


def test_it_says_what_a_rule_would_do_before_it_is_saved(admin, cast: Cast):
    url = reverse("admin:cases_escalationrule_what_would_happen_new")
    text = admin.post(url, {**RULE, "ring_amount": "3"}).content.decode()
    assert "南海区: due now, it moves up on" in text
    assert "rings every 3 urgent hours" in text
    assert not EscalationRule.objects.exists()


def test_the_preview_says_what_last_month_would_have_come_to_and_saves_nothing(admin, late):
    text = preview_of(admin, admin.post(BEGIN, RULE))
    assert "With these rules, 0 of 2 cases" in text
    assert "with today&#x27;s rules 1." in text or "with today's rules 1." in text
    assert "What really happened: 1." in text
    assert not EscalationRule.objects.exists()


def test_lines_that_are_not_in_force_are_tried_from_the_table(admin, late):
    rule = EscalationRule.objects.create(after_amount=6, after_unit="urgent_hour", is_active=False)
    answer = admin.post(LIST, {"action": "preview_in_force", "_selected_action": [rule.pk]})
    assert "With these rules, 0 of 2 cases" in preview_of(admin, answer)
    rule.refresh_from_db()
    assert not rule.is_active


def test_a_preview_of_a_wrong_form_says_what_is_wrong(admin, cast: Cast):
    answer = admin.post(BEGIN, {**RULE, "after_amount": "-1"})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_a_preview_that_nobody_began_is_not_there(admin):
    assert admin.get(reverse("admin:escalation_preview", args=[uuid4()])).status_code == 404
    assert admin.get(BEGIN).status_code == 404


def test_a_worker_that_runs_it_twice_comes_to_the_same(admin, late):
    answer = admin.post(BEGIN, RULE)
    key = UUID(answer.url.rstrip("/").rpartition("/")[2])
    run_preview(key)
    first = admin.get(answer.url, headers={"HX-Request": "true"}).content
    run_preview(key)
    assert admin.get(answer.url, headers={"HX-Request": "true"}).content == first


def test_one_preview_at_a_time_and_the_next_is_tried_again(admin, late, monkeypatch):
    first, second = (UUID(admin.post(BEGIN, RULE).url.rstrip("/").rpartition("/")[2]) for _ in range(2))

    def meanwhile(*args, **kwargs):
        with pytest.raises(Busy):
            run_preview(second)
        with pytest.raises(Retry):
            preview_escalation.apply(args=[str(second)], throw=True)
        run_preview_alone(*args, **kwargs)

    run_preview_alone = preview_runs._work_out
    monkeypatch.setattr(preview_runs, "_work_out", meanwhile)
    run_preview(first)
    monkeypatch.undo()
    run_preview(second)
    assert shown_preview(first)["result"] == shown_preview(second)["result"] is not None


def test_one_that_takes_too_long_is_given_up_and_says_so(admin, late, monkeypatch):
    monkeypatch.setattr(preview_runs, "LONGEST_SECONDS", -1)
    monkeypatch.setattr(escalation_preview, "_CHUNK", 1)
    answer = admin.post(BEGIN, RULE)
    key = UUID(answer.url.rstrip("/").rpartition("/")[2])
    run_preview(key)
    page = admin.get(answer.url).content.decode()
    assert "was given up" in page
    assert "hx-get" not in page
    monkeypatch.undo()
    assert preview_of(admin, admin.post(BEGIN, RULE))


def test_without_the_right_nobody_edits_or_tries_rules(client, cast: Cast):
    cast.leader.is_staff = True
    cast.leader.save()
    client.force_login(cast.leader)
    assert client.get(LIST).status_code == 403
    assert client.post(BEGIN, RULE).status_code == 403

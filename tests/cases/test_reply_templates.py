"""Ready texts for the notes of steps."""

import csv
from datetime import timedelta

import pytest

from cases.models import ReplyTemplate
from cases.models.desk import REPLYING
from cases.replies import replies_for
from cases.services.replies import FILE, load_replies
from cases.workflow import Action, Status
from dispatch.services import ask_extension, ask_return
from tests.case_factories import case_in, make_case
from tests.pages import HTMX

pytestmark = pytest.mark.django_db


def reply(action, name, organisation=None, **fields):
    return ReplyTemplate.objects.create(
        action=action, name=name, text=f"{name}。", organisation=organisation, **fields
    )


def named(found):
    return [one.name for one in found]


def test_those_of_the_step_of_everybody_and_of_ones_organisations(cast):
    reply(Action.REFUSE, "大家的", position=2)
    reply(Action.REFUSE, "我们的", cast.city.community_centre, position=1)
    reply(Action.REFUSE, "他们的", cast.city.street_centre)
    reply(Action.REFUSE, "不用了", is_active=False)
    reply(Action.VOID, "别的")
    assert named(replies_for(cast.operator, Action.REFUSE)) == ["我们的", "大家的"]
    assert named(replies_for(cast.stranger, Action.REFUSE)) == ["大家的"]


@pytest.mark.parametrize(
    ("path", "person", "status", "action", "field"),
    [
        ("refuse", "operator", Status.REPORTED, Action.REFUSE, "id_reason"),
        ("order-check", "operator", Status.REPORTED, Action.ORDER_CHECK, "id_note"),
        ("dispatch", "dispatcher", Status.REGISTERED, Action.DISPATCH, "id_note"),
        ("recall", "dispatcher", Status.DISPATCHED, Action.RECALL, "id_reason"),
        ("escalate", "dispatcher", Status.REGISTERED, Action.ESCALATE, "id_reason"),
        ("ask-return", "handler", Status.HANDLING, Action.RETURN, "id_reason"),
        ("void", "supervisor", Status.HANDLING, Action.VOID, "id_reason"),
        ("comment", "leader", Status.HANDLING, Action.COMMENT, "id_text"),
        ("verify", "grid_leader", Status.HANDLED, Action.VERIFY_FAIL, "id_note"),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_every_form_offers_them_for_its_field_and_as_plain_words(
    client, cast, path, person, status, action, field, headers
):
    case = case_in(status, cast)
    reply(action, "现成的话")
    client.force_login(getattr(cast, person))
    page = client.get(f"/cases/{case.number}/{path}/", headers=headers).content.decode()
    assert f'data-for="{field}"' in page
    assert 'data-text="现成的话。"' in page
    assert "<dt>现成的话</dt><dd>现成的话。</dd>" in page


def test_a_decision_offers_those_for_both_answers(client, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    reply(Action.RETURN, "同意退回")
    reply(Action.REFUSE_REQUEST, "理由不充分")
    client.force_login(cast.dispatcher)
    page = client.get(f"/cases/{case.number}/decide/", headers=HTMX)
    assert set(named(page.context["replies"])) == {"同意退回", "理由不充分"}


def test_what_is_said_of_a_return_is_not_offered_for_more_time(client, cast):
    case = case_in(Status.HANDLING, cast)
    until = case.stage_due_at + timedelta(days=1)
    ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)
    reply(Action.RETURN, "同意退回")
    reply(Action.REFUSE_REQUEST, "理由不充分")
    client.force_login(cast.supervisor)
    page = client.get(f"/cases/{case.number}/decide/", headers=HTMX)
    assert named(page.context["replies"]) == ["理由不充分"]


def test_steps_without_words_cost_no_query_for_them(client, cast, django_assert_num_queries):
    case = make_case(cast)
    client.force_login(cast.operator)
    page = client.get(f"/cases/{case.number}/register/", headers=HTMX)
    assert "replies" not in page.context


def test_the_catalogue_brings_good_ones_and_leaves_alone_what_staff_changed():
    assert load_replies() == ReplyTemplate.objects.count() >= 12
    ReplyTemplate.objects.filter(action=Action.REFUSE).update(text="改过", is_active=False)
    assert load_replies() == 0
    assert set(ReplyTemplate.objects.filter(action=Action.REFUSE).values_list("text", flat=True)) == {"改过"}


def test_the_file_names_steps_that_are_replied_with():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["action"] for row in rows} <= set(REPLYING)
    assert {"refuse", "order_check", "recall", "return", "escalate", "urge", "void", "comment"} <= {
        row["action"] for row in rows
    }
    assert all(len(row["name"]) <= 30 and len(row["text"]) <= 500 for row in rows)


def test_an_administrator_edits_them(admin_client, cast):
    one = reply(Action.REFUSE, "大家的")
    own = reply(Action.REFUSE, "我们的", cast.city.community_centre)
    assert admin_client.get("/admin/cases/replytemplate/").status_code == 200
    page = admin_client.get(f"/admin/cases/replytemplate/{one.pk}/change/")
    assert page.status_code == 200
    assert not page.context["has_delete_permission"]
    assert admin_client.get(f"/admin/cases/replytemplate/{own.pk}/change/").context["has_delete_permission"]

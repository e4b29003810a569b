"""The form of every step stands in the sheet, on a page at the desk and on a page of the phone."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from dispatch.services import ask_extension
from gridgov import clock
from tests.case_factories import case_in, stored
from tests.pages import part

pytestmark = pytest.mark.django_db

STEPS = [
    ("cases:settle_case", Status.REPORTED, "inspector"),
    ("cases:order_check", Status.REPORTED, "operator"),
    ("cases:register_case", Status.REPORTED, "operator"),
    ("cases:refuse_case", Status.REPORTED, "operator"),
    ("cases:amend_case", Status.REPORTED, "operator"),
    ("cases:merge_case", Status.REPORTED, "operator"),
    ("cases:unmerge_case", Status.MERGED, "operator"),
    ("cases:answer_check", Status.CHECKING, "inspector"),
    ("cases:verify_case", Status.HANDLED, "grid_leader"),
    ("cases:reopen_case", Status.CLOSED, "operator"),
    ("cases:void_case", Status.HANDLING, "supervisor"),
    ("cases:comment_case", Status.CLOSED, "leader"),
    ("dispatch:dispatch_case", Status.REGISTERED, "dispatcher"),
    ("dispatch:recall_case", Status.HANDLING, "dispatcher"),
    ("dispatch:escalate_case", Status.HANDLING, "dispatcher"),
    ("dispatch:accept_case", Status.DISPATCHED, "handler"),
    ("dispatch:feed_back_case", Status.HANDLING, "handler"),
    ("dispatch:ask_return", Status.HANDLING, "handler"),
    ("dispatch:ask_extension", Status.HANDLING, "handler"),
    ("dispatch:ask_suspension", Status.HANDLING, "handler"),
    ("dispatch:urge_case", Status.HANDLING, "leader"),
    ("dispatch:ask_deferral", Status.HANDLING, "handler"),
    ("dispatch:resume_case", Status.SUSPENDED, "supervisor"),
    ("dispatch:decide_request", "asked", "supervisor"),
]


@pytest.mark.parametrize(("step", "status", "person"), STEPS)
def test_a_step_stands_in_every_layout_with_photo_and_words(client, cast, step, status, person):
    case = case_in(Status.HANDLING if status == "asked" else status, cast, photos=stored(cast.inspector))
    if status == "asked":
        until = clock.now() + (case.stage_due_at - clock.now()) * 1.5
        ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)
    client.force_login(getattr(cast, person))
    path = reverse(step, args=[case.number])
    answers = {"sheet": part(client, path)}
    for posture in ("console", "phone"):
        client.cookies["posture"] = posture
        answers[posture] = client.get(path)
    for layout, answer in answers.items():
        html = answer.content.decode()
        assert answer.status_code == 200, layout
        assert f'class="{layout}"' in html
        assert "idempotency_key" in html
        assert "路灯整夜不亮" in html
        assert str(case.photos.first().photo_id) in html

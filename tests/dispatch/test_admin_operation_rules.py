"""The rules of operations in the admin: what one would do is said before it is saved."""

import pytest
from django.urls import reverse

from dispatch.models import OperationRule
from dispatch.services.operation_unit import report_in
from tests.dispatch.operation_factories import blow
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_it_says_what_it_would_have_meant(client, cast):
    operation = blow(cast)
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    rule = OperationRule.objects.get(kind="whistle", level=None)
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    address = reverse("admin:dispatch_operationrule_what_would_happen", args=[rule.pk])
    typed = {
        "kind": "whistle",
        "level": "",
        "needs_approval": "on",
        "report_in_minutes": 10,
        "report_in_m": 50,
    }
    page = client.post(address, typed, headers={"Accept-Language": "en"}).content.decode()
    assert "approved it" in page
    assert "1 operations with 2 units called: 1 of these late, 0 too far away" in page
    rule.refresh_from_db()
    assert not rule.needs_approval


def test_a_wrong_rule_is_refused_and_strangers_stay_out(client, cast):
    rule = OperationRule.objects.get(kind="whistle", level=None)
    address = reverse("admin:dispatch_operationrule_what_would_happen", args=[rule.pk])
    client.force_login(cast.supervisor)
    assert client.post(address, {}).status_code == 302
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    typed = {"kind": "whistle", "level": "", "report_in_minutes": 0, "report_in_m": 5}
    assert client.post(address, typed).status_code == 422

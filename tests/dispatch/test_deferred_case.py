"""A deferred case (缓办) from asking to its end: it counts in no rate, neither on the wall nor of its unit nor in the figures."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from dispatch.unit_load import loads_of
from gridgov import clock
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
BEGUN = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def shown(client, cast):
    """(handled, in time) as the wall ranks the areas, as the dispatcher sees the unit's load, and as the figures add up."""
    client.force_login(cast.leader)
    ranking = client.get(reverse("dispatch:wall")).context["ranking"]
    load = loads_of([cast.city.team.pk])[cast.city.team.pk]
    headline = {
        each["label"]: each["number"] for each in client.get("/figures/", headers=ENGLISH).context["headline"]
    }
    figures = headline["Handled in time"] + headline["Handled late"], headline["Handled in time"]
    return [(rank["handled"], rank["in_time"]) for rank in ranking], (load.handled, load.in_time), figures


@pytest.mark.parametrize(("kind", "counted"), [("deferral", (1, 1)), ("suspension", (2, 1))])
def test_late_after_it_was_deferred_it_is_in_no_rate_but_after_a_suspension_it_is(
    client, cast, kind, counted
):
    until = BEGUN + timedelta(days=3)
    with clock.at(BEGUN):
        case, other = case_in(Status.HANDLING, cast), case_in(Status.HANDLING, cast)
        client.force_login(cast.handler)
        client.post(
            reverse(f"dispatch:ask_{kind}", args=[case.number]),
            {"until": f"{localtime(until):%Y-%m-%d}", "reason": "等规划"},
        )
        client.force_login(cast.supervisor)
        client.post(reverse("dispatch:decide_request", args=[case.number]), {"granted": "yes"})
        dispatch.feed_back_case(other.pk, actor=cast.handler, note="已换灯泡")
    with clock.at(until + timedelta(days=1)):
        assert sweep().resumed == 1  # by itself
    with clock.at(until + timedelta(days=3)):
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
        assert shown(client, cast) == ([counted], counted, counted)

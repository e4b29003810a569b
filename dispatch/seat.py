"""What is open at a seat: for who hands it over, and for who takes it."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.queues import count_each, waiting_for_intake
from cases.workflow import TIMED
from dispatch import queues
from dispatch.models import Operation, OperationState
from gridgov import clock, counting
from grids.models import Organisation, User

# Queue → its words, the page that lists it, and what that page is asked.
OPEN: dict[str, tuple[str | Promise, str, str]] = {
    "emergencies": (_("Emergencies"), "dispatch:emergency_list", ""),
    "urged": (_("Urgings not answered"), "dispatch:urging_list", ""),
    "overdue": (_("Overdue"), "cases:case_list", "?light=red&order=due"),
    "intake": (_("To register"), "cases:intake_list", ""),
    "waiting": (_("To dispatch"), "dispatch:dispatch_list", ""),
    "returned": (_("Given back"), "dispatch:dispatch_list", "?show=returned"),
    "requests": (_("Requests to decide"), "dispatch:dispatch_list", "?show=requests"),
    "out": (_("With units"), "dispatch:dispatch_list", "?show=out"),
    "supervised": (_("Under supervision"), "dispatch:supervisor_list", ""),
    "operations": (_("Operations"), "dispatch:operation_list", ""),
}


@dataclass(frozen=True)
class Open:
    """One line of what is open."""

    label: str
    number: int
    url: str


def open_at(user: User, centre: Organisation) -> dict[str, int]:
    """How much is open at somebody's seat at a centre, by queue; one query."""
    seated = copy(user)
    seated.current_posts = [post for post in user.current_posts if post.organisation_id == centre.pk]
    held = Case.objects.open().filter(holder=centre)
    counted: Mapping[str, QuerySet[Any]] = {
        "emergencies": held.filter(emergency_at__isnull=False),
        "urged": held.filter(urged_level__isnull=False),
        "overdue": held.filter(status__in=TIMED, stage_due_at__lte=clock.now()),
        "intake": waiting_for_intake(seated),
        "waiting": queues.in_dispatch(seated),
        "returned": queues.in_dispatch(seated, queues.RETURNED),
        "requests": queues.requests_to_decide(seated),
        "out": queues.in_dispatch(seated, queues.OUT),
        "supervised": queues.under_supervision(seated, queues.SUPERVISED),
        "operations": Operation.objects.filter(
            caller=centre, state__in=[OperationState.ASKED, OperationState.CALLED]
        ),
    }
    return count_each(counted)


def in_words(counts: Mapping[str, int]) -> list[Open]:
    """Counts as they were kept, in the order of `OPEN`; each leads to the list as it is now."""
    return [
        Open(str(label), counts[name], reverse(page) + query)
        for name, (label, page, query) in OPEN.items()
        if name in counts
    ]


def sum_of(counts: Mapping[str, int]) -> str:
    """All of it in one number, with a "+" where counting stopped at one of them."""
    most = counting.MOST_COUNTED
    shown = [number for name, number in counts.items() if name in OPEN]
    total = sum(min(number, most) for number in shown)
    return f"{total}+" if any(number > most for number in shown) else str(total)

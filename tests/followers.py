"""Citizens without an account, and what they hold of a case."""

from typing import Any

from cases.models import Case, CaseClass, Follower, Publicity
from cases.services import join_case, report_as_citizen
from cases.services.citizen import Sender
from cases.tracking_codes import spaced
from cases.workflow import Status
from tests.case_factories import Cast, carried_on, case_in, stored
from tests.factories import inside


def reported(
    cast: Cast, status: Status = Status.REPORTED, *, photo: str = "", email: str = "", **fields: Any
) -> Follower:
    """Somebody whose own report was carried to a status."""
    follower = report_as_citizen(
        **{
            "district": cast.city.district,
            "sender": Sender(email=email, language="en"),
            "case_class": cast.city.case_class,
            "description": "路灯整夜不亮",
            "address": "桂澜路 1 号",
            "point": inside(cast.city.grid),
            "photos": stored(cast.operator, photo) if photo else (),
            **fields,
        }
    )
    carried_on(follower.case, status, cast)
    return follower


def joined(
    cast: Cast, case: Case | None = None, *, email: str = "", note: str = "", device: str = ""
) -> Follower:
    """Somebody who joined what the inspector had reported."""
    case = case or case_in(Status.HANDLING, cast)
    CaseClass.objects.update(publicity=Publicity.PLACE)
    return join_case(case.pk, sender=Sender(email=email, language="en", device_hash=device), note=note)


def page_of(follower: Follower, *more: str) -> str:
    """The address of what a follower reads, or of what they do there."""
    return "/".join(["/track", spaced(follower.code), *more, ""])

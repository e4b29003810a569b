"""What became of requests: the public ones, and to an app its own."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.open311.base import Open311View, app_of, jurisdiction_of, require_app
from cases.api.open311.discovery import moment
from cases.api.open311.filters import narrowed, page_of, requests_named
from cases.api.open311.reporting import file_request
from cases.api.open311.services import service_code
from cases.course import STANDS, TOLD
from cases.models import Case, CaseEvent, Follower, Publicity
from cases.promises import GIVES_TIME, Promise, promise_of
from cases.public_cases import public_photos, public_place, public_text, publication_of, with_what_is_public
from cases.workflow import Action, Status
from gridgov.api.idempotency import idempotent
from grids.models import AreaLevel, User

# In these a case and the rows that gave it time say what is promised.
_DATED = (Status.HANDLING, Status.SUSPENDED, Status.HANDLED)


class Requests(Open311View):
    def get(self, request: Request, format: str | None = None) -> Response:
        """Public requests by the filters of the specification; those that are named, whatever the filters say."""
        district = jurisdiction_of(request)
        if named := requests_named(request):
            cases = _known_to(app_of(request)).filter(number__in=named)
        else:
            cases = narrowed(Case.objects.public(), request)
        if district:
            cases = cases.filter(district=district)
        start, end = page_of(request)
        return _answer(cases.order_by("-reported_at", "-id")[start:end])

    @idempotent
    def post(self, request: Request, format: str | None = None) -> Response:
        """File a report; the request's id is known at once."""
        app = require_app(request)
        return Response({"service_requests": [file_request(request, app, jurisdiction_of(request))]})


class OneRequest(Open311View):
    def get(self, request: Request, number: str, format: str | None = None) -> Response:
        district = jurisdiction_of(request)
        cases = _known_to(app_of(request)).filter(number=number)
        case = _with_all(cases.filter(district=district) if district else cases).first()
        if case is None:
            raise NotFound(_("service_request_id: there is no such request."))
        return Response({"service_requests": [_request(case, promise_of(case, list(_gave_time([case]))))]})


class Token(Open311View):
    def get(self, request: Request, token: str, format: str | None = None) -> Response:
        """The request behind a token. All requests have their id at once, so it is the token as well."""
        district = jurisdiction_of(request)
        cases = _known_to(app_of(request)).filter(number=token)
        if not (cases.filter(district=district) if district else cases).exists():
            raise NotFound(_("token: there is no such token."))
        return Response({"service_requests": [{"service_request_id": token, "token": token}]})


def _known_to(app: User | None) -> QuerySet[Case]:
    """The public cases, and those that were reported through an app whether they are public or not."""
    if app is None:
        return Case.objects.public()
    own = Follower.objects.filter(case=OuterRef("pk"), app=app, has_reported=True)
    return Case.objects.filter(Q(pk__in=Case.objects.public().values("pk")) | Exists(own))


def _with_all(cases: QuerySet[Case]) -> QuerySet[Case]:
    return with_what_is_public(cases).select_related("condition", "unit", "holder")


def _answer(cases: QuerySet[Case]) -> Response:
    """Requests as the specification lists them; three queries."""
    found = list(_with_all(cases))
    events: dict[int, list[CaseEvent]] = {}
    for event in _gave_time(found):
        events.setdefault(event.case_id, []).append(event)
    return Response(
        {
            "service_requests": [
                _request(case, _listed_promise(case, events.get(case.pk, []))) for case in found
            ]
        }
    )


def _gave_time(cases: Sequence[Case]) -> QuerySet[CaseEvent]:
    """The rows that gave cases the time that they are handled in."""
    ids = [case.pk for case in cases if case.status in _DATED]
    return CaseEvent.objects.filter(case__in=ids, action__in=GIVES_TIME).order_by("case_id", "seq")


def _listed_promise(case: Case, events: Sequence[CaseEvent]) -> Promise | None:
    """As far as it can be told without looking up the limits of each: those count until handling begins."""
    if case.status in _DATED:
        return promise_of(case, events)
    is_promised = case.is_open and case.promised_due_at
    return Promise("", case.promised_due_at) if is_promised else None


def _notes(case: Case, promise: Promise | None) -> str:
    """How it stands, in the words that whoever follows it reads."""
    if case.status == Status.MERGED:
        return str(TOLD[Action.MERGE])
    stands = str(STANDS[case.status])
    if promise is None or not promise.words:
        return stands
    return _("%(stands)s. %(promise)s") % {"stands": stands, "promise": promise.words}


def _media_url(case: Case) -> str | None:
    """The first photo that somebody chose for strangers; its address shows nothing of a case that is not public."""
    photos, publication = public_photos(case), publication_of(case)
    if not photos or (publication and publication.is_withheld):
        return None
    address = reverse("cases:open_case_photo", args=[case.number, photos[0].photo_id, "display"])
    return f"{settings.PUBLIC_URL}{address}"


def _agency(case: Case) -> str | None:
    """Who answers for it; of a case that is told by its street nobody of a smaller area, whose name would tell more."""
    agency = case.unit or case.holder
    tells_place = case.case_class is not None and case.case_class.publicity == Publicity.PLACE
    return str(agency) if tells_place or agency.level <= AreaLevel.STREET else None


def _request(case: Case, promise: Promise | None) -> dict[str, Any]:
    place = public_place(case)
    condition = case.condition
    return {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": _notes(case, promise),
        "service_name": case.case_class.name if case.case_class else None,
        "service_code": service_code(case.case_class) if case.case_class else None,
        "description": public_text(case) or None,
        "agency_responsible": _agency(case),
        "service_notice": (condition and condition.closing_text) or None,
        "requested_datetime": moment(case.reported_at),
        "updated_datetime": moment(case.closed_at or case.stage_started_at),
        "expected_datetime": moment(promise.at) if promise else None,
        "address": place.words or None,
        "address_id": None,
        "zipcode": None,
        "lat": place.lat,
        "long": place.lon,
        "media_url": _media_url(case),
    }

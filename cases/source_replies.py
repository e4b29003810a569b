"""What the source of a forwarded request hears of its case: that it is dealt with, and how it ended."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, ForwardedRequest
from cases.promises import promised_at
from cases.workflow import Action, Status
from gridgov.outbox import register_texts, send_notices

register_texts(
    {
        "source_register": _("%(number)s: accepted as %(case)s"),
        "source_refuse": _("%(number)s: not accepted. %(note)s"),
        "source_merge": _("%(number)s: joined with another report of the same matter"),
        "source_extend": _("%(number)s: takes longer, to be solved by %(due_at)s"),
        "source_closed": _("%(number)s: solved and closed. %(note)s"),
        "source_reopen": _("%(number)s: opened again. %(note)s"),
        "source_void": _("%(number)s: taken off the list. %(note)s"),
    }
)
_REPLIES = {
    Action.REGISTER: "source_register",
    Action.REFUSE: "source_refuse",
    Action.MERGE: "source_merge",
    Action.EXTEND: "source_extend",
    Action.REOPEN: "source_reopen",
    Action.VOID: "source_void",
}
# Of these the sources of merged requests hear, too.
_ENDS = (Action.REFUSE, Action.REOPEN, Action.VOID, Action.VERIFY_PASS)


def tell_source(case: Case, event: CaseEvent) -> None:
    """Reply to whoever handed the matter over, within the step's transaction; one query where it may have been forwarded."""
    action = Action(event.action)
    closes = event.to_status == Status.CLOSED and event.from_status != Status.CLOSED
    reply = "source_closed" if closes else _REPLIES.get(action, "")
    if not reply or not (case.external_id or closes or action in _ENDS):
        return
    where = Q(case=case)
    if closes or action in _ENDS:
        where |= Q(case__merged_into=case)
    for request in ForwardedRequest.objects.filter(where).select_related("source", "case").order_by("pk"):
        params = {
            "number": request.number,
            "case": request.case.number,
            "status": case.status,
            "note": event.note[:500],
            "due_at": promised_at(case),
        }
        send_notices(
            [],
            reply,
            params=params,
            url=reverse("cases:case_detail", args=[request.case.number]),
            subject=f"case:{request.case_id}",
            outside=[f"organisation:{request.source.organisation_id}"],
        )

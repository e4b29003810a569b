"""Ready texts for the note of a step."""

from typing import Any

from django.db.models import Q

from cases.forms.steps import StepForm
from cases.models import ReplyTemplate
from cases.workflow import Action
from grids.models import User

# The fields of steps in which somebody is told something.
FIELDS = ("reason", "note", "text")
# Steps whose form decides between several, or leads to another one.
_SAID_WITH = {
    Action.ASK_RETURN: (Action.RETURN,),
    Action.REFUSE_REQUEST: (Action.REFUSE_REQUEST, Action.RETURN),
    Action.VERIFY_PASS: (Action.VERIFY_FAIL,),
}


def replies_for(user: User, action: Action) -> list[ReplyTemplate]:
    """The ready texts of a step: everybody's, and those of the organisations in which the person holds a post."""
    mine = {post.organisation_id for post in user.current_posts}
    templates = ReplyTemplate.objects.filter(
        Q(organisation=None) | Q(organisation__in=mine),
        action__in=_SAID_WITH.get(action, (action,)),
        is_active=True,
    )
    return list(templates)


def replies_context(form: StepForm, user: User, action: Action) -> dict[str, Any]:
    """What the pages of steps show beside the field that they fill in; nothing where there is no such field."""
    field = next((name for name in FIELDS if name in form.fields), "")
    if not field:
        return {}
    replies = replies_for(user, action)
    if action is Action.REFUSE_REQUEST and form.case.request != Action.ASK_RETURN:
        replies = [reply for reply in replies if reply.action != Action.RETURN]
    return {"replies": replies, "replies_to": form[field]}

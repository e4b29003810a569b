"""Ways of looking at all cases that somebody keeps: save, rename, order, remove."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import SavedFilter
from cases.saved_filters import kept_part
from gridgov.errors import NotFoundForYou, invalid
from grids.models import User

MOST_FILTERS = 12
LONGEST_NAME = 30
LONGEST_QUERY = 500


@transaction.atomic
def save_filter(*, actor: User, name: str, query: str) -> SavedFilter:
    """Keep the way of looking that an address of the list of all cases says, under a name of its own.

    Raises ValidationError without a name, with the name of another one, when nothing is narrowed, or when there are
    `MOST_FILTERS` already.
    """
    mine = _locked(actor)
    query = kept_part(query)
    if not query:
        raise ValidationError(_("Nothing is narrowed yet: choose something first."), code="nothing_narrowed")
    if len(query) > LONGEST_QUERY:
        raise ValidationError(_("This narrows by too much at once to be kept."), code="too_long")
    if len(mine) >= MOST_FILTERS:
        raise ValidationError(
            _("You have %(most)d saved filters, as many as there may be: remove one first.")
            % {"most": MOST_FILTERS},
            code="too_many",
        )
    last = max((one.position for one in mine), default=0)
    return SavedFilter.objects.create(user=actor, name=_free_name(mine, name), query=query, position=last + 1)


@transaction.atomic
def rename_filter(filter_id: int, *, actor: User, name: str) -> SavedFilter:
    """Raises `NotFoundForYou` for somebody else's, ValidationError for a name that is empty or taken."""
    mine = _locked(actor)
    one = _mine(mine, filter_id)
    one.name = _free_name([other for other in mine if other != one], name)
    one.save(update_fields=["name"])
    return one


@transaction.atomic
def move_filter(filter_id: int, *, actor: User, up: bool) -> None:
    """Change places with the one above or below; at the end nothing happens."""
    mine = _locked(actor)
    here = mine.index(_mine(mine, filter_id))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(mine):
        return
    mine[here], mine[there] = mine[there], mine[here]
    for position, one in enumerate(mine, start=1):
        one.position = position
    SavedFilter.objects.bulk_update(mine, ["position"])


@transaction.atomic
def remove_filter(filter_id: int, *, actor: User) -> None:
    _mine(_locked(actor), filter_id).delete()


def _locked(actor: User) -> list[SavedFilter]:
    """All of a person's, in their order; nobody else changes them meanwhile, also where there is none yet."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    return list(SavedFilter.objects.filter(user=actor))


def _mine(filters: list[SavedFilter], filter_id: int) -> SavedFilter:
    found = next((one for one in filters if one.pk == filter_id), None)
    if found is None:
        raise NotFoundForYou(filter_id)
    return found


def _free_name(others: list[SavedFilter], name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise invalid("name", _("Give it a name."), "name_missing")
    if len(name) > LONGEST_NAME:
        raise invalid(
            "name", _("A name has at most %(most)d characters.") % {"most": LONGEST_NAME}, "name_too_long"
        )
    if name in {other.name for other in others}:
        raise invalid("name", _("You have a filter of this name already."), "name_taken")
    return name

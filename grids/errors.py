"""What can be wrong with a change to areas, in words for the person who asked for it."""

from django.utils.translation import gettext_lazy as _

from gridgov.errors import DomainError


class AreaNotAllowed(DomainError):
    """The code, the parent or the level of an area doesn't fit."""

    code = "area_not_allowed"
    message = _("This area doesn't fit where it should hang.")


class OutlineNotAllowed(DomainError):
    """The outline isn't one that an area can have, or not from that day."""

    code = "outline_not_allowed"
    message = _("This outline can't be used.")


class GridsExist(DomainError):
    """A community that already has grids is cut only when told so."""

    code = "grids_exist"
    message = _("This community already has grids; cutting it anew has to be asked for.")


class AreaInUse(DomainError):
    """Something still hangs under the area."""

    code = "area_in_use"
    message = _("This area still has areas under it; retire those first.")


class RemovesMore(DomainError):
    """A complete delivery would remove more records than was said of it: `removed` of the `known` ones."""

    code = "removes_more"
    advice = _("Nothing was changed. Say how many may go if that is right.")

    def __init__(self, removed: int, known: int) -> None:
        super().__init__(
            removed,
            known,
            message=_("%(removed)d of the %(known)d records that are there would be removed.")
            % {"removed": removed, "known": known},
        )
        self.removed, self.known = removed, known


class NobodyDecides(DomainError):
    """No unit with people answers for the registry of this place."""

    code = "nobody_decides"
    message = _("Nobody here decides yet what is written into the registry.")
    advice = _("Nothing was sent. Ask your administrator to fill the command centre of this area.")


class ProposalDecided(DomainError):
    """Somebody else has decided on the proposal."""

    code = "proposal_decided"
    message = _("This proposal is decided or withdrawn already.")
    advice = _("Nothing was changed. Go back and see what was decided.")


class ObjectMovedOn(DomainError):
    """The same fields were changed after the proposal was made."""

    code = "object_moved_on"
    message = _("The same was changed in the registry after this was proposed.")
    advice = _("Look at what it is now, and accept once more if the proposal still holds.")


class NobodyToTell(DomainError):
    """An announcement would reach nobody."""

    code = "nobody_to_tell"
    message = _("Nobody in this area holds one of these posts.")
    advice = _("Nothing was published. Choose a larger area or other roles.")


class RemindedLately(DomainError):
    """Those who are behind were told within the hour."""

    code = "reminded_lately"
    message = _("They were reminded within the last hour.")
    advice = _("Nothing was sent. Wait an hour, or call them.")

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

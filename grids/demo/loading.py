"""Loading the demo city: where it may go, and in which order."""

from django.db import transaction
from django.utils.translation import gettext as _

from gridgov.errors import DomainError
from gridgov.models import WorkingCalendar
from grids.demo.people import LOGINS, add_offices, add_staff
from grids.demo.places import DISTRICT, OUTLINE_SOURCE, Places, Progress, add_places
from grids.models import Area, AreaVersion, User


class DemoRefused(DomainError):
    """The demo city would mix with something real."""

    code = "demo_refused"


def is_loaded() -> bool:
    """Whether the demo city is here."""
    return AreaVersion.objects.filter(area__code=DISTRICT, source=OUTLINE_SOURCE).exists()


@transaction.atomic
def load_city(progress: Progress = iter) -> Places:
    """Add the demo city's areas, organisations, people and working calendar, all or nothing.

    Raises `DemoRefused` when it is here already, when the district is here but real, or when somebody bears the
    user name of a demo log-in.
    """
    if is_loaded():
        raise DemoRefused(message=_("The demo city is loaded already."))
    if Area.objects.filter(code=DISTRICT).exists():
        raise DemoRefused(
            message=_("The district %(code)s is here and isn't the demo's.") % {"code": DISTRICT}
        )
    taken = sorted(User.objects.filter(username__in=LOGINS).values_list("username", flat=True))
    if taken:
        raise DemoRefused(
            message=_("Somebody already has these user names: %(names)s") % {"names": ", ".join(taken)}
        )
    places = add_places(progress)
    add_staff(places, add_offices(places))
    WorkingCalendar.objects.get_or_create(district_code=DISTRICT)
    return places

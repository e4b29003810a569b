"""What the people of the demo city have laid ready at their desks."""

from django.db import transaction

from cases.models import Channel, RequestSource, SavedFilter
from cases.services.saved_filters import save_filter
from grids.models import AreaLevel, Organisation, OrganisationKind, User

# Log-in → the filters in its navigation: name, and what it narrows by.
FILTERS = {
    "operator": (
        ("市民来件待受理", "channel=citizen&status=reported"),
        ("热线未结", "channel=hotline&order=due"),
    ),
    "dispatcher": (("处置中将超时", "light=yellow&order=due&status=handling"), ("挂账", "status=suspended")),
    "supervisor": (("街道层级未结", "level=street&order=due"), ("申请延期", "request=ask_extension")),
    "chief": (("督办中", "order=due&supervised=true"), ("待核查", "order=due&status=handled")),
}


@transaction.atomic
def add_filters() -> int:
    """Save the filters of those log-ins that are there and have none yet; returns how many."""
    new = 0
    for user in User.objects.filter(username__in=FILTERS):
        if SavedFilter.objects.filter(user=user).exists():
            continue
        for name, query in FILTERS[user.username]:
            save_filter(actor=user, name=name, query=query)
            new += 1
    return new


# Code, name and channel of who hands matters over.
SOURCES = (("12345", "12345 政务服务便民热线", Channel.HOTLINE), ("petitions", "区信访局", Channel.LEADER))


@transaction.atomic
def add_sources() -> int:
    """Set up a hotline and a petition office that the district's command centre hears for; returns how many are new."""
    centre = Organisation.objects.filter(kind=OrganisationKind.COMMAND, level=AreaLevel.DISTRICT).first()
    if centre is None:
        return 0
    return sum(
        RequestSource.objects.get_or_create(
            code=code, defaults={"name": name, "channel": channel, "organisation": centre}
        )[1]
        for code, name, channel in SOURCES
    )

"""What every page needs besides its own data: the navigation and whether this is the demo."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from gridgov.views.home import layout_of


@dataclass(frozen=True)
class Entry:
    """A place one can go to from everywhere."""

    label: Any
    url_name: str
    icon: str
    # The heading it stands under at the console.
    group: Any = ""
    # The letter that leads there after "g".
    key: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as this person sees it on this page."""

    entry: Entry
    url: str
    current: bool
    count: int | None = None
    # Where the count comes from once the page stands; the same for all links of its group.
    counts_url: str = ""


QUEUES, RECORDS, SETTINGS = _("Queues"), _("Look up"), _("Set up")

NAVIGATION: dict[str, list[Entry]] = {
    "console": [
        Entry(_("Notices"), "gridgov:notices", "bell", QUEUES, "n"),
        Entry(_("Announcements"), "grids:announcement_list", "megaphone", QUEUES),
        Entry(_("Intake"), "cases:intake_list", "inbox", QUEUES, "i"),
        Entry(_("Dispatch"), "dispatch:dispatch_list", "send", QUEUES, "d"),
        Entry(_("My unit"), "dispatch:unit_list", "wrench", QUEUES, "w"),
        Entry(_("Verify"), "inspections:verification_queue", "shield-check", QUEUES, "v"),
        Entry(_("Board"), "inspections:board", "users", QUEUES, "b"),
        Entry(_("Supervision"), "dispatch:supervisor_list", "siren", QUEUES, "s"),
        Entry(_("Urgings"), "dispatch:urging_list", "megaphone", QUEUES, "r"),
        Entry(_("Operations"), "dispatch:operation_list", "users", QUEUES, "o"),
        Entry(_("Emergencies"), "dispatch:emergency_list", "siren", QUEUES, "e"),
        Entry(_("Unrouted"), "dispatch:unrouted_list", "route", QUEUES, "u"),
        Entry(_("Unplaced"), "cases:unplaced_list", "map-pin-off", QUEUES, "p"),
        Entry(_("To look over"), "cases:publication_list", "eye", QUEUES),
        Entry(_("Message board"), "cases:board_desk", "message-square", QUEUES),
        Entry(_("Proposed changes"), "grids:proposal_list", "pencil", QUEUES),
        Entry(_("Feeds"), "grids:feed_list", "cloud-upload", QUEUES),
        Entry(_("All cases"), "cases:case_list", "list", RECORDS, "a"),
        Entry(_("Live map"), "dispatch:live_map", "map", RECORDS, "m"),
        Entry(_("Wall"), "dispatch:wall", "monitor", RECORDS),
        Entry(_("Figures"), "assessment:statistics", "chart-column", RECORDS, "f"),
        Entry(_("Monthly report"), "assessment:report", "printer", RECORDS),
        Entry(_("Scores"), "assessment:score_list", "gauge", RECORDS),
        Entry(_("Appeals"), "assessment:appeal_list", "message-square", RECORDS),
        Entry(_("Signs of gaming"), "assessment:suspicion", "search", RECORDS),
        Entry(_("Areas"), "grids:area_list", "grid-3x3", RECORDS),
        Entry(_("Registry"), "grids:object_list", "building-2", RECORDS),
        Entry(_("Checklists"), "inspections:checklist_list", "list-checks", RECORDS),
        Entry(_("Looks at residents"), "grids:resident_look_list", "eye", RECORDS),
        Entry(_("Looks at contacts"), "cases:contact_look_list", "eye", RECORDS),
        Entry(_("Duty rota"), "dispatch:rota", "calendar-clock", SETTINGS, "t"),
        Entry(_("Who answers for what"), "dispatch:routing_test", "git-fork", SETTINGS),
        Entry(_("Import"), "grids:import_registry", "upload", SETTINGS),
        Entry(_("Assessment periods"), "assessment:period_list", "calendar-check", SETTINGS),
        Entry(_("Requests of hotlines"), "cases:request_file_list", "phone", SETTINGS),
        Entry(_("Admin"), "admin:index", "settings", SETTINGS),
    ],
    "phone": [
        # The console's people have their queue where those outside have their day.
        Entry(QUEUES, "gridgov:home", "inbox"),
        Entry(_("Today"), "inspections:today", "list-checks"),
        Entry(_("Nearby"), "inspections:nearby", "map-pin"),
        Entry(_("Report"), "cases:report_case", "plus"),
        Entry(_("Notices"), "gridgov:notices", "bell"),
        Entry(_("Me"), "gridgov:me", "user-round"),
    ],
}


def _begins_outside(request: HttpRequest) -> bool:
    return getattr(request.user, "home_url", "").startswith("/m/")


# Who sees an entry: url name -> judge of the request. An entry without a judge is seen by everyone
# signed in. Apps add theirs in AppConfig.ready(), because imports may not run from here to them.
SHOWN: dict[str, Callable[[HttpRequest], bool]] = {
    "inspections:today": _begins_outside,
    "gridgov:home": lambda request: not _begins_outside(request),
    "admin:index": lambda request: bool(getattr(request.user, "is_staff", False)),
}

# How many wait behind an entry: each source answers for several entries of a posture at once ({url name: count}),
# so that one query per app is enough.
COUNT_SOURCES: dict[str, list[Callable[[HttpRequest], Mapping[str, int]]]] = {"console": [], "phone": []}


# Places of one's own, below the others at the console.
MORE_LINKS: list[Callable[[HttpRequest], list[Link]]] = []

# What single letters do to what is open: (letter, words), for the list behind "?".
LETTERS: list[tuple[str, Any]] = []


def page(request: HttpRequest) -> dict[str, Any]:
    """The variables of every page; the navigation costs nothing unless the page draws it."""
    return {
        "demo": settings.DEMO,
        "console_navigation": SimpleLazyObject(lambda: navigation(request, "console")),
        "letters": LETTERS,
        "phone_navigation": SimpleLazyObject(lambda: navigation(request, "phone")),
        # Called by the error pages only: whoever is logged in keeps the ways on.
        "error_layout": lambda: _error_layout(request),
    }


def _error_layout(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return layout_of(request) if user and user.is_authenticated else "plain.html"


def navigation(request: HttpRequest, posture: str) -> list[Link]:
    """The links of "console" or "phone" that this person may see and that exist, in order."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    counts = {name: count for source in COUNT_SOURCES[posture] for name, count in source(request).items()}
    match = request.resolver_match
    here = match.view_name if match else ""
    own = [link for links in MORE_LINKS for link in links(request)] if posture == "console" else []
    # One place at a time: a saved way of looking at a list rather than the list.
    here = "" if any(link.current for link in own) else here
    found = [
        Link(entry, url, current=entry.url_name == here, count=counts.get(entry.url_name))
        for entry, url in _existing(posture)
        if is_shown(request, entry.url_name)
    ]
    # After what one looks up, before what one sets up.
    place = next((i for i, link in enumerate(found) if link.entry.group == SETTINGS), len(found))
    return [*found[:place], *own, *found[place:]]


def is_shown(request: HttpRequest, url_name: str) -> bool:
    """Whether the way to a page is for this person; its judge stands in the app that has the page."""
    return SHOWN.get(url_name, _everyone)(request)


def _existing(posture: str) -> Iterator[tuple[Entry, str]]:
    for entry in NAVIGATION[posture]:
        try:
            yield entry, reverse(entry.url_name)
        except NoReverseMatch:
            continue


def _everyone(request: HttpRequest) -> bool:
    return True

"""The ways that strangers have: the few links on top of every public page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PublicEntry:
    """A public page that one can go to from every other; pages below it keep it marked."""

    label: Any
    url_name: str
    icon: str


@dataclass(frozen=True)
class PublicLink:
    """An entry as it stands on a page."""

    entry: PublicEntry
    url: str
    current: bool


# In this order; an entry shows as soon as its address exists.
PUBLIC_NAVIGATION: list[PublicEntry] = [
    PublicEntry(_("Report"), "cases:public_report", "camera"),
    PublicEntry(_("Track"), "cases:track", "search"),
    PublicEntry(_("Map"), "cases:open_map", "map"),
    PublicEntry(_("Public notices"), "cases:public_notices", "megaphone"),
    PublicEntry(_("Message board"), "cases:message_board", "message-square"),
    PublicEntry(_("How well"), "assessment:open_scores", "gauge"),
]

# Pages that are there only while there is something on them: url name → whether there is. Apps add theirs when they are
# ready; the answer must cost next to nothing.
SOMETHING_THERE: dict[str, Callable[[], bool]] = {}


def public_links(request: HttpRequest) -> list[PublicLink]:
    """The public pages that exist and have something on them, in order."""
    links = []
    for entry in PUBLIC_NAVIGATION:
        is_anything = SOMETHING_THERE.get(entry.url_name)
        if is_anything and not is_anything():
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        links.append((entry, url))
    # The nearest one: the notices lie below the board.
    here = max((url for _entry, url in links if request.path.startswith(url)), key=len, default="")
    return [PublicLink(entry, url, current=url == here) for entry, url in links]

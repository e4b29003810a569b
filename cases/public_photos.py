"""Photos that come with a stranger's form: set aside at once, so that they come back with it after an error."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.public_limits import count_once, require_open
from gridgov.models import Photo
from gridgov.photos_ahead import set_aside

_SALT = "cases.kept_photo"
_LIVES = timedelta(hours=20)  # less than they are kept


@dataclass
class PhotosSent:
    """The photos of a form, those of its earlier sendings first, and in words why others were left out."""

    photos: list[Photo] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[UUID]:
        return [photo.client_uuid for photo in self.photos if photo.client_uuid]

    @property
    def shown(self) -> Iterable[tuple[str, str]]:
        """For each photo what the form sends to have it again, and its thumbnail as an address within the page."""
        for photo in self.photos:
            with photo.thumb.open("rb") as file:
                thumb = base64.b64encode(file.read()).decode()
            yield signing.dumps(str(photo.client_uuid), salt=_SALT), f"data:image/jpeg;base64,{thumb}"


def photos_sent(request: HttpRequest, door: str = "report") -> PhotosSent:
    """Take the `photos` of a form, and those that it `kept`.

    Raises `TooOften` and `SenderBlocked` for too many files, or where the door that they are for is closed.
    """
    sent = PhotosSent(_kept(request.POST.getlist("kept")))
    files = [file for file in request.FILES.getlist("photos") if file is not None]
    light = [file for file in files if (file.size or 0) <= settings.PUBLIC_PHOTO_MAX_BYTES]
    if len(light) < len(files):
        limit = settings.PUBLIC_PHOTO_MAX_BYTES >> 20
        sent.trouble.append(_("A photo larger than %(limit)d MB was left out.") % {"limit": limit})
    room = settings.PUBLIC_MOST_PHOTOS - len(sent.photos)
    if len(light) > room:
        most = settings.PUBLIC_MOST_PHOTOS
        sent.trouble.append(_("%(most)d photos at most: the others were left out.") % {"most": most})
    if light[:room]:
        require_open(request, door)
        count_once(request, "photos")
        photos, refused = set_aside(light[:room])
        sent.photos += photos
        sent.trouble += [refusal.words(len(files)) for refusal in refused]
    return sent


def _kept(tokens: list[str]) -> list[Photo]:
    names = [name for token in dict.fromkeys(tokens[: settings.PUBLIC_MOST_PHOTOS]) if (name := _name(token))]
    waiting = Photo.objects.filter(uploaded_by=None, is_waiting=True, client_uuid__in=names)
    found = {str(photo.client_uuid): photo for photo in waiting} if names else {}
    return [found[name] for name in names if name in found]


def _name(token: str) -> str:
    try:
        return str(signing.loads(token, salt=_SALT, max_age=_LIVES))
    except signing.BadSignature:
        return ""

"""Photos that a phone sends one by one, ahead of what they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import Point
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov.errors import DomainError, KeyReused, NotFoundForYou, PhotoRefused
from gridgov.evidence import Told, stored_photos
from gridgov.models import Photo


class PhotosMissing(DomainError):
    """A photo that something is sent with has not arrived."""

    code = "photos_missing"
    message = _("Photos are missing that should have arrived before.")
    advice = _("Nothing is lost: they are sent again, and then this.")


class PhotosUsed(DomainError):
    """A photo belongs to something else already."""

    code = "photos_used"
    status = 422
    message = _("A photo belongs to something else already.")


def receive_photo(
    file: File[bytes],
    *,
    actor: AbstractBaseUser,
    client_uuid: UUID,
    sha256: str,
    taken_at: datetime | None = None,
    point: Point | None = None,
    is_marked_copy: bool = False,
    copy_of: UUID | None = None,
) -> tuple[Photo, bool]:
    """Keep a photo under the phone's own name for it; tells whether it is new.

    A phone that made the picture smaller lost what the camera wrote into it: it tells `taken_at` and `point`
    (WGS-84) beside it, and they count where the file has none. A copy that somebody drew on names the photo it is a
    copy of, which may never arrive. Sent again it is the same photo. Raises `KeyReused` when the name came with
    other bytes, `PhotoRefused` when the bytes are not what `sha256` (hex) says, or no photo.
    """
    if there := _find(actor, client_uuid):
        return _same(there, sha256), False
    original = _find(actor, copy_of) if copy_of else None
    file.told = Told(taken_at, point, is_marked_copy or bool(copy_of), original)  # type: ignore[attr-defined]
    try:
        with (
            stored_photos([file], actor=actor, expected_sha256=[sha256], client_uuids=[client_uuid]) as (
                photo,
            ),
            transaction.atomic(),
        ):
            photo.is_waiting = True
            photo.save(force_insert=True)
            return photo, True
    except IntegrityError:  # the same one on two ways at once
        there = _find(actor, client_uuid)
        if there is None:
            raise
        return _same(there, sha256), False


def photo_named(client_uuid: UUID, *, actor: AbstractBaseUser) -> Photo:
    """The actor's photo of this name, whether it waits or belongs to something; raises `NotFoundForYou`."""
    photo = _find(actor, client_uuid)
    if photo is None:
        raise NotFoundForYou(client_uuid)
    return photo


def set_aside(files: Iterable[File[bytes]]) -> tuple[list[Photo], list[PhotoRefused]]:
    """Keep what somebody without an account sends until their form is filled in well, and why some files are no photos.

    Their names, `client_uuid`, are all that claims them.
    """
    kept: list[Photo] = []
    refused: list[PhotoRefused] = []
    for place, file in enumerate(files, start=1):
        try:
            with stored_photos([file], actor=None, client_uuids=[uuid4()]) as (photo,):
                photo.is_waiting = True
                photo.save(force_insert=True)
                kept.append(photo)
        except PhotoRefused as refusal:
            refusal.place = place
            refused.append(refusal)
    return kept, refused


def claim_photos(client_uuids: Sequence[UUID], *, actor: AbstractBaseUser | None) -> list[Photo]:
    """The actor's waiting photos of these names, in their order; from now on they belong to something.

    Within the transaction of what they belong to. Raises `PhotosMissing` and `PhotosUsed`.
    """
    if not client_uuids:
        return []
    found = {
        photo.client_uuid: photo
        for photo in Photo.objects.select_for_update(no_key=True)
        .filter(uploaded_by_id=actor.pk if actor else None, client_uuid__in=client_uuids)
        .order_by("pk")
    }
    if found.keys() != set(client_uuids):
        raise PhotosMissing(set(client_uuids) - found.keys())
    if len(found) < len(client_uuids) or not all(photo.is_waiting for photo in found.values()):
        raise PhotosUsed(client_uuids)
    Photo.objects.filter(pk__in=[photo.pk for photo in found.values()]).update(is_waiting=False)
    return [found[name] for name in client_uuids]


def forget_waiting_photos(before: datetime, *, strangers_before: datetime | None = None) -> int:
    """Throw away the photos that nothing has claimed since a moment, with their files; returns how many.

    Those of people without an account since `strangers_before`, which may be later.
    """
    over = Q(stored_at__lt=before)
    if strangers_before:
        over |= Q(uploaded_by=None, stored_at__lt=strangers_before)
    with transaction.atomic():
        photos = list(Photo.objects.select_for_update(skip_locked=True).filter(over, is_waiting=True))
        Photo.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    for photo in photos:
        for file in (photo.original, photo.display, photo.thumb):
            default_storage.delete(str(file.name))
    return len(photos)


def _find(actor: AbstractBaseUser, client_uuid: UUID) -> Photo | None:
    found: Photo | None = Photo.objects.filter(uploaded_by_id=actor.pk, client_uuid=client_uuid).first()
    return found


def _same(photo: Photo, sha256: str) -> Photo:
    if photo.sha256 != sha256.lower():
        raise KeyReused(photo.client_uuid)
    return photo

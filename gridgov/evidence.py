"""Photos as evidence: read with suspicion, kept as they came, shown as copies without metadata."""

from __future__ import annotations

import hashlib
import io
import struct
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal

import pillow_heif
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import Point
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from gridgov import clock, exif
from gridgov.errors import NotFoundForYou, PhotoRefused
from gridgov.models import Photo
from gridgov.redaction import Box, blacken

pillow_heif.register_heif_opener()

DISPLAY_SIDE = 1600  # pixels, the longer side
THUMB_SIDE = 320
COPY_TYPE = "image/jpeg"
FOLDER = "photos"

Size = Literal["original", "display", "thumb"]

# Pillow's format → (type, suffix); MPO is a JPEG that carries further pictures, as many phones write.
_FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
    "HEIF": ("image/heic", ".heic"),
}
# Phones and messengers often give one kind of picture another's suffix; any other suffix is a disguise.
_SUFFIXES = {"", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif"}
# What makes a file a page as well. Long enough not to stand in a photo by chance.
_PAGE_MARKS = (b"<script", b"<!doctype html")
# Whatever a decoder raises on a file that is not what it says.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    RuntimeError,
    MemoryError,
    struct.error,
)
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class PhotoRead:
    """What a file turned out to be; sizes in bytes and pixels of the upright picture."""

    content_type: str
    suffix: str
    size_bytes: int
    sha256: str
    width: int
    height: int
    orientation: int
    taken_at: datetime | None
    point: Point | None
    display: bytes
    thumb: bytes


def read_photo(file: File[bytes]) -> PhotoRead:
    """Judge and read one uploaded file, by its content; raises `PhotoRefused` in the user's words."""
    if not file.size:
        raise PhotoRefused(code="photo_empty", message=_("The photo arrived empty."))
    if file.size > settings.PHOTO_MAX_BYTES:
        raise _too_large(
            _("The file is larger than %(limit)d MB.") % {"limit": settings.PHOTO_MAX_BYTES >> 20}
        )
    if PurePosixPath(file.name or "").suffix.lower() not in _SUFFIXES:
        raise _wrong_kind()
    file.seek(0)
    content = file.read()
    file.seek(0)
    _refuse_disguise(content)
    with _opened(content) as image:
        content_type, suffix = _FORMATS[str(image.format)]
        width, height = image.size
        metadata = _metadata(image)
        orientation = exif.orientation_of(metadata)
        if orientation > 4:
            width, height = height, width
        display, thumb = _copies(image)
    return PhotoRead(
        content_type=content_type,
        suffix=suffix,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        orientation=orientation,
        taken_at=exif.taken_at(metadata),
        point=exif.position_of(metadata),
        display=display,
        thumb=thumb,
    )


@dataclass(frozen=True)
class Told:
    """What a phone says of a picture whose file has lost it, being made smaller or drawn on; the file counts more."""

    taken_at: datetime | None = None
    point: Point | None = None
    is_marked_copy: bool = False
    copy_of: Photo | None = None


@contextmanager
def stored_photos(
    files: Iterable[File[bytes]],
    *,
    actor: AbstractBaseUser | None,
    expected_sha256: Sequence[str] | None = None,
    client_uuids: Sequence[uuid.UUID | None] | None = None,
) -> Iterator[list[Photo]]:
    """Put files into storage and yield their unsaved `Photo`s, in order; the block saves them.

    Files are read one after the other, so one picture's pixels are in memory at a time. When a file is
    refused or the block raises, every file is taken away again. `expected_sha256` and `client_uuids`
    go with the files one by one ("" and None where the client sent none); another hash refuses the file.
    A file may carry what was `Told` of it as its `told`.
    """
    photos: list[Photo] = []
    names: list[str] = []
    try:
        for index, file in enumerate(files):
            try:
                read = read_photo(file)
            except PhotoRefused as refused:
                refused.place = index + 1
                raise
            expected = expected_sha256[index] if expected_sha256 else ""
            if expected and expected.lower() != read.sha256:
                raise PhotoRefused(code="photo_changed", message=_("The photo was damaged on its way here."))
            photos.append(_store(file, read, actor, client_uuids[index] if client_uuids else None, names))
        yield photos
    except BaseException:
        _remove(names)
        raise


def serve_photo(request: HttpRequest, photo: Photo, size: Size) -> HttpResponseBase:
    """The bytes of one copy; the caller has judged who asks. Raises `NotFoundForYou` when they are gone.

    Browsers ask each time whether what they keep is still right (304): parts of a photo may have been blackened since,
    which gives its copies other names; the original is shown to nobody from then on.
    """
    if size == "original" and photo.redacted_at:
        raise NotFoundForYou(photo.pk, size)
    stored = {"original": photo.original, "display": photo.display, "thumb": photo.thumb}[size]
    etag = quote_etag(hashlib.sha256(str(stored.name).encode()).hexdigest()[:32])
    headers = {"Cache-Control": "private, no-cache", "ETag": etag}
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if etag in known or f"W/{etag}" in known:
        return HttpResponseNotModified(headers=headers)
    try:
        with stored.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise NotFoundForYou(photo.pk, size) from None
    kind = "attachment" if size == "original" else "inline"
    return HttpResponse(
        content,
        content_type=photo.content_type if size == "original" else COPY_TYPE,
        headers={
            **headers,
            "Content-Disposition": f'{kind}; filename="{photo.pk}{PurePosixPath(str(stored.name)).suffix}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def remove_stray_photos(day: datetime) -> int:
    """Take away the files of a day that no `Photo` knows (a process died in between); returns how many."""
    folder = f"{FOLDER}/{day:%Y/%m/%d}"
    try:
        found = default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return 0
    known = {str(pk) for pk in Photo.objects.filter(pk__in=found).values_list("pk", flat=True)}
    strays = [
        f"{folder}/{name}/{file}"
        for name in found
        if name not in known
        for file in default_storage.listdir(f"{folder}/{name}")[1]
    ]
    _remove(strays)
    return len(strays)


# Reading


def _refuse_disguise(content: bytes) -> None:
    """A file that is also a page, a document or an archive is no photo, whatever it begins with."""
    lowered = content.lower()
    if any(mark in lowered for mark in _PAGE_MARKS) or b"%pdf-" in lowered[:1024] or _is_archive(content):
        raise PhotoRefused(
            code="photo_disguised",
            status=415,
            message=_("There is something else than a photo in this file."),
        )


def _is_archive(content: bytes) -> bool:
    # Opened, not just sniffed: the four bytes that end an archive stand in some photos by chance.
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, *_BROKEN):
        return False


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """The picture, its pixels not yet read; whatever goes wrong inside is a `PhotoRefused`."""
    # One switch for the whole process, and WeasyPrint turns it on as it is imported.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "HEIF"]) as image:
            if image.width * image.height > settings.PHOTO_MAX_PIXELS:
                raise _too_many_pixels()
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise _wrong_kind() from None
    except _BROKEN as error:
        raise PhotoRefused(
            error, code="photo_broken", message=_("The photo is damaged or incomplete.")
        ) from error


def _metadata(image: Image.Image) -> Image.Exif:
    """The picture's EXIF; empty when it can't be read, because a photo counts without it too."""
    try:
        metadata = image.getexif()
        metadata.get_ifd(0x8769)
        metadata.get_ifd(0x8825)
    except _BROKEN:
        return Image.Exif()
    return metadata


def copies_of(content: bytes, black: Sequence[Box] = ()) -> tuple[bytes, bytes]:
    """The two copies of a photo's content, its `black` boxes filled; raises `PhotoRefused` for what is none."""
    with _opened(content) as image:
        return _copies(image, black)


def _copies(image: Image.Image, black: Sequence[Box] = ()) -> tuple[bytes, bytes]:
    """Two JPEGs, upright, sRGB, without any metadata: to show, and a thumbnail."""
    profile = image.info.get("icc_profile")
    # Lets a JPEG be decoded at a fraction of its size.
    image.draft("RGB", (DISPLAY_SIDE, DISPLAY_SIDE))
    image.load()
    if image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((DISPLAY_SIDE, DISPLAY_SIDE), reducing_gap=2)
    upright = _in_srgb(_upright(image), profile)
    # What Pillow would carry over from the original, such as a comment.
    upright.info.clear()
    blacken(upright, black)
    display = _jpeg(upright)
    upright.thumbnail((THUMB_SIDE, THUMB_SIDE), reducing_gap=2)
    return display, _jpeg(upright)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:  # broken EXIF
        return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB on white; a profile that makes no sense is passed over."""
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            return converted or image
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _too_large(message: Any) -> PhotoRefused:
    return PhotoRefused(code="photo_too_large", status=413, message=message)


def _too_many_pixels() -> PhotoRefused:
    limit = settings.PHOTO_MAX_PIXELS // 1_000_000
    return _too_large(_("The photo has more than %(limit)d million pixels.") % {"limit": limit})


def _wrong_kind() -> PhotoRefused:
    return PhotoRefused(
        code="photo_wrong_kind",
        status=415,
        message=_("This file is no photo: send a JPEG, PNG, WebP or HEIC."),
    )


# Storing


def _store(
    file: File[bytes],
    read: PhotoRead,
    actor: AbstractBaseUser | None,
    client_uuid: uuid.UUID | None,
    names: list[str],
) -> Photo:
    """Write the three files, noting each name as soon as it is there."""
    now = clock.now()
    told: Told = getattr(file, "told", None) or Told()
    photo_id = uuid.uuid4()
    folder = f"{FOLDER}/{now:%Y/%m/%d}/{photo_id}"

    def save(name: str, content: File[bytes]) -> str:
        names.append(default_storage.save(f"{folder}/{name}", content))
        return names[-1]

    return Photo(
        id=photo_id,
        uploaded_by_id=actor.pk if actor else None,
        client_uuid=client_uuid,
        sha256=read.sha256,
        original=save(f"original{read.suffix}", file),
        display=save("display.jpg", ContentFile(read.display)),
        thumb=save("thumb.jpg", ContentFile(read.thumb)),
        content_type=read.content_type,
        size_bytes=read.size_bytes,
        width=read.width,
        height=read.height,
        taken_at=read.taken_at or told.taken_at,
        exif_point=read.point or told.point,
        told_by_phone=bool((told.taken_at and not read.taken_at) or (told.point and not read.point)),
        is_marked_copy=told.is_marked_copy,
        copy_of=told.copy_of,
        orientation=read.orientation,
        stored_at=now,
    )


def _remove(names: Sequence[str]) -> None:
    for name in names:
        # What can't be removed now is found by `remove_stray_photos`.
        with suppress(OSError):
            default_storage.delete(name)
    for folder in {str(PurePosixPath(name).parent) for name in names}:
        with suppress(OSError):
            default_storage.delete(folder)

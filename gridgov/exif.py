"""What the camera wrote into a photo: when, where, and which way up."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

# Before this year the camera's clock was never set.
FIRST_YEAR = 1990


def orientation_of(exif: Image.Exif) -> int:
    """1 to 8 as EXIF has it; 1 (upright) when it is missing or makes no sense."""
    value = exif.get(Base.Orientation, 1)
    return value if value in range(1, 9) else 1


def taken_at(exif: Image.Exif) -> datetime | None:
    """When the photo was taken; without an offset the camera is taken to show the server's local time."""
    details = exif.get_ifd(IFD.Exif)
    written = details.get(Base.DateTimeOriginal) or details.get(Base.DateTimeDigitized)
    offset = details.get(Base.OffsetTimeOriginal) or details.get(Base.OffsetTime) or ""
    try:
        moment = datetime.strptime(_text(written), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    if moment.year < FIRST_YEAR:
        return None
    try:
        return datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S} {_text(offset)}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return timezone.make_aware(moment)


def position_of(exif: Image.Exif) -> Point | None:
    """Where the photo was taken, WGS-84; None without a position or with an impossible one."""
    gps = exif.get_ifd(IFD.GPSInfo)
    latitude = _degrees(gps, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S")
    longitude = _degrees(gps, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    # Cameras without a fix write zeros.
    return Point(longitude, latitude, srid=4326) if latitude or longitude else None


def _degrees(gps: Mapping[int, Any], value: int, reference: int, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(total):
        return None
    return -total if _text(gps.get(reference)).upper() == negative else total


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return str(value or "").strip("\x00 ")

"""The phone's camera: a drawing, stamped as a demo picture, with time and place as a camera writes them."""

from datetime import datetime
from functools import cache
from io import BytesIO
from random import Random

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont
from PIL.ExifTags import GPS, IFD, Base

from dispatch.simulation.drawings import SHOWN, draw_scene

# The words 演示图片 (demo picture), drawn beforehand, because a server need not have a Chinese font.
LABEL = settings.BASE_DIR / "fixtures" / "demo" / "label.png"
STRIP = 36  # pixels at the foot, for the stamp


def take_picture(
    subject: str, *, is_wrong: bool, variant: int, moment: datetime, point: Point | None, rng: Random
) -> SimpleUploadedFile:
    """A JPEG of a subject at a moment and a place (WGS-84); no two have the same bytes."""
    image = draw_scene(subject, is_wrong, variant).copy()
    # As if held a little differently each time.
    left, top = rng.randint(0, 12), rng.randint(0, 12)
    image = image.crop((left, top, left + SHOWN[0] - 12, top + SHOWN[1] - 12))
    _stamp(image, moment, point)
    content = BytesIO()
    image.save(content, "JPEG", quality=60, exif=_exif(moment, point), comment=f"{rng.getrandbits(64):x}")
    return SimpleUploadedFile(f"{subject}.jpg", content.getvalue(), content_type="image/jpeg")


def _stamp(image: Image.Image, moment: datetime, point: Point | None) -> None:
    """Words, time and position at the foot, where cameras for evidence put them."""
    top = image.height - STRIP
    image.paste("#1b1f22", (0, top, image.width, image.height))
    label = _label()
    image.paste("#ffd75e", (10, top + (STRIP - label.height) // 2), label)
    place = f"{point.y:.5f}N {point.x:.5f}E" if point else "no position"
    text = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}   {place}"
    ImageDraw.Draw(image).text((label.width + 20, top + STRIP // 2), text, "#f2f2ee", _font(), anchor="lm")


@cache
def _label() -> Image.Image:
    with Image.open(LABEL) as image:
        return image.convert("L")


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(14)


def _exif(moment: datetime, point: Point | None) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "GridGov", "demo picture"
    details = exif.get_ifd(IFD.Exif)
    local = timezone.localtime(moment)
    details[Base.DateTimeOriginal] = f"{local:%Y:%m:%d %H:%M:%S}"
    offset = f"{local:%z}"
    details[Base.OffsetTimeOriginal] = f"{offset[:3]}:{offset[3:]}"
    if point is not None:
        position = exif.get_ifd(IFD.GPSInfo)
        position[GPS.GPSLatitudeRef] = "N" if point.y >= 0 else "S"
        position[GPS.GPSLatitude] = _degrees(abs(point.y))
        position[GPS.GPSLongitudeRef] = "E" if point.x >= 0 else "W"
        position[GPS.GPSLongitude] = _degrees(abs(point.x))
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(value * 3600, 2), 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 2)

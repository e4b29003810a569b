"""Pictures for tests: real ones where this machine has them, made ones everywhere."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"
# How a camera's sensor saw an upright scene, for each orientation that it then wrote down.
AS_SEEN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def scene(width: int = 600, height: int = 400, mode: str = "RGB") -> Image.Image:
    """An upright picture with a different colour in each quarter."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("lime", (width // 2, 0, width, height // 2))
    picture.paste("blue", (0, height // 2, width // 2, height))
    picture.paste("yellow", (width // 2, height // 2, width, height))
    return picture.convert(mode)


def exif(*, orientation: int | None = None, gps: dict | None = None, **texts: str) -> Image.Exif:
    """EXIF with an orientation, a GPS block and texts by tag name (DateTimeOriginal, OffsetTimeOriginal)."""
    made = Image.Exif()
    made[Base.Make] = "Camera of a person"
    if orientation is not None:
        made[Base.Orientation] = orientation
    if texts:
        made.get_ifd(IFD.Exif).update({Base[name].value: text for name, text in texts.items()})
    if gps:
        made.get_ifd(IFD.GPSInfo).update(gps)
    return made


def gps_at(
    latitude: tuple[float, float, float], ns: str, longitude: tuple[float, float, float], ew: str
) -> dict:
    return {
        GPS.GPSLatitudeRef: ns,
        GPS.GPSLatitude: latitude,
        GPS.GPSLongitudeRef: ew,
        GPS.GPSLongitude: longitude,
    }


def encoded(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    buffer = BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def turned(orientation: int, *, portrait: bool = False) -> bytes:
    """The scene as a camera held in this orientation stores it."""
    upright = scene(400, 600) if portrait else scene(600, 400)
    how = AS_SEEN[orientation]
    seen = upright.transpose(how) if how is not None else upright
    return encoded(seen, quality=95, exif=exif(orientation=orientation))


def turned_for_real(orientation: int, *, portrait: bool = False) -> bytes:
    """A real photo in this orientation; a made one where the machine has none."""
    path = REAL / "orientation" / f"{'Portrait' if portrait else 'Landscape'}_{orientation}.jpg"
    return path.read_bytes() if path.exists() else turned(orientation, portrait=portrait)


def street_photo() -> bytes:
    """A real photo of a street with its position; a made one where the machine has none."""
    path = REAL / "street" / "mapillary_DSC00001.JPG"
    if path.exists():
        return path.read_bytes()
    where = gps_at((45.0, 30.0, 56.9), "N", (122.0, 34.0, 17.6), "W")
    return encoded(scene(3840, 2160), exif=exif(gps=where, DateTimeOriginal="2015:06:08 12:00:00"))


def huge_png(side: int = 50_000) -> bytes:
    """A few hundred bytes that ask for side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upright(content: bytes) -> Image.Image:
    """What a person sees when they open the file."""
    return ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")

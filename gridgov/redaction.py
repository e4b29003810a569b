"""Blackening parts of a photo: what is shown is made anew, under new names, and the copies of before go away."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageDraw

from gridgov.models import Photo

# Of an upright picture: left, top, right and bottom, in shares of its width and height.
Box = tuple[float, float, float, float]
# A little more rather than less: making a picture smaller smears what lies at a rim.
_RIM_PX = 2


def blacken(image: Image.Image, boxes: Sequence[Box]) -> None:
    """Fill the boxes of a picture."""
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in boxes:
        draw.rectangle(
            (
                math.floor(left * image.width) - _RIM_PX,
                math.floor(top * image.height) - _RIM_PX,
                math.ceil(right * image.width) + _RIM_PX,
                math.ceil(bottom * image.height) + _RIM_PX,
            ),
            "black",
        )


@contextmanager
def replaced_copies(copies: Sequence[tuple[Photo, bytes, bytes]]) -> Iterator[None]:
    """Give photos other copies (display, thumb) under names that nobody has heard of; the block saves the photos.

    The files of before are deleted once the transaction has ended well; when the block raises, the new ones are.
    """
    new: list[str] = []
    old = [str(file.name) for photo, *_copies in copies for file in (photo.display, photo.thumb)]
    try:
        for photo, display, thumb in copies:
            folder, mark = PurePosixPath(str(photo.display.name)).parent, token_hex(4)
            for name, content in (("display", display), ("thumb", thumb)):
                new.append(default_storage.save(f"{folder}/{name}-{mark}.jpg", ContentFile(content)))
                setattr(photo, name, new[-1])
        yield
    except BaseException:
        _delete(new)
        raise
    transaction.on_commit(lambda: _delete(old))


def _delete(names: Sequence[str]) -> None:
    for name in names:
        with suppress(OSError):
            default_storage.delete(name)

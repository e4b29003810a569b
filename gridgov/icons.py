"""The vendored set of icons."""

import re
from functools import cache

from django.conf import settings


@cache
def icon_names() -> tuple[str, ...]:
    """The names of all icons in the sprite, in alphabetical order."""
    sprite = settings.BASE_DIR / "static" / "vendor" / "lucide" / "icons.svg"
    return tuple(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite.read_text(encoding="utf-8")))

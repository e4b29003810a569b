"""The colours of tokens.css are readable: WCAG 2.2 AA, computed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR, "static/gridgov/css/tokens.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS)
}
SURFACES = ["surface", "surface-sunken", "surface-hover", "surface-raised", "surface-selected"]

TEXT_PAIRS = [
    *((text, surface) for text in ("text", "text-muted", "accent") for surface in SURFACES),
    *((light, surface) for light in ("green", "yellow", "red") for surface in SURFACES),
    *((colour, f"{colour}-soft") for colour in ("accent", "green", "yellow", "red")),
    *(("text", f"{colour}-soft") for colour in ("accent", "green", "yellow", "red")),
    # A selected row keeps its words and lights readable.
    *((text, "accent-soft") for text in ("text-muted", "green", "yellow", "red")),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("on-accent", "danger-fill"),
    ("on-accent", "danger-fill-hover"),
    ("text-inverse", "surface-inverse"),
    *((f"on-band-{band}", f"band-{band}") for band in "abcde"),
]
SHAPE_PAIRS = [
    *(
        (shape, surface)
        for shape in ("green-mark", "yellow-mark", "red-mark", "line-control", "accent")
        for surface in ("surface", "surface-sunken", "surface-raised")
    ),
    *((f"{colour}-mark", f"{colour}-soft") for colour in ("green", "yellow", "red")),
]


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), TEXT_PAIRS)
def test_text_stands_out_from_its_surface(text, surface, theme):
    index = ("light", "dark").index(theme)
    assert contrast(COLOURS[text][index], COLOURS[surface][index]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPE_PAIRS)
def test_shapes_and_edges_stand_out_from_their_surface(shape, surface, theme):
    index = ("light", "dark").index(theme)
    assert contrast(COLOURS[shape][index], COLOURS[surface][index]) >= 3


def test_colours_are_named_in_the_tokens_only():
    sheets = Path(settings.BASE_DIR, "static").glob("[!v]*/**/*.css")
    strays = [
        f"{sheet.name}: {colour}"
        for sheet in sheets
        if sheet.name != "tokens.css"
        for colour in re.findall(
            r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)|rgba?\([^)]*\)|hsla?\([^)]*\)", sheet.read_text()
        )
    ]
    assert not strays


def test_no_text_is_smaller_than_12_px():
    sizes = [float(size) * 16 for size in re.findall(r"--text-\w+: ([\d.]+)rem", TOKENS)]
    assert sizes
    assert min(sizes) >= 12

"""What can be wrong in a street, drawn with a few shapes: as it was found, and put right."""

from collections.abc import Callable
from functools import cache
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 560, 420
PAVEMENT, ROAD = 250, 330  # where the pavement and the road begin, in pixels from the top
DRAWN = (WIDTH, HEIGHT)
SHOWN = (480, 360)  # made smaller, which smooths the edges and saves bytes
VARIANTS = 3

Pen = ImageDraw.ImageDraw
Subject = Callable[[Pen, bool, Random], None]


@cache
def draw_scene(subject: str, is_wrong: bool, variant: int) -> Image.Image:
    """A street with one thing in it, wrong or put right; the variants differ in houses and light."""
    rng = Random(f"{subject} {variant}")  # noqa: S311 - a picture, not a secret
    image = Image.new("RGB", DRAWN, rng.choice(["#bcd3e6", "#d5dde3", "#e3d9c6"]))
    pen = ImageDraw.Draw(image)
    _street(pen, rng)
    SUBJECTS[subject](pen, is_wrong, rng)
    return image.resize(SHOWN, Image.Resampling.LANCZOS)


def _street(pen: Pen, rng: Random) -> None:
    left = 0
    while left < WIDTH:
        width, top = rng.randint(80, 150), rng.randint(30, 110)
        pen.rectangle(
            (left, top, left + width, PAVEMENT), fill=rng.choice(["#b7a892", "#9fa7ad", "#c9bfae", "#a99a8c"])
        )
        for x in range(left + 16, left + width - 28, 40):
            for y in range(top + 16, PAVEMENT - 70, 44):
                pen.rectangle((x, y, x + 20, y + 24), fill=rng.choice(["#5f7685", "#7c929f", "#e7d9a8"]))
        pen.rectangle((left + 10, PAVEMENT - 44, left + width - 10, PAVEMENT), fill="#8a6f58")
        left += width + rng.randint(0, 12)
    pen.rectangle((0, PAVEMENT, WIDTH, ROAD), fill="#c4bfb6")
    for x in range(0, WIDTH, 70):
        pen.line((x, PAVEMENT, x - 24, ROAD), fill="#aba69d", width=2)
    pen.rectangle((0, ROAD, WIDTH, ROAD + 8), fill="#e2dfd8")
    pen.rectangle((0, ROAD + 8, WIDTH, HEIGHT), fill="#5b5f63")
    for x in range(20, WIDTH, 110):
        pen.rectangle((x, HEIGHT - 34, x + 60, HEIGHT - 27), fill="#d9d9d2")


# The subjects. Each draws the thing as it should be, and what is wrong with it.


def _garbage(pen: Pen, is_wrong: bool, rng: Random) -> None:
    _bin(pen, 390, "#3f7d4e")
    if is_wrong:
        _scatter(pen, rng, (120, 262, 360, 322), ["#2f3336", "#1f4e79", "#e8e4da", "#b5402f", "#caa24a"], 26)


def _bins(pen: Pen, is_wrong: bool, rng: Random) -> None:
    for x, colour in ((180, "#3f7d4e"), (250, "#2d5f8b"), (320, "#7a7f84")):
        _bin(pen, x, colour)
        if is_wrong:
            _scatter(pen, rng, (x - 6, 196, x + 52, 220), ["#e8e4da", "#2f3336", "#caa24a"], 9)
    if is_wrong:
        _scatter(pen, rng, (170, 292, 400, 326), ["#2f3336", "#e8e4da", "#b5402f"], 14)


def _bin(pen: Pen, x: int, colour: str) -> None:
    pen.polygon([(x, 216), (x + 48, 216), (x + 42, 300), (x + 6, 300)], fill=colour)
    pen.rectangle((x - 4, 208, x + 52, 218), fill="#2a2d2f")


def _pothole(pen: Pen, is_wrong: bool, rng: Random) -> None:
    if is_wrong:
        pen.polygon(_blob(rng, 290, 374, 92, 26), fill="#2c2e30")
        pen.polygon(_blob(rng, 290, 378, 66, 16), fill="#1d1e20")
        pen.line((360, 366, 430, 350, 470, 356), fill="#2c2e30", width=4)
    else:
        pen.polygon(_blob(rng, 290, 374, 92, 26), fill="#3d4043")


def _manhole(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.ellipse((220, 352, 340, 398), fill="#3a3d40", outline="#8b8f92", width=5)
    if is_wrong:
        pen.ellipse((232, 358, 328, 392), fill="#0c0d0e")
        pen.ellipse((330, 362, 440, 404), fill="#6d7175", outline="#8b8f92", width=4)
        return
    for y in range(362, 392, 8):
        pen.line((240, y, 320, y), fill="#7b7f82", width=2)


def _lamp(pen: Pen, is_wrong: bool, rng: Random) -> None:
    lean = 70 if is_wrong else 0
    pen.line((280, 322, 280 + lean, 60), fill="#4a4e51", width=9)
    pen.line((280 + lean, 62, 345 + lean, 50 + lean // 3), fill="#4a4e51", width=7)
    head = (335 + lean, 42 + lean // 3, 385 + lean, 62 + lean // 3)
    pen.rectangle(head, fill="#33373a" if is_wrong else "#ffe9a6")
    if not is_wrong:
        pen.polygon([(340, 62), (380, 62), (430, 180), (300, 180)], fill="#f2e6bd")


def _flyers(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.rectangle((110, 90, 450, 296), fill="#d8d2c4", outline="#a39c8c", width=4)
    if is_wrong:
        for _ in range(22):
            x, y = rng.randint(120, 400), rng.randint(98, 250)
            pen.rectangle(
                (x, y, x + 38, y + 28), fill=rng.choice(["#f4e04d", "#ffffff", "#e8756a", "#8fd0e8"])
            )
            for line in (7, 14, 21):
                pen.line((x + 5, y + line, x + 33, y + line), fill="#555555", width=2)


def _banner(pen: Pen, is_wrong: bool, rng: Random) -> None:
    for x in (90, 460):
        pen.rectangle((x, 70, x + 14, 322), fill="#6f5b48")
    if is_wrong:
        pen.polygon([(100, 120), (466, 136), (466, 190), (100, 174)], fill="#c8102e")
        for x in range(140, 430, 44):
            pen.rectangle((x, 136 + x // 26, x + 26, 162 + x // 26), fill="#ffd75e")


def _stall(pen: Pen, is_wrong: bool, rng: Random) -> None:
    if not is_wrong:
        return
    pen.polygon([(150, 150), (410, 150), (440, 196), (120, 196)], fill="#2d6f9e")
    for x in (140, 418):
        pen.line((x, 190, x, 318), fill="#555555", width=5)
    pen.rectangle((150, 250, 410, 306), fill="#8a6f58")
    for x in range(160, 400, 26):
        pen.ellipse((x, 232, x + 22, 254), fill=rng.choice(["#d64b3a", "#e8b33c", "#6aa84f", "#f0e0c0"]))


def _cars(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.rectangle((40, 268, 60, 322), fill="#c8102e")  # a post that keeps cars off
    if is_wrong:
        for x in (110, 320):
            colour = rng.choice(["#d9d9d9", "#8d1f1f", "#27415e", "#30343a"])
            pen.polygon([(x + 34, 236), (x + 130, 236), (x + 158, 268), (x + 8, 268)], fill="#9fb4c2")
            pen.rectangle((x, 264, x + 176, 304), fill=colour)
            for wheel in (x + 24, x + 122):
                pen.ellipse((wheel, 288, wheel + 34, 322), fill="#1d1e20", outline="#888888", width=4)


def _bicycles(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.rectangle((60, 318, 500, 324), fill="#f4f1e4")
    spots = range(70, 460, 62)
    for x in spots:
        tilt = rng.randint(-16, 26) if is_wrong else 0
        y = 290 + (rng.randint(-26, 40) if is_wrong else 0)
        colour = rng.choice(["#f2c230", "#2e9bd6", "#49a35a"])
        for wheel in (x, x + 42):
            pen.ellipse(
                (wheel - 16, y - 16 + tilt // 3, wheel + 16, y + 16 + tilt // 3), outline="#222222", width=4
            )
        pen.line((x, y, x + 16 + tilt // 2, y - 26, x + 42, y), fill=colour, width=5)
        pen.line((x + 34, y - 34, x + 42, y), fill=colour, width=5)


def _heap(pen: Pen, is_wrong: bool, rng: Random) -> None:
    if is_wrong:
        pen.rectangle((170, 226, 300, 306), fill="#9c6b3f")
        pen.rectangle((160, 206, 210, 306), fill="#7d5230")
        pen.rectangle((320, 244, 396, 312), fill="#b98f5a", outline="#7d5230", width=3)
        pen.rectangle((340, 208, 402, 246), fill="#c9a26c", outline="#7d5230", width=3)
        _scatter(pen, rng, (140, 292, 430, 326), ["#7d5230", "#e8e4da", "#8a8f93"], 10)


def _rubble(pen: Pen, is_wrong: bool, rng: Random) -> None:
    if is_wrong:
        pen.polygon([(110, 322), (200, 236), (286, 216), (380, 250), (460, 322)], fill="#8c8478")
        _scatter(pen, rng, (150, 250, 420, 324), ["#a39a8c", "#6e675d", "#b5402f", "#c9c2b4"], 40)


def _tree(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.rectangle((240, 306, 320, 324), fill="#6e5a45")
    if is_wrong:
        pen.line((280, 314, 330, 240), fill="#6e5a45", width=18)
        pen.line((330, 250, 500, 360), fill="#6e5a45", width=14)
        pen.polygon(_blob(rng, 452, 350, 92, 44), fill="#4f7a3a")
    else:
        pen.line((280, 314, 280, 160), fill="#6e5a45", width=18)
        pen.polygon(_blob(rng, 280, 120, 104, 70), fill="#4f7a3a")


def _site(pen: Pen, is_wrong: bool, rng: Random) -> None:
    for x in range(60, 480, 84):
        pen.rectangle((x, 200, x + 80, 318), fill="#2f75b5", outline="#dbe6ef", width=3)
    if is_wrong:
        pen.rectangle((228, 200, 396, 318), fill="#b7a27f")
        for _ in range(18):
            x, y = rng.randint(40, 470), rng.randint(110, 300)
            pen.ellipse((x, y, x + 90, y + 40), fill=rng.choice(["#d8cbb0", "#cdbf9f"]))


def _river(pen: Pen, is_wrong: bool, rng: Random) -> None:
    pen.rectangle((0, PAVEMENT, WIDTH, HEIGHT), fill="#5a6b4e" if is_wrong else "#5d8fae")
    for y in range(PAVEMENT + 14, HEIGHT, 22):
        pen.line((0, y, WIDTH, y + 6), fill="#6d7f60" if is_wrong else "#7fb0cc", width=3)
    pen.rectangle((0, PAVEMENT - 12, WIDTH, PAVEMENT + 4), fill="#b9b3a6")
    if is_wrong:
        _scatter(pen, rng, (60, 280, 500, 400), ["#e8e4da", "#2f7d4e", "#b5402f", "#f2c230"], 30)


def _cable(pen: Pen, is_wrong: bool, rng: Random) -> None:
    for x in (70, 480):
        pen.rectangle((x, 40, x + 14, 322), fill="#6f5b48")
        pen.rectangle((x - 22, 56, x + 36, 64), fill="#6f5b48")
    for offset in (0, 10, 22):
        sag = 250 if is_wrong and offset == 22 else 40
        pen.line(
            [(77 + i * 41, 60 + offset + sag * (1 - (i / 5 - 1) ** 2)) for i in range(11)],
            fill="#1d1e20",
            width=4,
        )


SUBJECTS: dict[str, Subject] = {
    "banner": _banner,
    "bicycles": _bicycles,
    "bins": _bins,
    "cable": _cable,
    "cars": _cars,
    "flyers": _flyers,
    "garbage": _garbage,
    "heap": _heap,
    "lamp": _lamp,
    "manhole": _manhole,
    "pothole": _pothole,
    "river": _river,
    "rubble": _rubble,
    "site": _site,
    "stall": _stall,
    "tree": _tree,
}


def _scatter(pen: Pen, rng: Random, box: tuple[int, int, int, int], colours: list[str], number: int) -> None:
    for _ in range(number):
        x, y, size = rng.randint(box[0], box[2]), rng.randint(box[1], box[3]), rng.randint(8, 26)
        pen.polygon(_blob(rng, x, y, size, size // 2 + 3), fill=rng.choice(colours))


def _blob(rng: Random, x: int, y: int, width: int, height: int) -> list[tuple[float, float]]:
    """An uneven eight-sided patch around a point."""
    around = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))
    return [
        (x + dx * width * rng.uniform(0.75, 1.1), y + dy * height * rng.uniform(0.75, 1.1))
        for dx, dy in around
    ]

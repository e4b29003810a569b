"""How far what waits is counted, and how numbers and shares are said."""

# Counting stops beyond this: so many say that there is work, and no page pays for counting a hundred thousand.
MOST_COUNTED = 999


def so_many(number: int | None) -> str:
    """A number that was counted up to `MOST_COUNTED` + 1, as it is shown: "12", "999+" where counting stopped, "" for None."""
    if number is None:
        return ""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def percent_of(part: float, whole: float = 1) -> int:
    """Per cent of a whole that is not 0, rounded; 100 only where it is all of it, 0 only where it is nothing."""
    rounded = round(100 * part / whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded

"""How far what waits is counted, and how such a number is said."""

# Counting stops beyond this: so many say that there is work, and no page pays for counting a hundred thousand.
MOST_COUNTED = 999


def so_many(number: int | None) -> str:
    """A number that was counted up to `MOST_COUNTED` + 1, as it is shown: "12", "999+" where counting stopped, "" for None."""
    if number is None:
        return ""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)

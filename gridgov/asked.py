"""What an address asks for after its `?`."""

# More do not fit into a row's number, and past some thousands Python reads them no more.
_MOST_DIGITS = 18
LARGEST = 10**_MOST_DIGITS - 1


def number_asked(text: str) -> int | None:
    """The number of a row, as a list goes on from it; None for what can't be one."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None

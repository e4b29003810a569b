"""Tracking codes: what a citizen keeps of a report, such as 7KQ2-9MXA-4TRW."""

import secrets

from cases.models.citizen import CODE_LENGTH

# Without I, O, 0 and 1; 32 of them, so twelve make 60 bits: nobody finds one by trying.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spaced(code: str) -> str:
    """As people read it to each other: in fours."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """A code however it was typed: with blanks or dashes, in small letters."""
    return "".join(char for char in typed.upper() if char in ALPHABET)

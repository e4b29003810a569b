"""The unified social credit code (统一社会信用代码, GB 32100): 18 characters, the last one a check."""

# Without I, O, S, V and Z, which are easily misread.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
LENGTH = 18


def check_character(code: str) -> str:
    """The 18th character for the first 17; raises ValueError for a character that no code has."""
    total = sum(
        ALPHABET.index(character) * weight for character, weight in zip(code[:17], _WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Whether it is a code whose check fits."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and check_character(code) == code[-1]

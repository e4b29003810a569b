"""The check of the unified social credit code (GB 32100)."""

import pytest

from grids.credit_code import ALPHABET, check_character, is_credit_code

BODY = "91440605MA4W00001"


def test_a_code_with_its_check_is_one():
    assert is_credit_code(BODY + check_character(BODY))


def test_every_other_last_character_is_refused():
    right = check_character(BODY)
    assert [last for last in ALPHABET if is_credit_code(BODY + last)] == [right]


@pytest.mark.parametrize("place", range(17))
def test_a_slip_in_any_place_is_found(place):
    code = BODY + check_character(BODY)
    other = ALPHABET[(ALPHABET.index(code[place]) + 1) % 31]
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "9144", BODY, BODY + "I", BODY.lower() + "0"])
def test_what_is_no_code_is_refused(code):
    assert not is_credit_code(code)

"""A small sum in words that a person answers when very much came from one place: no outside service, no picture."""

import random
import secrets
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_SALT = "cases.challenge"
LIVES_S = 15 * 60
# fmt: off
_WORDS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
           "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"],
    "zh": ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"],
}
# fmt: on
_NUMBERS = {word: number for words in _WORDS.values() for number, word in enumerate(words)}


@dataclass(frozen=True)
class Challenge:
    """A question as it is asked, and the signed token that goes along with its answer."""

    question: str
    token: str


def new_challenge() -> Challenge:
    """A sum of two numbers up to ten, in words of the reader's language."""
    one, other = random.randint(1, 10), random.randint(1, 10)  # noqa: S311 - it only slows down
    words = _WORDS["zh" if (get_language() or "").startswith("zh") else "en"]
    question = _("How much is %(one)s plus %(other)s?") % {"one": words[one], "other": words[other]}
    nonce = secrets.token_urlsafe(9)
    return Challenge(question, signing.dumps([question, nonce, _sealed(nonce, one + other)], salt=_SALT))


def is_answered(token: str, answer: str) -> bool:
    """Whether a token's question is answered rightly, in figures or in words, within a quarter of an hour."""
    said = _said(token)
    number = _number(answer)
    return bool(said) and number is not None and constant_time_compare(said[2], _sealed(said[1], number))


def spend(token: str) -> bool:
    """Use a token up; False for one that was used before. An answer opens the door once."""
    return bool(cache.add(_spent(token), 1, LIVES_S))


class GuardedForm(forms.Form):
    """A form of strangers: with `challenged` it asks the small question too, in `cases/public/challenge.html`.

    What is answered rightly stays answered while the rest is corrected; `is_valid` uses it up.
    """

    challenge_token = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)
    challenge_answer = forms.CharField(max_length=20, required=False)

    def __init__(self, *args: Any, challenged: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.challenge: Challenge | None = None
        if not challenged:
            del self.fields["challenge_token"], self.fields["challenge_answer"]
        elif not self.is_bound:
            self.challenge = new_challenge()

    def give_back(self) -> None:
        """The answer counts again: what it was given for was not done after all."""
        if self.challenge:
            cache.delete(_spent(self.challenge.token))

    def _clean_form(self) -> None:
        # After everything else, the forms' own clean() too.
        super()._clean_form()  # type: ignore[misc]
        if "challenge_token" not in self.fields:
            return
        token = self.cleaned_data.get("challenge_token", "")
        answer = self.cleaned_data.get("challenge_answer", "")
        if is_answered(token, answer) and (self.errors or spend(token)):
            self.challenge = Challenge(_said(token)[0], token)
            return
        self.challenge = new_challenge()
        self.add_error(
            "challenge_answer",
            _("That is not the sum, or the time was up. Here is another one.")
            if answer
            else _("Much came from here of late: please answer this small question first."),
        )


def _spent(token: str) -> str:
    return f"challenge:{_said(token)[1]}"


def _said(token: str) -> list[str]:
    try:
        return list(signing.loads(token, salt=_SALT, max_age=LIVES_S))
    except signing.BadSignature:
        return []


def _sealed(nonce: str, number: int) -> str:
    return salted_hmac(_SALT, f"{nonce}:{number}", algorithm="sha256").hexdigest()[:24]


def _number(answer: str) -> int | None:
    answer = answer.strip().casefold()
    if answer in _NUMBERS:
        return _NUMBERS[answer]
    return int(answer) if answer.isdecimal() and len(answer) <= 3 else None

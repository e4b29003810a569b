"""Finding cases: by any number, by the end of a phone, by words, at a million cases as at a hundred.

Words are found through an index of their pairs of characters (`case_grams`), which knows Chinese words of two characters
as well as long ones. A word that stands in very many cases is not looked up: the newest cases are read in their order
until a page is full.
"""

import re
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_, or_

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Right, StrIndex, Upper
from django.db.models.lookups import GreaterThan

from cases.models import Case, CaseClass
from cases.models.case import Grams
from cases.permissions import seen_by
from grids.models import Area, AreaLevel, GridObject, Role, User

# No more cases are named one by one.
MOST_FOUND = 2_000
# A word is common when it stands in so many of the newest cases.
_PROBED, _COMMON = 2_000, 4
_MOST_WORDS = 8
_RUNNING_NUMBER = re.compile(r"\d{1,6}")
_DAY_AND_NUMBER = re.compile(r"\d{8}-\d{1,6}")
_LIKE_A_NUMBER = re.compile(r"[\d-]{3,}")
_END_OF_PHONE = 4
# Who works with callers finds their cases by a phone.
_ASKS_BY_PHONE = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Found:
    """What a search found: the ids, or only the condition (`where`) where there are too many to name."""

    where: Q
    ids: list[int] | None


def find_cases(text: str, user: User | None = None) -> Found:
    """The cases that a number, the end of a phone or words stand for; a handful of queries.

    By a number or a phone those that the user may see, so that theirs are among the newest that are named; by words
    whoever may see them.

    Of 440605-20261122-000016 that is its beginning, "20261122-000016" or "16", with its zeros or without; of the object
    that a case is about its whole code. The phone is that of the contact, whole or its last four digits or more. Words
    are in description, address or the class's name, all of them; digits alone are looked for in description and address
    too.
    """
    text = text.replace("\0", "").strip()
    words = text.split()[:_MOST_WORDS]
    if not words:
        return Found(Q(), None)
    numbers = _newest(_by_number(text), user)
    if user is not None and any(post.role in _ASKS_BY_PHONE for post in user.current_posts):
        numbers += _newest(_by_phone(text), user)
    by_words = _by_words(words)
    if by_words.ids is None:
        return Found(by_words.where | Q(pk__in=numbers), None)
    ids = sorted({*numbers, *by_words.ids}, reverse=True)
    return Found(Q(pk__in=ids), ids)


def _ids(cases: QuerySet[Case]) -> list[int]:
    return [] if cases.query.is_empty() else list(cases.order_by().values_list("pk", flat=True)[:MOST_FOUND])


def _newest(cases: QuerySet[Case], user: User | None) -> list[int]:
    """The newest of those that the person may see: a running number comes again each day in each district."""
    if cases.query.is_empty():
        return []
    seen = cases if user is None else cases.filter(seen_by(user))
    # Not by the bare key: PostgreSQL would read all cases from the newest on, hoping to come across some.
    newest = seen.order_by((F("pk") + 0).desc())
    return list(newest.values_list("pk", flat=True)[:MOST_FOUND])


def _by_number(text: str) -> QuerySet[Case]:
    cases: QuerySet[Case] = Case.objects.annotate(running=Right("number", 6))
    where = Q(external_id=text)
    if _RUNNING_NUMBER.fullmatch(text):
        where |= Q(running=text.zfill(6))
    if _DAY_AND_NUMBER.fullmatch(text):
        districts = Area.objects.filter(level=AreaLevel.DISTRICT).values_list("code", flat=True)
        where |= reduce(or_, (Q(number__startswith=f"{code}-{text}") for code in districts), Q(pk__in=[]))
    elif _LIKE_A_NUMBER.fullmatch(text) and len(text) > _END_OF_PHONE:
        where |= Q(number__startswith=text)
    if objects := list(GridObject.objects.filter(code__in={text, text.upper()}).values_list("pk", flat=True)):
        where |= Q(object__in=objects)
    return cases.filter(where)


def _by_phone(text: str) -> QuerySet[Case]:
    digits = re.sub(r"[\s()+-]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) < _END_OF_PHONE:
        return Case.objects.none()
    ends = Right("contact__phone", _END_OF_PHONE)
    return Case.objects.annotate(phone_end=ends).filter(
        phone_end=digits[-_END_OF_PHONE:], contact__phone__endswith=digits
    )


def _by_words(words: list[str]) -> Found:
    where = reduce(and_, map(_holds, words))
    if _are_common(where):
        return Found(where, None)
    looked_up = Case.objects.annotate(grams=Grams("description", "address"))
    ids = _ids(looked_up.filter(reduce(and_, map(_looked_up, words)), where))
    return Found(where, ids if len(ids) < MOST_FOUND else None)


def _holds(word: str) -> Q:
    # Not LIKE: PostgreSQL takes a long pattern for rare, and would sort half the city for a common word.
    wanted = Upper(Value(word))
    places = [Q(GreaterThan(StrIndex(Upper(field), wanted), 0)) for field in ("description", "address")]
    return reduce(or_, places) | _of_class(word)


def _looked_up(word: str) -> Q:
    """The same through the index: nothing else in it may hold the pairs of the word."""
    return Q(grams__contains=grams_of(word)) | _of_class(word)


def _of_class(word: str) -> Q:
    return Q(case_class__in=list(CaseClass.objects.filter(name__icontains=word).values_list("pk", flat=True)))


def grams_of(word: str) -> list[str]:
    """The pairs of neighbouring characters of a word, as `case_grams` makes them; of one character itself."""
    word = word.lower()
    return sorted({f"{one}{other}" for one, other in pairwise(word)}) if len(word) > 1 else [word]


def _are_common(where: Q) -> bool:
    """Whether the newest cases have enough of it that reading on in their order soon fills a page."""
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = Case.objects.filter(where, pk__gt=newest - _PROBED).order_by().values_list("pk", flat=True)
    return len(found[:_COMMON]) == _COMMON

"""The class that a report's words speak for: a plain count of keywords, each said aloud."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import CaseClass, ClassKeyword
from gridgov.remembered import remembered

# Less than this is chance.
LEAST_WEIGHT = 3
MOST_PROPOSED = 3


@dataclass(frozen=True)
class Keyword:
    """A word that speaks for a class, and perhaps for one of its conditions."""

    word: str
    class_id: int
    weight: int
    condition_id: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A class, and the words of the text that speak for it, the strongest first."""

    case_class: CaseClass
    words: tuple[Keyword, ...]
    # Another class weighs as much: nothing but a person can choose.
    is_tied: bool = False

    @property
    def weight(self) -> int:
        return sum(word.weight for word in self.words)

    @property
    def condition_id(self) -> int | None:
        """The condition that the words speak for most; of two alike the one that stands first."""
        weights: dict[int, int] = {}
        for word in self.words:
            if word.condition_id:
                weights[word.condition_id] = weights.get(word.condition_id, 0) + word.weight
        return max(weights, key=lambda pk: (weights[pk], -pk), default=None)

    @property
    def why(self) -> str:
        """What it was counted from, such as 井盖 +3, 缺失 +2."""
        return ", ".join(f"{word.word} +{word.weight}" for word in self.words)


def propose_classes(text: str) -> list[Proposal]:
    """The classes that a text speaks for, the heaviest first, at most `MOST_PROPOSED`; one query, for their names."""
    weighed = weigh(text, keywords_in_use(""))[:MOST_PROPOSED]
    classes = CaseClass.objects.select_related("major").in_bulk([pk for pk, _words in weighed])
    tied = len(weighed) > 1 and _weight(weighed[0][1]) == _weight(weighed[1][1])
    return [
        Proposal(classes[pk], words, is_tied=tied and _weight(words) == _weight(weighed[0][1]))
        for pk, words in weighed
        if pk in classes
    ]


def proposed_class(proposals: list[Proposal]) -> Proposal | None:
    """The one to choose without asking; None where two weigh the same."""
    return proposals[0] if proposals and not proposals[0].is_tied else None


def proposed_condition(text: str, case_class: CaseClass) -> int | None:
    """The id of the condition of a class that the words speak for, if they do."""
    mine = [each for each in keywords_in_use("") if each.class_id == case_class.pk]
    words = dict(weigh(text, mine, least=1)).get(case_class.pk, ())
    return Proposal(case_class, words).condition_id


def weigh(
    text: str, keywords: Iterable[Keyword], *, least: int = LEAST_WEIGHT
) -> list[tuple[int, tuple[Keyword, ...]]]:
    """Class → the words found, the heaviest class first, then the one that is spoken of first, then the older class.

    A word that stands only within a longer one of the same class counts once, as the longer.
    """
    text = text.casefold()
    found: dict[int, list[tuple[int, Keyword]]] = {}
    for each in keywords:
        place = text.find(each.word.casefold())
        if place >= 0:
            found.setdefault(each.class_id, []).append((place, each))
    weighed = {pk: _longest(text, words) for pk, words in found.items()}
    order = sorted(
        weighed,
        key=lambda pk: (
            -_weight(each for _place, each in weighed[pk]),
            min(place for place, _each in weighed[pk]),
            pk,
        ),
    )
    answer = [(pk, tuple(_strongest(weighed[pk]))) for pk in order]
    return [(pk, words) for pk, words in answer if _weight(words) >= least]


@remembered
def keywords_in_use(_key: str) -> tuple[Keyword, ...]:
    """The words of all classes that are offered, read once in a while; `_key` is always empty."""
    rows = (
        ClassKeyword.objects.filter(is_active=True, case_class__is_active=True)
        .order_by("pk")
        .values_list("word", "case_class_id", "weight", "condition_id")
    )
    return tuple(Keyword(*row) for row in rows)


def _longest(text: str, words: list[tuple[int, Keyword]]) -> list[tuple[int, Keyword]]:
    longer = [each.word.casefold() for _place, each in words]

    def stands_alone(word: str) -> bool:
        rest = text
        for other in sorted(longer, key=len, reverse=True):
            if word in other and word != other:
                rest = rest.replace(other, "\n")
        return word in rest

    return [(place, each) for place, each in words if stands_alone(each.word.casefold())]


def _strongest(words: list[tuple[int, Keyword]]) -> list[Keyword]:
    return [each for place, each in sorted(words, key=lambda one: (-one[1].weight, one[0], one[1].word))]


def _weight(words: Iterable[Keyword]) -> int:
    return sum(word.weight for word in words)

"""The classes that forms offer."""

from dataclasses import dataclass
from itertools import groupby

from cases.models import CaseClass, MajorClass
from cases.selectors import search_classes

# More than any standard has.
ALL = 5000


@dataclass(frozen=True)
class ClassGroup:
    """A major class with those of its classes that are in use and were searched for."""

    major: MajorClass
    classes: list[CaseClass]


def class_groups(words: str = "") -> list[ClassGroup]:
    """The classes in use by major class, in the standard's order; one query.

    With words: those whose name, major class or code holds every one of them.
    """
    classes = search_classes(words, limit=ALL)
    return [ClassGroup(major, list(group)) for major, group in groupby(classes, lambda each: each.major)]


def class_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """The classes in use as choices of a form field, under the headings of their major classes; one query."""
    return [
        (group.major.name, [(each.pk, f"{each.full_code} {each.name}") for each in group.classes])
        for group in class_groups()
    ]

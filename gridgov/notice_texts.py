"""What notices say: the words of each event in the reader's language, and what they are about."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.models import Notice, NoticeKind, NoticeTemplate
from gridgov.remembered import remembered

PLACEHOLDER = re.compile(r"%\((\w+)\)s")

_texts: dict[str, Promise | str] = {}
_kinds: dict[str, NoticeKind] = {}
# By the kind of a subject: what those with these ids are, in words.
_in_words_by_kind: dict[str, Callable[[Collection[int]], Mapping[int, str]]] = {}


def register_texts(texts: Mapping[str, Promise | str], *, kind: NoticeKind = NoticeKind.OTHER) -> None:
    """Make events known with their texts, and the kind that people choose them by; apps call it in `AppConfig.ready`.

    A text is a lazy translation with `%(name)s` for each of the event's params. A param whose name ends
    in `_at` is a moment: it is shown in local time.
    """
    _texts.update(texts)
    _kinds.update(dict.fromkeys(texts, kind))


def events() -> list[str]:
    """Every event that is known, by name."""
    return sorted(_texts)


def event_in_words(event: str) -> str:
    """The shipped text of an event, its particulars by name, in the language that is active now; an old one's name."""
    return str(_texts.get(event, event))


def kind_of(event: str) -> NoticeKind:
    return _kinds.get(event, NoticeKind.OTHER)


def shipped_text(event: str, language: str) -> str:
    """The text that the release brings; raises KeyError for an event that nobody registered."""
    with translation.override(language):
        return str(_texts[event])


def placeholders(text: str) -> set[str]:
    """The names of the params that a text asks for."""
    return set(PLACEHOLDER.findall(text))


def require_fit(event: str, params: Mapping[str, Any]) -> None:
    """Raises KeyError for an event that nobody registered, or params that do not fill its text."""
    str(_texts[event]) % _shown(params)


def text_of(notice: Notice, *, own: Mapping[str, str] | None = None) -> str:
    """The notice in the language that is active now; an old one may lack what today's text asks for.

    `own` are the words that administrators have put in place of the shipped ones, read here if not given.
    """
    if own is None:
        own = own_texts()
    text = own.get(notice.event) or str(_texts.get(notice.event, notice.event))
    return text % _Params(_shown(notice.params))


def own_texts() -> Mapping[str, str]:
    """Administrators' own words by event, in the language that is active now."""
    return _own_texts(translation.get_language() or "")


def _read_own_texts(language: str) -> dict[str, str]:
    return dict(NoticeTemplate.objects.filter(language=language).values_list("event", "text"))


_own_texts = remembered(_read_own_texts)


def sample_of(event: str) -> Notice:
    """A notice of an event of which there has been none yet: each particular stands for itself."""
    names = placeholders(str(_texts[event]))
    now = clock.now()
    return Notice(event=event, params={name: now if name.endswith("_at") else f"‹{name}›" for name in names})


def register_subject(kind: str, in_words: Callable[[Collection[int]], Mapping[int, str]]) -> None:
    """Make known what subjects of a kind are: `in_words` answers for many ids of "kind:id" in one query."""
    _in_words_by_kind[kind] = in_words


def subjects_of(notices: Iterable[Notice]) -> dict[str, str]:
    """What notices are about, in words, by their subject; one query for each kind of subject."""
    ids: dict[str, set[int]] = {}
    for notice in notices:
        kind, _, pk = notice.subject.partition(":")
        if kind in _in_words_by_kind:
            ids.setdefault(kind, set()).add(int(pk))
    return {f"{kind}:{pk}": words for kind in ids for pk, words in _in_words_by_kind[kind](ids[kind]).items()}


class _Params(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _in_words(value) if name.endswith("_at") else value for name, value in params.items()}


def _in_words(value: Any) -> str:
    moment = parse_datetime(value) if isinstance(value, str) else value
    return (
        f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(value or "")
    )


def require_same_placeholders(event: str, language: str, text: str) -> None:
    """Raises ValidationError, in plain words, for a text that does not name just the particulars which the event gives."""
    given, asked = placeholders(shipped_text(event, language)), placeholders(text)
    problems = []
    if missing := sorted(given - asked):
        problems.append(_("Missing: %(names)s.") % {"names": ", ".join(f"%({name})s" for name in missing)})
    if unknown := sorted(asked - given):
        problems.append(
            _("This event does not give: %(names)s.")
            % {"names": ", ".join(f"%({name})s" for name in unknown)}
        )
    if "%" in PLACEHOLDER.sub("", text).replace("%%", ""):
        problems.append(_("Write %% for a percent sign; a particular is written as %(name)s."))
    if problems:
        raise ValidationError({"text": problems})

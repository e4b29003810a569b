"""Requests that a device may send twice and that are done once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from gridgov import clock
from gridgov.errors import KeyMalformed, KeyReused
from gridgov.models import IdempotencyKey

FIELD = "idempotency_key"
REPLAYED = "Idempotency-Replayed"
# Not part of what is asked: they differ from one sending to the next.
_NOT_ASKED = {FIELD, "csrfmiddlewaretoken"}
# One statement that waits for whoever is just using the key, and then does nothing.
_CLAIM = """
    INSERT INTO gridgov_idempotencykey (owner_id, key, fingerprint, status_code, body, location, created_at)
    VALUES (%s, %s, %s, 0, '', '', %s)
    ON CONFLICT (owner_id, key) DO NOTHING RETURNING id
"""

View = Callable[..., HttpResponse]


class LeadsNowhere(Exception):
    """A view's own mistake: it took what was sent and shows a page instead of leading to it."""


@dataclass(frozen=True)
class Answer:
    """What a request got: an HTTP status with a body or a place to go to."""

    status: int
    body: str = ""
    location: str = ""
    replayed: bool = False


def answer_once(
    *, owner: AbstractBaseUser | None, key: str, fingerprint: str, handle: Callable[[], Answer | None]
) -> Answer | None:
    """The answer to a request: `handle`'s own the first time, the same one every time after.

    Everything that `handle` writes, its answer and the key are one transaction. When it answers None
    (it did not succeed) or raises, all of it is rolled back and the key is free again. Services called
    in it must not ask for a durable transaction of their own. Without an account there is no `owner`: such keys must be
    drawn at random. Raises `KeyMalformed`, and `KeyReused` when
    the key came with another fingerprint.
    """
    if not re.fullmatch(r"[\x21-\x7e]{1,64}", key):
        raise KeyMalformed(key)
    with transaction.atomic(durable=True):
        claim = _claim(owner, key, fingerprint)
        if claim is None:
            return _first_answer(owner, key, fingerprint)
        answer = handle()
        if answer is None:
            transaction.set_rollback(True)
        else:
            IdempotencyKey.objects.filter(pk=claim).update(
                status_code=answer.status, body=answer.body, location=answer.location
            )
        return answer


def fingerprint_of(method: str, path: str, body: object, files: MultiValueDict[str, Any]) -> str:
    """SHA-256 of what is asked: the same for the same fields in any order and the same bytes of files."""
    asked = [
        method,
        path,
        body,
        sorted([name, _sha256(file)] for name in files for file in files.getlist(name)),
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def form_fields(fields: MultiValueDict[str, Any]) -> dict[str, list[Any]]:
    """The fields of a form that are part of what is asked."""
    return {name: values for name, values in fields.lists() if name not in _NOT_ASKED}


def once(view: View) -> View:
    """A page's POST that is done once per `{% idempotency_field %}`; it succeeds by redirecting, for htmx too.

    A refusal (a form with errors, 4xx) is rolled back and leaves the key free. A success that leads nowhere could
    not be repeated, so nothing of it would be kept: raises `LeadsNowhere`. Who is not logged in has keys as well.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        first: list[HttpResponse] = []

        def handle() -> Answer | None:
            first.append(view(request, *args, **kwargs))
            location = first[0].headers.get("Location") or first[0].headers.get("HX-Redirect", "")
            if not location and first[0].status_code < 400:
                raise LeadsNowhere(request.path)
            return Answer(first[0].status_code, location=location) if location else None

        fingerprint = fingerprint_of(
            "POST", request.get_full_path(), form_fields(request.POST), request.FILES
        )
        owner = cast(AbstractBaseUser, request.user) if request.user.is_authenticated else None
        answer = answer_once(owner=owner, key=key, fingerprint=fingerprint, handle=handle)
        return first[0] if first else _replay(cast(Answer, answer))

    return wrapper


def forget_answers(before: datetime) -> int:
    """Delete the answers given before a moment; returns how many."""
    return int(IdempotencyKey.objects.filter(created_at__lt=before).delete()[0])


def _claim(owner: AbstractBaseUser | None, key: str, fingerprint: str) -> int | None:
    """The id of the new claim, or None when somebody had the key first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [_id_of(owner), key, fingerprint, clock.now()])
        row = cursor.fetchone()
    return row[0] if row else None


def _first_answer(owner: AbstractBaseUser | None, key: str, fingerprint: str) -> Answer:
    first = IdempotencyKey.objects.get(owner=_id_of(owner), key=key)
    if first.fingerprint != fingerprint:
        raise KeyReused(key)
    return Answer(first.status_code, first.body, first.location, replayed=True)


def _id_of(owner: AbstractBaseUser | None) -> int | None:
    return int(owner.pk) if owner else None


def _replay(answer: Answer) -> HttpResponse:
    place = "Location" if 300 <= answer.status < 400 else "HX-Redirect"
    return HttpResponse(status=answer.status, headers={place: answer.location, REPLAYED: "true"})


def _sha256(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()

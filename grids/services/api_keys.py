"""Making and revoking keys of other systems, and the log of their use."""

import logging
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from grids.api_keys import hash_of
from grids.models import ApiKey, ApiKeyUse, User
from grids.models.api_key import KEY_BEGINS, PREFIX_LENGTH
from grids.permissions import can_change_api_keys

logger = logging.getLogger(__name__)

_A_MINUTE = timedelta(minutes=1)


@transaction.atomic
def make_api_key(
    *,
    actor: User | None,
    account: User,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    per_minute: int = 120,
) -> tuple[ApiKey, str]:
    """Make a key for an account of a system; returns it with its secret, which nobody can read again.

    The account has no password, no might beyond its posts, and nobody has ever logged in with it. Raises
    `NotPermitted`, and `ValidationError` for another account, no or unknown scopes and a time that is over.
    """
    if not can_change_api_keys(actor):
        raise NotPermitted()
    check_account(account)
    now = clock.now()
    if expires_at <= now:
        raise invalid("expires_at", _("This time is over."), "over")
    secret = KEY_BEGINS + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name.strip(),
        account=account,
        prefix=secret[:PREFIX_LENGTH],
        secret_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        per_minute=per_minute,
        made_at=now,
        made_by=actor,
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    return key, secret


def check_account(account: User) -> None:
    """Refuse an account that is a person's, or mightier than its posts. Raises `ValidationError`."""
    is_a_persons = account.has_usable_password() or account.last_login is not None
    if is_a_persons or not account.is_active or account.is_staff or account.is_superuser:
        raise ValidationError(
            {
                "account": _(
                    "A key needs an account of its own: active, without a password, one that nobody has logged in with, "
                    "and without access to the administration."
                )
            },
            code="not_an_account_of_a_system",
        )


@transaction.atomic
def revoke_api_key(key_id: int, *, actor: User | None) -> ApiKey:
    """Let a key open nothing any more, from its next request on; the first revocation stands.

    Raises `NotPermitted`, `NotFoundForYou`.
    """
    if not can_change_api_keys(actor):
        raise NotPermitted()
    key: ApiKey | None = ApiKey.objects.select_for_update(of=("self",), no_key=True).filter(pk=key_id).first()
    if key is None:
        raise NotFoundForYou(key_id)
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = clock.now(), actor
        key.save(update_fields=["revoked_at", "revoked_by"])
    return key


def note_use(key: ApiKey, *, method: str, path: str, status: int, address: str | None) -> None:
    """Write down one request of a key, after its answer is made; what goes wrong here is only logged."""
    now = clock.now()
    try:
        with transaction.atomic():
            ApiKeyUse.objects.create(
                key=key,
                at=now,
                method=method[:7],
                path=path.replace("\0", "")[:200],
                status=status,
                address=address,
            )
            if key.last_used_at is None or key.last_used_at < now - _A_MINUTE:
                # Of two requests at once, the later one stays.
                before = Q(last_used_at=None) | Q(last_used_at__lt=now)
                ApiKey.objects.filter(before, pk=key.pk).update(last_used_at=now)
    except (DatabaseError, ValueError):
        logger.exception("The use of API key %s could not be written down", key.pk)


def forget_uses(before: datetime) -> int:
    """Throw away the log of before a moment; returns how many rows."""
    return int(ApiKeyUse.objects.filter(at__lt=before).delete()[0])

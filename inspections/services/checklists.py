"""Checklists and their versions: written as a draft, published, at last retired."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, count

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed
from grids.models import ObjectType, User
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from inspections.permissions import can_change_checklists

# What an item says, and so what a new version takes over from the one before.
ITEM_FIELDS = (
    "key", "order", "question", "question_en", "kind", "severity", "rule", "rule_en", "guidance",
    "guidance_en", "may_settle", "photo_required", "case_class_id", "days_low", "days_general", "days_larger", "days_major",
)  # fmt: skip
_KEY_LENGTH = 40


@transaction.atomic
def save_checklist(
    checklist: Checklist, *, actor: User | None, types: Iterable[ObjectType] | None = None
) -> Checklist:
    """Add or change a checklist, not what its versions ask; `types` replace those it is for.

    Raises `ValidationError`, `NotPermitted`.
    """
    _require_permission(actor)
    checklist.full_clean()
    with _by(actor):
        checklist.save()
        if types is not None:
            checklist.types.set(types)
    return checklist


@transaction.atomic
def draft_version(checklist_id: int, *, actor: User | None) -> ChecklistVersion:
    """Begin the next version as a copy of what is asked now, or was asked last.

    Raises `StepNotAllowed` where there is a draft already, `NotPermitted`.
    """
    checklist = _lock_checklist(checklist_id, actor)
    newest = checklist.versions.order_by("-number").first()
    if newest and newest.state == VersionState.DRAFT:
        raise StepNotAllowed(checklist, message=_("Somebody has begun a draft of this checklist already."))
    with _by(actor):
        draft = ChecklistVersion.objects.create(
            checklist=checklist, number=newest.number + 1 if newest else 1
        )
    if newest:
        _put_items(draft, [_copy(item) for item in newest.items.all()])
    return draft


@transaction.atomic
def set_items(version_id: int, items: Sequence[ChecklistItem], *, actor: User | None) -> ChecklistVersion:
    """Let a draft ask these items (not yet saved) in this order, and nothing else.

    Raises `ValidationError`, `StepNotAllowed` when it is no draft any more, `NotPermitted`.
    """
    draft = _lock_draft(version_id, actor)
    draft.items.all().delete()
    for order, item in enumerate(items, start=1):
        item.order = order
    _put_items(draft, items)
    return draft


@transaction.atomic
def change_items(
    version_id: int,
    changed: Iterable[ChecklistItem],
    *,
    actor: User | None,
    removed: Iterable[ChecklistItem] = (),
) -> ChecklistVersion:
    """Add, change and remove single items of a draft.

    A new item without a key gets one, without an order it comes last. Raises `ValidationError`, `StepNotAllowed` when it is no draft any more, `NotPermitted`.
    """
    draft = _lock_draft(version_id, actor)
    draft.items.filter(pk__in=[item.pk for item in removed]).delete()
    for item in changed:
        item.version = draft
        item.key = item.key or _new_key(draft, item)
        item.order = item.order or _last_order(draft) + 1
        item.full_clean()
        item.save()
    return draft


@transaction.atomic
def publish_version(version_id: int, *, actor: User | None) -> ChecklistVersion:
    """Let a draft be asked from now on; the version before it is retired at the same moment.

    Raises `StepNotAllowed` when it is no draft any more or asks nothing, `NotPermitted`.
    """
    draft = _lock_draft(version_id, actor)
    if not draft.items.exists():
        raise StepNotAllowed(
            draft, message=_("This draft asks nothing yet: add items before you publish it.")
        )
    checklist, now = draft.checklist, clock.now()
    with _by(actor):
        _retire_published(checklist, now)
        draft.state, draft.published_at, draft.published_by = VersionState.PUBLISHED, now, actor
        draft.save(update_fields=["state", "published_at", "published_by"])
        checklist.is_active = True
        checklist.save(update_fields=["is_active"])
    return draft


@transaction.atomic
def discard_draft(version_id: int, *, actor: User | None) -> Checklist:
    """Throw a draft away; returns its checklist.

    Raises `StepNotAllowed` when it is no draft any more, `NotPermitted`.
    """
    draft = _lock_draft(version_id, actor)
    with _by(actor):
        draft.delete()
    return draft.checklist


@transaction.atomic
def retire_checklist(checklist_id: int, *, actor: User | None) -> Checklist:
    """Ask nothing of it any more; publishing a draft brings it back.

    Raises `StepNotAllowed` when nothing of it is asked, `NotPermitted`.
    """
    checklist = _lock_checklist(checklist_id, actor)
    with _by(actor):
        if not _retire_published(checklist, clock.now()):
            raise StepNotAllowed(checklist)
        checklist.is_active = False
        checklist.save(update_fields=["is_active"])
    return checklist


def _lock_checklist(checklist_id: int, actor: User | None) -> Checklist:
    """The checklist is what is locked, whatever happens to its versions."""
    rows = Checklist.objects.select_for_update(of=("self",), no_key=True)
    checklist: Checklist | None = rows.filter(pk=checklist_id).first()
    if checklist is None:
        raise NotFoundForYou(checklist_id)
    _require_permission(actor)
    return checklist


def _lock_draft(version_id: int, actor: User | None) -> ChecklistVersion:
    found = ChecklistVersion.objects.filter(pk=version_id)
    checklist_id = found.values_list("checklist_id", flat=True).first()
    if checklist_id is None:
        raise NotFoundForYou(version_id)
    checklist = _lock_checklist(checklist_id, actor)
    # Read anew: it may have been published or discarded while we waited.
    draft: ChecklistVersion | None = found.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise StepNotAllowed(version_id)
    draft.checklist = checklist
    return draft


def _require_permission(actor: User | None) -> None:
    if not can_change_checklists(actor):
        raise NotPermitted()


def _retire_published(checklist: Checklist, when: datetime) -> bool:
    """Whether there was one."""
    published = checklist.versions.filter(state=VersionState.PUBLISHED)
    return bool(published.update(state=VersionState.RETIRED, retired_at=when))


def _put_items(draft: ChecklistVersion, items: Sequence[ChecklistItem]) -> None:
    keys = set()
    for item in items:
        item.version = draft
        item.full_clean(validate_unique=False, validate_constraints=False)
        if item.key in keys:
            raise ValidationError(
                _("Two items have the key %(key)s."), params={"key": item.key}, code="key_twice"
            )
        keys.add(item.key)
    ChecklistItem.objects.bulk_create(items)


def _new_key(draft: ChecklistVersion, item: ChecklistItem) -> str:
    """From the English question where there is one; never a key that the checklist had for another question."""
    name = slugify(item.question_en)[:_KEY_LENGTH].strip("-") or "item"
    others = ChecklistItem.objects.filter(version__checklist=draft.checklist_id, key__startswith=name)
    taken = set(others.values_list("key", flat=True))
    keys = chain([name] if item.question_en else [], (f"{name}-{number}" for number in count(1)))
    return next(key for key in keys if key not in taken)


def _last_order(draft: ChecklistVersion) -> int:
    return draft.items.aggregate(last=Max("order"))["last"] or 0


def _copy(item: ChecklistItem) -> ChecklistItem:
    return ChecklistItem(**{name: getattr(item, name) for name in ITEM_FIELDS})


def _by(actor: User | None) -> "pghistory.context":
    return pghistory.context(user=actor.pk if actor else None)

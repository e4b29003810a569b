"""What strangers see of a case beyond its class, place and status: words and photos that somebody has looked over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, CasePhoto, Publication, PublicationRecord
from cases.permissions import can_publish_case
from cases.services.steps import lock_case
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from gridgov.evidence import copies_of
from gridgov.models import Photo
from gridgov.redaction import Box, replaced_copies
from grids.models import User

MOST_BOXES = 40
# A marked copy was made smaller than its photo, so that its sides may be rounded.
_SAME_SHAPE = 0.02


@dataclass(frozen=True)
class Redacted:
    """What came of blackening parts of a photo; `other_shapes` are copies of it that the boxes don't fit."""

    photos: list[Photo]
    other_shapes: list[Photo]


@transaction.atomic
def publish_case(
    case_id: int, *, actor: User, text: str, photo_ids: Collection[UUID], is_withheld: bool
) -> Publication:
    """Decide what strangers see of a case; its timeline stays as it is, the decision has a record of its own.

    `photo_ids` are those of the case's photos that strangers see from now on, and no others. Raises `NotFoundForYou`
    for whoever does not see the case, `NotPermitted`, and ValidationError for a photo that is not the case's.
    """
    case = _locked(case_id, actor)
    hung = list(CasePhoto.objects.filter(case=case).order_by("pk"))
    shown = set(photo_ids)
    if shown - {each.photo_id for each in hung}:
        raise invalid("photo_ids", _("One of these photos is not the case's."), "not_of_this_case")
    for each in hung:
        if each.is_public != (each.photo_id in shown):
            each.is_public = not each.is_public
            each.save(update_fields=["is_public"])
    decided: dict[str, Any] = {"text": text.strip(), "is_withheld": is_withheld}
    publication, _made = Publication.objects.update_or_create(
        case=case, defaults={**decided, "decided_by": actor, "decided_at": clock.now()}
    )
    _record(case, actor, **decided, photo_ids=sorted(shown))
    return publication


@transaction.atomic
def redact_photo(photo_id: UUID, *, actor: User, boxes: Sequence[Box]) -> Redacted:
    """Blacken parts of a case's photo for good, whoever looks at it: what is shown is made anew from the original.

    A box is left, top, right and bottom in shares of the upright picture. What was blackened before stays so, and the
    original is shown to nobody from then on. Marked copies and the same file sent again get the same boxes; those of
    another shape, which they don't fit, are taken from strangers' sight instead. Raises `NotFoundForYou`,
    `NotPermitted`, ValidationError for boxes that are none.
    """
    hung = CasePhoto.objects.filter(photo=photo_id).first()
    if hung is None:
        raise NotFoundForYou(photo_id)
    case = _locked(hung.case_id, actor)
    fresh = _judged(boxes)
    family = _same_picture(photo_id, case)
    photo = next(each for each in family if each.pk == photo_id)
    alike = [each for each in family if _has_shape_of(photo, each)]
    others = [each for each in family if each not in alike]
    now = clock.now()
    with replaced_copies([(each, *_blackened(each, fresh)) for each in alike]):
        for each in alike:
            each.redacted_at, each.redacted_by = now, actor
            each.save(update_fields=["display", "thumb", "redacted_at", "redacted_by"])
            _record(case, actor, redacted=each, boxes=fresh)
        CasePhoto.objects.filter(photo__in=others).update(is_public=False)
    return Redacted(alike, others)


def _locked(case_id: int, actor: User) -> Case:
    case = lock_case(case_id, actor=actor)
    if not can_publish_case(actor, case):
        raise NotPermitted()
    return case


def _judged(boxes: Sequence[Box]) -> list[list[float]]:
    """The boxes as they are kept; raises ValidationError for none, too many, or one outside of the picture."""
    if not 0 < len(boxes) <= MOST_BOXES:
        raise invalid("boxes", _("Draw at least one box, and no more than 40."), "no_boxes")
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise invalid("boxes", _("A box lies inside the picture and has a width and a height."), "no_box")
    return [[round(side, 5) for side in box] for box in boxes]


def _same_picture(photo_id: UUID, case: Case) -> list[Photo]:
    """The photo, what it is a marked copy of, the other copies of that, and the same file sent again; locked."""
    photo = Photo.objects.get(pk=photo_id)
    root = photo.copy_of_id or photo.pk
    again = Q(case_photo__case=case, sha256=photo.sha256)
    ids = set(Photo.objects.filter(again).values_list("pk", flat=True)) | {root, photo.pk}
    ids |= set(Photo.objects.filter(copy_of__in=ids).values_list("pk", flat=True))
    return list(Photo.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk"))


def _has_shape_of(photo: Photo, other: Photo) -> bool:
    one, two = photo.width / photo.height, other.width / other.height
    return abs(one - two) <= _SAME_SHAPE * one


def _blackened(photo: Photo, fresh: list[list[float]]) -> tuple[bytes, bytes]:
    """Display and thumbnail, made from the original with all that was ever blackened on it."""
    before = PublicationRecord.objects.filter(redacted=photo).values_list("boxes", flat=True)
    boxes: list[Any] = [box for boxes in before for box in boxes] + fresh
    with photo.original.open("rb") as file:
        return copies_of(file.read(), boxes)


def _record(case: Case, actor: User, **decided: Any) -> None:
    PublicationRecord.objects.create(case=case, actor=actor, at=clock.now(), **decided)

"""The diary of people's matters (民情日记): written by who walks, rated by who leads there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import AlreadyTaken, KeyReused, NotFoundForYou, NotPermitted, invalid
from gridgov.models import Photo
from gridgov.photos_ahead import claim_photos
from grids.models import Area, User
from inspections.models import DiaryEntry, DiaryRating
from inspections.permissions import can_rate_entry, walking_post
from inspections.times import time_of_deed

LONGEST = 4000


def write_entry(
    *,
    actor: User,
    client_uuid: UUID,
    text: str,
    photos: Collection[Photo] = (),
    photo_uuids: Sequence[UUID] = (),
    at: datetime | None = None,
) -> DiaryEntry:
    """Write a page of one's diary, with photos that come along or that were sent ahead; sent again it is the same page.

    `at` is when it was written, where that was without signal: not after now, nor longer ago than `LATEST`.

    Raises `NotPermitted` for who did not walk then, `KeyReused` when the name came with another text,
    `PhotosMissing`, `PhotosUsed`, ValidationError without a text.
    """
    written_at = time_of_deed(at or clock.now())
    post = walking_post(actor.as_on(timezone.localdate(written_at)))
    if post is None:
        raise NotPermitted("write_entry")
    text = text.strip()
    if not text:
        raise invalid("text", _("Write down what you heard or saw."), "text_missing")
    if there := _same(actor, client_uuid, text):
        return there
    try:
        with transaction.atomic():
            entry: DiaryEntry = DiaryEntry.objects.create(
                client_uuid=client_uuid,
                author=actor,
                area=post.area,
                district=Area.objects.get(code=post.area.district_code),
                written_at=written_at,
                text=text[:LONGEST],
            )
            Photo.objects.bulk_create([photo for photo in photos if photo._state.adding])
            entry.photos.set([*photos, *claim_photos(photo_uuids, actor=actor)])
            return entry
    except IntegrityError:  # the same one on two ways at once
        there = _same(actor, client_uuid, text)
        if there is None:
            raise
        return there


@transaction.atomic
def rate_entry(entry_id: int, *, actor: User, rating: int, remark: str = "") -> DiaryEntry:
    """Rate a page from 1 to 5, with a remark; whoever rated it may think again, nobody else after them.

    Raises `NotFoundForYou`, `NotPermitted`, `AlreadyTaken` when somebody else has rated it, ValidationError.
    """
    entry: DiaryEntry | None = (
        DiaryEntry.objects.visible_to(actor)
        .select_for_update(of=("self",), no_key=True)
        .select_related("area")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None:
        raise NotFoundForYou(entry_id)
    if not can_rate_entry(actor, entry):
        raise NotPermitted("rate_entry")
    if entry.rated_by and entry.rated_by != actor:
        raise AlreadyTaken(
            entry.pk, message=_("%(who)s has rated this already.") % {"who": str(entry.rated_by)}
        )
    if not 1 <= rating <= 5:
        raise invalid("rating", _("Choose between 1 and 5."), "rating_out_of_range")
    now = clock.now()
    if entry.rating != rating:
        entry.ratings.filter(superseded_at=None).update(superseded_at=now)
        DiaryRating.objects.create(entry=entry, rating=rating, by=actor, at=now)
    entry.rating, entry.remark, entry.rated_by, entry.rated_at = rating, remark.strip(), actor, now
    entry.save(update_fields=["rating", "remark", "rated_by", "rated_at"])
    return entry


def _same(actor: User, client_uuid: UUID, text: str) -> DiaryEntry | None:
    there: DiaryEntry | None = DiaryEntry.objects.filter(author=actor, client_uuid=client_uuid).first()
    if there and there.text != text[:LONGEST]:
        raise KeyReused(client_uuid)
    return there

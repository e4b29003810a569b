"""What a supervisor notes about a sign of gaming; no score is touched by it."""

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Judged, SuspicionNote
from assessment.permissions import areas_watched_by, can_judge_suspicion
from assessment.suspicion import PERSON, SIGNS, UNIT, Asked, Whose, finding_of
from gridgov import clock
from gridgov.errors import NotFoundForYou, invalid
from grids.models import User

LONGEST = 1000


@transaction.atomic
def leave_note(
    *, actor: User, sign: str, asked: Asked, whose: Whose, judged: str, note: str
) -> SuspicionNote:
    """Note what came of a sign: nothing in it, or looked into; an earlier note stays beside it.

    Raises `NotFoundForYou` for who does not supervise the area, is the one it is about or of that unit, and where there
    is no such sign; ValidationError without words.
    """
    person, unit = (whose.pk if whose.kind == kind else None for kind in (PERSON, UNIT))
    if asked.area not in areas_watched_by(actor) or not can_judge_suspicion(actor, person=person, unit=unit):
        raise NotFoundForYou("suspicion")
    if sign not in SIGNS or finding_of(SIGNS[sign], asked, whose) is None:
        raise NotFoundForYou("suspicion")
    note = note.strip()
    if not note:
        raise invalid("note", _("Say in a sentence what you found."), "note_missing")
    if len(note) > LONGEST:
        raise invalid("note", _("At most %(n)d characters.") % {"n": LONGEST}, "too_long")
    if judged not in Judged.values:
        raise invalid("judged", _("Choose one of the two."), "judged_missing")
    made: SuspicionNote = SuspicionNote.objects.create(
        sign=sign,
        month=asked.first_day,
        user_id=person,
        organisation_id=unit,
        judged=judged,
        note=note,
        by=actor,
        at=clock.now(),
    )
    return made

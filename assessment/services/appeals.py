"""Appeals: filed by who was scored, reviewed by two people; the fact stays, the count leaves it out."""

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.appeal_notices import tell_of_appeal
from assessment.appeals import is_asked, is_exempt, rows_in_question
from assessment.kinds import COLUMN
from assessment.models import Appeal, AppealState, Exemption, Period, PeriodState, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_appeal, can_decide_appeal, can_review_first, can_see_appeal
from assessment.services.corrections import correct_score
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted, invalid
from grids.models import User

LONGEST = 1000


class AppealsClosed(DomainError):
    """The period takes no more appeals."""

    code = "appeals_closed"
    message = gettext_lazy("This period is closed: no more appeals are taken.")
    advice = gettext_lazy("Nothing was kept. Ask who runs the assessment if the score is wrong.")


class NotCounted(DomainError):
    """The case does not count where the appeal says it does."""

    code = "case_not_counted"
    message = gettext_lazy("This case does not count there.")
    advice = gettext_lazy("Open the item of the score and choose one of the cases that it counts.")


class AlreadyAppealed(DomainError):
    """Somebody has appealed against this case in this score."""

    code = "already_appealed"
    message = gettext_lazy("There is an appeal about this case already.")
    advice = gettext_lazy("A case is appealed against once. Look among the appeals how it stands.")


class AlreadyReviewed(DomainError):
    """The appeal does not wait for this review any more."""

    code = "already_reviewed"
    message = gettext_lazy("Somebody has given this review already.")
    advice = gettext_lazy("Nothing was changed. Reload the page and see how the appeal stands.")


@transaction.atomic
def file_appeal(score_id: int, *, actor: User, indicator: str, case_id: int, reason: str) -> Appeal:
    """Say that a case should not count in an indicator of a published score.

    Raises ValidationError without a reason, `AppealsClosed`, `NotCounted`, `AlreadyAppealed`; `NotFoundForYou` to all
    but those who were scored, and before the score is published.
    """
    score = _score_of(actor, score_id)
    # Closing waits for it, and it for the closing.
    period = Period.objects.select_for_update(of=("self",), no_key=True).get(pk=score.period_id)
    if not period.is_shown:
        raise NotFoundForYou("score")
    if period.state != PeriodState.PUBLISHED:
        raise AppealsClosed()
    reason = _words(reason, "reason", is_needed=True)
    if Appeal.objects.filter(score=score, case_id=case_id).exists():
        raise AlreadyAppealed()
    if not is_asked(score, indicator) or not rows_in_question(score, indicator, case_id):
        raise NotCounted()
    if is_exempt(score, indicator, case_id):
        raise NotCounted()
    appeal: Appeal = Appeal.objects.create(
        score=score,
        case_id=case_id,
        indicator=indicator,
        reason=reason,
        filed_by=actor,
        filed_at=clock.now(),
    )
    tell_of_appeal(appeal, actor=actor)
    return appeal


@transaction.atomic
def review_appeal(appeal_id: int, *, actor: User, grants: bool, note: str = "") -> Appeal:
    """The first review: recommend to grant or to refuse, the latter with a reason.

    Raises `NotFoundForYou`, `NotPermitted`, `AlreadyReviewed`, ValidationError.
    """
    appeal = _lock(appeal_id, actor)
    if not can_review_first(actor, appeal):
        raise NotPermitted()
    if appeal.state != AppealState.FILED:
        raise AlreadyReviewed()
    appeal.first_note = _words(note, "note", is_needed=not grants)
    appeal.state, appeal.first_grants = AppealState.REVIEWED, grants
    appeal.first_by, appeal.first_at = actor, clock.now()
    appeal.save(update_fields=["state", "first_grants", "first_note", "first_by", "first_at"])
    tell_of_appeal(appeal, actor=actor)
    return appeal


@transaction.atomic
def decide_appeal(appeal_id: int, *, actor: User, grants: bool, note: str = "") -> Appeal:
    """The second review: granted, the case is exempted and its scores corrected at once; refused, with a reason.

    Raises `NotFoundForYou`, `NotPermitted` (also to who gave the first review), `AlreadyReviewed`, ValidationError.
    """
    appeal = _lock(appeal_id, actor)
    if not can_decide_appeal(actor, appeal):
        raise NotPermitted()
    if appeal.state != AppealState.REVIEWED:
        raise AlreadyReviewed()
    appeal.second_note = _words(note, "note", is_needed=not grants)
    appeal.state = AppealState.GRANTED if grants else AppealState.REFUSED
    appeal.second_by, appeal.second_at = actor, clock.now()
    appeal.save(update_fields=["state", "second_note", "second_by", "second_at"])
    if grants:
        column = COLUMN[appeal.score.period.scheme.kind]
        Exemption.objects.create(
            case=appeal.case,
            appeal=appeal,
            indicator=appeal.indicator,
            at=appeal.second_at,
            **{column: getattr(appeal.score, column)},
        )
        _correct_scores(appeal, actor=actor)
    tell_of_appeal(appeal, actor=actor)
    return appeal


def _correct_scores(appeal: Appeal, *, actor: User) -> None:
    """Correct every published score in which the case counted there: a week's and its month's, each scheme's."""
    column = COLUMN[appeal.score.period.scheme.kind]
    scores = Score.objects.filter(
        **{column: getattr(appeal.score, column)},
        period__state__in=SHOWN,
        period__last_day__gte=localdate(appeal.case.reported_at),
    ).select_related("period__scheme", "period__version")
    for score in scores.order_by("pk"):
        if score.pk == appeal.score_id or (
            is_asked(score, appeal.indicator) and rows_in_question(score, appeal.indicator, appeal.case_id)
        ):
            reason = appeal.second_note or appeal.reason
            correct_score(score.pk, actor=actor, reason=reason, appeal=appeal)


def _score_of(actor: User, score_id: int) -> Score:
    score: Score | None = (
        Score.objects.select_related("period__scheme", "period__version", "user", "organisation", "area")
        .filter(pk=score_id)
        .first()
    )
    if score is None or not can_appeal(actor, score):
        raise NotFoundForYou("score")
    return score


def _lock(appeal_id: int, actor: User) -> Appeal:
    appeal: Appeal | None = (
        Appeal.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "score__period__scheme", "score__user", "score__organisation", "score__area", "case", "filed_by", "first_by"
        )
        .filter(pk=appeal_id)
        .first()
    )  # fmt: skip
    if appeal is None or not can_see_appeal(actor, appeal):
        raise NotFoundForYou("appeal")
    return appeal


def _words(text: str, field: str, *, is_needed: bool) -> str:
    text = text.strip()
    if is_needed and not text:
        raise invalid(field, _("Give the reason: it is shown to those it concerns."), "reason_missing")
    if len(text) > LONGEST:
        raise invalid(field, _("At most %(n)d characters.") % {"n": LONGEST}, "too_long")
    return text

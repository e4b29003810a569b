"""What visits find, and what becomes of it: a case in which it is pursued, a later visit that sees it in order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, Channel
from cases.permissions import can_see_case, can_take_step
from cases.services import comment_case, report_case
from cases.workflow import OPEN, Action, Status
from gridgov import clock
from gridgov.models import Photo
from inspections.models import Answer, Finding, FindingState

_DROPPED = (Status.REFUSED, Status.VOID)
BATCH = 500


def open_matters(answers: Collection[Answer]) -> dict[tuple[int, str], list[Finding]]:
    """By list and key of these items: findings at the object that no visit has seen in order since, newest first.

    Their open cases are locked.
    """
    matters: dict[tuple[int, str], list[Finding]] = {
        (answer.checklist_id, answer.item_key): [] for answer in answers
    }
    visit = next(iter(answers)).visit
    findings = Finding.objects.open().filter(object_id=visit.object_id)
    # All at once in their order, before the counter of new ones, whatever order the answers come in: two visits that
    # write into the same cases never wait for each other.
    cases = Case.objects.filter(pk__in=findings.order_by().values("case"), status__in=OPEN)
    list(cases.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for finding in findings.select_related("answer", "case").order_by("-id"):
        key = (finding.answer.checklist_id, finding.answer.item_key)
        if key in matters:
            matters[key].append(finding)
    return matters


def confirm(answer: Answer, same: Sequence[Finding]) -> None:
    """What was found before is in order now: an ended finding is confirmed, an open case is told.

    A visit that comes in late says nothing of what was found, or put right, after it.
    """
    visit = answer.visit
    # Judged by the rows as they are now: a case that is open again has taken its findings up meanwhile.
    ended = Finding.objects.open().filter(pk__in=[each.pk for each in same], ended_at__lte=visit.finished_at)
    ended.update(confirmed_by=visit)
    earlier = [each for each in same if each.found_at <= visit.finished_at]
    _tell_case(answer, earlier, _("A visit found it in order: %(item)s") % {"item": answer.item})


def find(answer: Answer, same: Sequence[Finding], photos: Sequence[Photo], *, settled: bool) -> None:
    """Keep what is abnormal: settled on the spot, or in the case in which the same was found before, or a new one.

    `photos` show the result of what was settled, else what is wrong.
    """
    visit, about = answer.visit, {"item": answer.item, "note": answer.note}
    finding = Finding(
        answer=answer,
        object_id=visit.object_id,
        area_id=visit.area_id,
        district_id=visit.district_id,
        found_at=visit.finished_at,
    )
    if settled:
        finding.state, finding.ended_at = FindingState.SETTLED, visit.finished_at
        # Whoever is on the way there learns that it is done.
        _tell_case(answer, same, _("Settled on the spot at a visit: %(item)s %(note)s") % about, photos)
    else:
        case = _tell_case(answer, same, _("Found again at a visit: %(item)s %(note)s") % about, photos)
        finding.state, finding.case = FindingState.IN_CASE, case or raise_case(answer, photos)
    finding.save(force_insert=True)


def raise_case(answer: Answer, photos: Sequence[Photo]) -> Case:
    """Nothing is typed twice: place, object, class, words and photos come from the visit."""
    visit, item = answer.visit, answer.item
    words = f"{visit.object.public_name}：{item.question}" + (f"。{answer.note}" if answer.note else "")
    return report_case(
        actor=visit.inspector,
        point=visit.object.point or visit.point or visit.device_point,
        device_point=visit.device_point,
        accuracy_m=visit.accuracy_m,
        address=visit.object.public_address,
        object=visit.object,
        case_class=item.case_class if item.case_class and item.case_class.is_active else None,
        description=words,
        channel=Channel.INSPECTOR,
        photos=photos,
        district=visit.district,
    )


def _tell_case(
    answer: Answer, findings: Sequence[Finding], words: str, photos: Sequence[Photo] = ()
) -> Case | None:
    """Write into the newest open case of the findings that the inspector may write into; None where there is none."""
    actor = answer.visit.inspector
    for finding in findings:
        case = finding.case
        if (
            case
            and case.status in OPEN
            and can_see_case(actor, case)
            and can_take_step(actor, case, Action.COMMENT)
        ):
            return comment_case(case.pk, actor=actor, text=words.strip(), photos=photos)
    return None


@transaction.atomic
def follow_cases() -> int:
    """Carry over what became of the cases of findings; returns how many findings changed.

    A closed case has solved its finding, a refused or void one drops it, a merged one hands it on to the case it
    was merged into, a reopened one takes it up again. Safe to run twice and in two places at once.
    """
    return (
        _hand_on()
        + _end(FindingState.SOLVED, (Status.CLOSED,))
        + _end(FindingState.DROPPED, _DROPPED)
        + _take_up()
    )


def _hand_on() -> int:
    merged = _locked(state=FindingState.IN_CASE, case__status=Status.MERGED)
    into: dict[int | None, int] = dict(
        Case.objects.filter(findings__in=merged).values_list("pk", "merged_into_id")
    )
    for finding in merged:
        finding.case_id = into[finding.case_id]
    return Finding.objects.bulk_update(merged, ["case"])


def _end(state: FindingState, statuses: tuple[Status, ...]) -> int:
    ended = _locked(state=FindingState.IN_CASE, case__status__in=statuses)
    now = clock.now()
    closed: dict[int | None, datetime | None] = dict(
        Case.objects.filter(findings__in=ended).values_list("pk", "closed_at")
    )
    for finding in ended:
        finding.state, finding.ended_at = state, closed[finding.case_id] or now
    return Finding.objects.bulk_update(ended, ["state", "ended_at"])


def _take_up() -> int:
    """A case that was closed or refused too early is open again, and so is what was found."""
    again = _locked(~Q(state=FindingState.IN_CASE), confirmed_by=None, case__status__in=OPEN)
    for finding in again:
        finding.state, finding.ended_at = FindingState.IN_CASE, None
    return Finding.objects.bulk_update(again, ["state", "ended_at"])


def _locked(*where: Q, **fields: object) -> list[Finding]:
    return list(
        Finding.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(*where, **fields)
        .order_by("pk")[:BATCH]
    )

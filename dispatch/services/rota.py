"""Filling the duty rota: putting people on and taking them off, and last week once more."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from dispatch.models import Shift
from dispatch.permissions import SEAT_ROLES, can_fill_rota
from dispatch.rota import WEEK, Template, shifts_of_week
from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed
from gridgov.live import organisation_topic, person_topic, tell_live
from grids.leave import away_between
from grids.models import Area, Organisation, Post, Role, User


@transaction.atomic
def put_on(
    *,
    actor: User,
    user: User,
    organisation: Organisation,
    template: Template,
    day: date,
    area: Area | None = None,
) -> Shift:
    """Put somebody on a shift of a day: at a seat, or, with an area, out there.

    Raises `NotPermitted`; ValidationError for a shift that is over, somebody without such a post there, who is away,
    or who has another shift in that time.
    """
    if not can_fill_rota(actor, organisation):
        raise NotPermitted("put_on")
    _lock([user.pk])
    starts_at, ends_at = template.span(day)
    shift = Shift(user=user, organisation=organisation, area=area, starts_at=starts_at, ends_at=ends_at)
    return _put_on(shift)


@transaction.atomic
def take_off(shift_id: int, *, actor: User) -> None:
    """Take somebody off a shift; raises `NotPermitted`, `StepNotAllowed` for one that is over, handed over or gone."""
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .filter(pk=shift_id)
        .select_related("organisation")
        .first()
    )
    if shift is None:
        raise StepNotAllowed(shift_id, message=_("This shift is gone already."))
    if not can_fill_rota(actor, shift.organisation):
        raise NotPermitted("take_off")
    if shift.handed_over_at or shift.ends_at <= clock.now():
        raise StepNotAllowed(shift_id, message=_("What is over or handed over stays as it was."))
    shift.delete()
    _tell(shift)


@transaction.atomic
def copy_week(*, actor: User, organisation: Organisation, monday: date) -> tuple[int, list[str]]:
    """Put everybody on as in the week before; returns how many came along, and in words those who could not.

    Whoever is on already is passed over, so that a second press changes nothing. Raises `NotPermitted`.
    """
    if not can_fill_rota(actor, organisation):
        raise NotPermitted("copy_week")
    week = timedelta(days=WEEK)
    before = list(shifts_of_week(organisation, monday - week))
    _lock([last.user_id for last in before])
    there = {(one.user_id, one.starts_at) for one in shifts_of_week(organisation, monday)}
    copied, left_out = 0, []
    for last in before:
        if (last.user_id, last.starts_at + week) in there:
            continue
        shift = Shift(
            user=last.user,
            organisation=organisation,
            area=last.area,
            starts_at=last.starts_at + week,
            ends_at=last.ends_at + week,
        )
        try:
            _put_on(shift)
            copied += 1
        except ValidationError as error:
            when = localtime(shift.starts_at)
            left_out.append(f"{when:%m-%d %H:%M} {shift.user}: {' '.join(error.messages)}")
    return copied, left_out


def _lock(user_ids: list[int]) -> None:
    """Shifts and leaves of the same person are set one after the other: each sees what the one before it set."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk").values_list("pk"))


def _put_on(shift: Shift) -> Shift:
    user, day = shift.user, localdate(shift.starts_at)
    until = localdate(shift.ends_at - timedelta(microseconds=1))
    if shift.ends_at <= clock.now():
        raise ValidationError(_("This shift is over already."), code="over")
    roles = SEAT_ROLES if shift.area is None else (Role.INSPECTOR,)
    posts = Post.objects.current(day).filter(user=user, organisation=shift.organisation_id, role__in=roles)
    if not posts.exists():
        raise ValidationError(_("%(who)s holds no such post there then.") % {"who": user}, code="no_post")
    if shift.area and not shift.area.path.startswith(shift.organisation.area.path):
        raise ValidationError(_("%(area)s lies elsewhere.") % {"area": shift.area}, code="elsewhere")
    if away := away_between([user.pk], day, until).get(user.pk):
        raise ValidationError(
            _("%(who)s is away then; %(deputy)s stands in.") % {"who": user, "deputy": away[0].user},
            code="away",
        )
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_double(shift), code="double") from error
    _tell(shift)
    return shift


def _double(shift: Shift) -> str:
    other = (
        Shift.objects.filter(user=shift.user_id, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
        .select_related("organisation", "area")
        .first()
    )
    if other is None:  # taken off meanwhile
        return _("%(who)s had another shift in that time until just now: try again.") % {"who": shift.user}
    return _("%(who)s has another shift then: %(from)s–%(to)s, %(where)s.") % {
        "who": shift.user,
        "from": f"{localtime(other.starts_at):%m-%d %H:%M}",
        "to": f"{localtime(other.ends_at):%H:%M}",
        "where": other.area or other.organisation,
    }


def _tell(shift: Shift) -> None:
    tell_live("rota", "", [organisation_topic(shift.organisation_id), person_topic(shift.user_id)])

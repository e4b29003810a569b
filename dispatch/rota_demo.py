"""The demo city's duty rota: this week and the last one at three centres, a shift handed over, and a colleague away."""

from datetime import timedelta

from django.db import transaction

from dispatch.models import Shift
from dispatch.rota import Template, area_of, area_templates, monday_of, people_at, seat_templates
from dispatch.services.handover import hand_over, take_over
from gridgov import clock
from grids.demo.people import STORY_COMMUNITY, STORY_STREET
from grids.demo.places import DISTRICT
from grids.leave import leaves
from grids.models import Organisation, Role, User
from inspections.services.leave import set_leave

DAYS = 14
NOTE = "石肯桥底积水一件已催排水所，天亮前再看一次；热线有两件重复来电，已并案。"


@transaction.atomic
def load_rota() -> int:
    """Fill the rota of the story's centres; returns how many shifts were new. What is there already stays."""
    new = 0
    for code in (STORY_COMMUNITY, STORY_STREET, DISTRICT):
        centre = Organisation.objects.select_related("area").filter(code=f"{code}-command").first()
        if centre is None or Shift.objects.filter(organisation=centre).exists():
            continue
        shifts = [*_seats(centre), *_walks(centre)]
        free = [shift for shift in shifts if not _is_taken(shift)]
        new += len(Shift.objects.bulk_create(free))
        _hand_over_last(centre)
    _somebody_away()
    return new


def _seats(centre: Organisation) -> list[Shift]:
    """Operators and dispatchers take turns early and late; at night one sits at the district's alone."""
    people = [post.user for post in people_at(centre, Role.OPERATOR, Role.DISPATCHER)]
    templates = seat_templates() if centre.area.code == DISTRICT else seat_templates()[:2]
    shifts = []
    for day in range(DAYS):
        for turn, template in enumerate(templates):
            if people and not (day == DAYS - 1 and turn):  # Sunday's late one is still a gap
                shifts.append(_shift(centre, people[(day + turn) % len(people)], template, day))
    return shifts


def _walks(centre: Organisation) -> list[Shift]:
    """Each inspector on five days of seven, in turn."""
    shifts = []
    template = area_templates()[0]
    for number, post in enumerate(people_at(centre, Role.INSPECTOR)):
        area = area_of(post.user, centre)
        for day in range(DAYS):
            if (day + number * 2) % 7 < 5:
                shift = _shift(centre, post.user, template, day)
                shift.area = area
                shifts.append(shift)
    return shifts


def _shift(centre: Organisation, user: User, template: Template, day: int) -> Shift:
    date = monday_of(clock.today()) + timedelta(days=day - 7)
    starts_at, ends_at = template.span(date)
    return Shift(user=user, organisation=centre, starts_at=starts_at, ends_at=ends_at)


def _is_taken(shift: Shift) -> bool:
    """Whoever sits at several centres sits at one at a time."""
    return Shift.objects.filter(
        user=shift.user, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at
    ).exists()


def _hand_over_last(centre: Organisation) -> None:
    """Of the shifts that are over, each handed over when it ended, the last one with a note."""
    over = list(
        Shift.objects.filter(organisation=centre, area=None, ends_at__lte=clock.now())
        .select_related("user")
        .order_by("ends_at", "id")
    )
    for shift, after in zip(over, [*over[1:], None], strict=True):
        to = after.user if after and after.user_id != shift.user_id else None
        with clock.at(shift.ends_at):
            hand_over(shift.pk, actor=shift.user, note="" if after else NOTE, to=to)
            if to:
                take_over(shift.pk, actor=to)


def _somebody_away() -> None:
    """The story's second inspector is away for four days; the one who logs in stands in."""
    away = User.objects.filter(username=f"{STORY_COMMUNITY}-command-inspector-02").first()
    deputy = User.objects.filter(username="inspector").first()
    if away and deputy and not leaves(people=[away]):
        today, station = clock.today(), Organisation.objects.get(code=f"{STORY_COMMUNITY}-command")
        seat = (Role.INSPECTOR.value, station.pk)
        set_leave(away, actor=away, first=today, last=today + timedelta(days=3), deputies={seat: deputy})

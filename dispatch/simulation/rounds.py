"""Going out in the community of those who can log in: shifts, patrols, visits, diaries, and what stands there at the end."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from cases.models import Case
from dispatch.simulation import words
from dispatch.simulation.camera import take_picture
from dispatch.simulation.city import City
from dispatch.simulation.habits import Story, life_of
from dispatch.simulation.ways import way_through
from gridgov import clock
from gridgov.photos_ahead import receive_photo
from grids.demo.people import STORY_COMMUNITY
from grids.models import Area, GridObject, ObjectKind, Post, Role, User
from inspections.checklists import due_items
from inspections.models import ChecklistItem, Result, Task
from inspections.services.diary import rate_entry, write_entry
from inspections.services.duty import add_track, cover_grids, go_off_duty, go_on_duty
from inspections.services.plans import end_missed_patrols, make_planned_tasks
from inspections.services.tasks import make_task
from inspections.services.visits import Given, record_visit
from inspections.task_cards import objects_to_visit
from inspections.tasks import KEPT

DAYS = 4  # further back nobody went out
PLANNED_AT = time(6, 0)
SHIFTS = ((time(8, 35), time(11, 55)), (time(14, 5), time(17, 25)))
# Who is out at the end went on duty so long before.
ON_DUTY_SINCE = timedelta(minutes=70)
# So many grids are left out in the last whole shift: their patrols are overdue.
LEFT_OUT = 1
AT_AN_OBJECT = timedelta(minutes=6)


def going_out(city: City, start: datetime, end: datetime) -> Iterator[Story]:
    """What is done outside between two moments, as far as it begins after the first."""
    start = max(start, end - timedelta(days=DAYS))
    rounds = _rounds_of(city)
    yield _plans(start)
    shifts = [shift for shift in _shifts(start) if shift[1] < end - ON_DUTY_SINCE]
    for person, grids in rounds.items():
        for shift in shifts:
            walked = grids[: len(grids) - LEFT_OUT] if shift == shifts[-1] else grids
            yield _shift(city, person, walked, *shift)
    if not rounds:
        return
    inspector, colleague = next(iter(rounds)), list(rounds)[-1]
    out_now = partial(_shift, city, colleague, rounds[colleague], ends=end + ON_DUTY_SINCE)
    scenes: list[tuple[timedelta, Callable[[datetime], Story]]] = [
        (ON_DUTY_SINCE, out_now),
        (timedelta(days=3, hours=2), partial(_put_right, city, inspector, rounds[inspector])),
        (timedelta(days=1, hours=20), partial(_reported, city, inspector, rounds[inspector])),
        (timedelta(hours=26), partial(_ordered, city, inspector, rounds[inspector][0], end)),
        *((timedelta(hours=page.hours_ago), partial(_written, city, page, rounds)) for page in words.DIARY),
    ]
    yield from (scene(end - before) for before, scene in scenes if end - before > start)


def keep_all_tasks() -> None:
    """What a running system does with tasks every minute."""
    for keep in KEPT:
        keep()


def _rounds_of(city: City) -> dict[User, list[Area]]:
    """Each inspector of the story with the grids that they answer for."""
    posts = Post.objects.current().filter(
        role=Role.INSPECTOR, is_responsible=True, area__in=city.grids.get(STORY_COMMUNITY, [])
    )
    rounds: dict[User, list[Area]] = defaultdict(list)
    for post in posts.select_related("user", "area").order_by("area__code"):
        rounds[post.user].append(post.area)
    return dict(rounds)


def _shifts(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Morning and afternoon of each day from a moment on."""
    for days in range(DAYS + 1):
        day = timezone.localdate(start) + timedelta(days=days)
        for shift in SHIFTS:
            begins, ends = (timezone.make_aware(datetime.combine(day, at)).astimezone(UTC) for at in shift)
            if begins > start:
                yield begins, ends


def _plans(start: datetime) -> Story:
    """Every morning yesterday's patrols end, today's are made, and what was walked is counted."""
    day = timezone.localdate(start)
    while True:
        moment = timezone.make_aware(datetime.combine(day, PLANNED_AT)).astimezone(UTC)
        if moment > start:
            yield moment
            end_missed_patrols()
            make_planned_tasks()
            cover_grids(day - timedelta(days=1))
        day += timedelta(days=1)


def _shift(city: City, person: User, grids: list[Area], begins: datetime, ends: datetime) -> Story:
    """Once through the grids, as far as there is time, with a patrol and a visit in each."""
    yield begins
    go_on_duty(actor=person)
    now = begins
    for grid in grids:
        way = way_through(city.outline_of(grid), now)
        now = datetime.fromtimestamp(way[-1].seconds, UTC)
        if now + 2 * AT_AN_OBJECT > ends:
            break
        yield now
        add_track(actor=person, client_uuid=_name(city), points=way)
        for task in _tasks_in(grid, person):
            if object := _to_visit(task):
                now += AT_AN_OBJECT
                yield now
                _visit(city, person, object, task=task)
    yield ends
    go_off_duty(actor=person)


def _tasks_in(grid: Area, person: User) -> list[Task]:
    """The person's patrols of the streets, those that end first, and their campaign."""
    tasks = Task.objects.pending().filter(area=grid, assignee=person, starts_at__lte=clock.now())
    return [
        *tasks.filter(object__type__code="street").select_related("object__area").order_by("due_at", "pk"),
        *tasks.filter(campaign__isnull=False).select_related("area", "campaign").order_by("pk")[:1],
    ]


def _to_visit(task: Task) -> GridObject | None:
    """The task's object, or the first of its campaign's that nobody has visited."""
    if task.campaign is None:
        return task.object
    return next(iter(objects_to_visit(task, 1)), None)


def _visit(
    city: City, person: User, object: GridObject, *, task: Task | None = None, wrong: Given | None = None
) -> None:
    """Everything normal but what is `wrong`."""
    asked = [item.item.pk for each in due_items(object) for of in each.checklists for item in of.items]
    answers = [Given(item, Result.NORMAL) for item in asked if wrong is None or item != wrong.item]
    if answers or wrong:
        record_visit(
            actor=person,
            client_uuid=_name(city),
            object=object,
            answers=[*answers, *([wrong] if wrong else [])],
            started_at=clock.now() - AT_AN_OBJECT,
            finished_at=clock.now(),
            task_id=task.pk if task else None,
            point=object.point,
            device_point=object.point,
            accuracy_m=9,
        )


# What stands there at the end


def _put_right(city: City, person: User, grids: list[Area], at: datetime) -> Story:
    """Something found and settled on the spot: by the end its re-check is due."""
    yield at
    found = _something_wrong(grids, may_settle=True)
    if found:
        object, item = found
        before, after = (_photo(city, person, object, is_wrong=is_wrong) for is_wrong in (True, False))
        wrong = Given(
            item.pk, Result.ABNORMAL, words.PUT_RIGHT, photos=[before], settled=True, after_photos=[after]
        )
        _visit(city, person, object, wrong=wrong)


def _reported(city: City, person: User, grids: list[Area], at: datetime) -> Story:
    """Something found that becomes a case."""
    yield at
    found = _something_wrong(grids, case_class__is_active=True)
    if found:
        object, item = found
        photo = _photo(city, person, object, is_wrong=True)
        _visit(
            city, person, object, wrong=Given(item.pk, Result.ABNORMAL, words.NOT_PUT_RIGHT, photos=[photo])
        )
        case = Case.objects.filter(reporter=person).latest("pk")
        city.watch(case)
        yield from life_of(city, case)


def _ordered(city: City, person: User, grid: Area, end: datetime, at: datetime) -> Story:
    """An order that is overdue at the end, and one for whoever grabs it."""
    yield at
    for leader in city.staff.of_area(grid.parent_id, Role.GRID_LEADER)[:1]:
        title, note = words.OVERDUE_ORDER
        make_task(
            actor=leader, title=title, note=note, area=grid, due_at=end - timedelta(hours=2), assignee=person
        )
        title, note = words.OPEN_ORDER
        make_task(actor=leader, title=title, note=note, area=grid, due_at=end + timedelta(hours=22))


def _written(city: City, page: words.DiaryPage, rounds: dict[User, list[Area]], at: datetime) -> Story:
    """A page of a diary, and what the grid leader thinks of it."""
    yield at
    author = list(rounds)[page.author % len(rounds)]
    entry = write_entry(actor=author, client_uuid=_name(city), text=page.text)
    yield at + timedelta(hours=1)
    for leader in city.staff.of_area(rounds[author][0].parent_id, Role.GRID_LEADER)[:1]:
        if page.rating:
            rate_entry(entry.pk, actor=leader, rating=page.rating, remark=page.remark)


def _something_wrong(grids: list[Area], **such: object) -> tuple[GridObject, ChecklistItem] | None:
    """The first premises of the grids that nobody has visited and that are asked about such a thing, and the item."""
    objects = (
        GridObject.objects.in_use()
        .filter(area__in=grids, type__kind=ObjectKind.PREMISES, point__isnull=False, visits=None)
        .select_related("area", "type")
        .order_by("code")
    )
    for object in objects[:20]:
        asked = [item.item.pk for each in due_items(object) for of in each.checklists for item in of.items]
        item = ChecklistItem.objects.filter(pk__in=asked, **such).order_by("order", "pk").first()
        if item:
            return object, item
    return None


def _photo(city: City, person: User, object: GridObject, *, is_wrong: bool) -> UUID:
    """A picture as a phone sends it ahead; returns its name."""
    moment, name = clock.now() - timedelta(minutes=2), _name(city)
    file = take_picture("heap", is_wrong=is_wrong, variant=0, moment=moment, point=object.point, rng=city.rng)
    digest = sha256(file.read()).hexdigest()
    file.seek(0)
    receive_photo(file, actor=person, client_uuid=name, sha256=digest)
    return name


def _name(city: City) -> UUID:
    """What a phone names something; the same history has the same names."""
    return UUID(int=city.rng.getrandbits(128), version=4)

"""How cases come in: when, where, about what, from whom."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from cases import services as cases
from cases.models import Case, Channel
from dispatch.simulation import words
from dispatch.simulation.acts import pictures
from dispatch.simulation.city import City, is_story
from dispatch.simulation.words import Trouble
from gridgov import clock
from grids.models import Area, Role, User

PER_WORKING_DAY, PER_DAY_OFF = 40, 14
# Of all reports, those from the community of the people who can log in.
STORY_SHARE = 0.25
# How often a report comes at each hour of the day, from inspectors on duty and from everybody else.
ON_DUTY = {8: 2, 9: 5, 10: 6, 11: 4, 14: 3, 15: 5, 16: 5, 17: 2}
ANY_TIME = {
    6: 1,
    7: 2,
    8: 3,
    9: 4,
    10: 4,
    11: 3,
    12: 3,
    13: 2,
    14: 3,
    15: 3,
    16: 3,
    17: 3,
    18: 3,
    19: 4,
    20: 4,
    21: 3,
    22: 2,
}
CHANNELS = {
    Channel.INSPECTOR: 62,
    Channel.HOTLINE: 17,
    Channel.CITIZEN: 14,
    Channel.SYSTEM: 5,
    Channel.MEDIA: 1,
    Channel.LEADER: 1,
}
PHOTO_SHARE = {Channel.INSPECTOR: 0.75, Channel.CITIZEN: 0.5, Channel.LEADER: 0.5}
# Of an inspector's reports of small troubles, those settled at once.
SETTLED_SHARE = 0.4
# Of the calls from outside, those about something that is known already, and those without a place.
AGAIN_SHARE, UNPLACED_SHARE = 0.15, 0.12


def reports_between(city: City, start: datetime, end: datetime) -> list[tuple[datetime, Channel]]:
    """When something will be reported, and through which channel, in order."""
    zone = timezone.get_default_timezone()
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found = []
    while day <= last:
        usual = PER_WORKING_DAY if city.calendar.is_working_day(day) else PER_DAY_OFF
        for _ in range(round(usual * city.rng.uniform(0.85, 1.15))):
            channel = city.rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
            hours = ON_DUTY if channel == Channel.INSPECTOR else ANY_TIME
            hour = city.rng.choices(list(hours), list(hours.values()))[0]
            local = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
            moment = (local + timedelta(seconds=city.rng.randrange(3600))).astimezone(UTC)
            if start < moment < end:
                found.append((moment, channel))
        day += timedelta(days=1)
    return sorted(found)


def file_report(city: City, channel: Channel) -> Case:
    """Report something somewhere, as people do; some small troubles are settled at once."""
    if channel in (Channel.HOTLINE, Channel.CITIZEN):
        if city.happens(AGAIN_SHARE) and (case := _reported_again(city, channel)):
            return case
        if city.happens(UNPLACED_SHARE):
            return file_unplaced(city, city.some_trouble())
    grid, trouble = _some_grid(city), city.some_trouble()
    if channel == Channel.INSPECTOR and trouble.small and city.happens(SETTLED_SHARE):
        return file_settled(city, trouble, grid)
    return file_in(city, trouble, grid, channel)


def file_in(
    city: City,
    trouble: Trouble,
    grid: Area,
    channel: Channel = Channel.INSPECTOR,
    *,
    actor: User | None = None,
    point: Point | None = None,
) -> Case:
    """Report a trouble in a grid: at a point, or somewhere."""
    point = point or city.some_point(grid)
    actor = actor or _reporter(city, grid, channel)
    with pictures(
        city, trouble, point, actor=actor, is_wrong=True, share=PHOTO_SHARE.get(channel, 0)
    ) as photos:
        return cases.report_case(**_report(city, trouble, grid, point, channel), actor=actor, photos=photos)


def beside(city: City, point: Point) -> Point:
    """Some twenty metres from a point, as people differ who say where something is."""
    return Point(
        point.x + city.rng.uniform(-1, 1) * 0.0002, point.y + city.rng.uniform(-1, 1) * 0.0002, srid=4326
    )


def file_settled(city: City, trouble: Trouble, grid: Area, *, actor: User | None = None) -> Case:
    """Report what one has just put right oneself, before and after."""
    point = city.some_point(grid)
    actor = actor or _reporter(city, grid, Channel.INSPECTOR)
    with (
        pictures(city, trouble, point, actor=actor, is_wrong=True, share=1) as before,
        pictures(city, trouble, point, actor=actor, is_wrong=False, share=1) as after,
    ):
        report = _report(city, trouble, grid, point, Channel.INSPECTOR)
        return cases.report_settled_case(actor=actor, photos=before, after_photos=after, **report)


def file_unplaced(city: City, trouble: Trouble) -> Case:
    """A call from somebody who can't say where it is."""
    return cases.report_case(
        actor=_at_desk(city, city.district),
        case_class=city.classes[trouble.class_name],
        description=f"{words.CALLED}{city.one_of(trouble.says)}。{city.one_of(words.WHERE_UNCLEAR)}",
        channel=Channel.HOTLINE,
        external_id=_number(city, Channel.HOTLINE),
        district=city.district,
        **_caller(Channel.HOTLINE),
    )


def _reported_again(city: City, channel: Channel) -> Case | None:
    """A second report of something that is open already."""
    recent = Case.objects.open().filter(district=city.district, point__isnull=False, case_class__isnull=False)
    first = list(recent.select_related("grid__parent__parent").order_by("-pk")[:40])
    if not first:
        return None
    case = city.one_of(first)
    assert case.point is not None
    near = beside(city, case.point)
    trouble = city.trouble_of(case)
    return cases.report_case(
        actor=_at_desk(city, city.district),
        point=near,
        address=case.address,
        case_class=city.classes[trouble.class_name],
        description=words.AGAIN + city.one_of(trouble.says),
        channel=channel,
        external_id=_number(city, channel),
        district=city.district,
        **_caller(channel),
    )


def _report(city: City, trouble: Trouble, grid: Area, point: Point, channel: Channel) -> dict[str, Any]:
    said = city.one_of(trouble.says) + city.one_of(words.BESIDES)
    report: dict[str, Any] = {
        "point": point,
        "address": _address(city, grid),
        "case_class": city.classes[trouble.class_name],
        "description": f"{words.CALLED}{said}" if channel == Channel.HOTLINE else said,
        "channel": channel,
        "external_id": _number(city, channel),
        "district": city.district,
        **_caller(channel),
    }
    if channel == Channel.INSPECTOR:
        report["accuracy_m"] = round(city.rng.choice((4, 6, 8, 12, 20, 45)) * city.rng.uniform(0.8, 1.2), 1)
        report["device_point"] = Point(
            point.x + city.rng.uniform(-1, 1) * 0.00008,
            point.y + city.rng.uniform(-1, 1) * 0.00008,
            srid=4326,
        )
    return report


def _reporter(city: City, grid: Area, channel: Channel) -> User:
    """An inspector of the grid, now and then the grid leader; a leader; or whoever takes the call."""
    assert grid.parent is not None
    if channel == Channel.INSPECTOR:
        leaders = city.staff.of_area(grid.parent_id, Role.GRID_LEADER)
        inspectors = city.staff.of_area(grid.pk, Role.INSPECTOR)
        return city.one_of(leaders if leaders and city.happens(0.08) else inspectors or leaders)
    if channel == Channel.LEADER:
        return city.one_of(city.staff.of_area(grid.parent.parent_id, Role.LEADER))
    return _at_desk(city, grid.parent.parent or city.district)


def _at_desk(city: City, area: Area) -> User:
    return city.one_of(city.staff.of_area(area.pk, Role.OPERATOR))


def _some_grid(city: City) -> Area:
    """Anywhere in the district, but often where those who can log in work."""
    codes = sorted(city.grids)
    story = [code for code in codes if is_story(code)]
    return city.one_of(city.grids[city.one_of(story if story and city.happens(STORY_SHARE) else codes)])


def _address(city: City, grid: Area) -> str:
    """A made-up address in the grid's community."""
    community = grid.name.split("第")[0].removesuffix("社区").removesuffix("村")
    return f"{community}{city.one_of(words.LANES)}{city.rng.randint(1, 188)}号{city.one_of(words.SPOTS)}"


def _caller(channel: Channel) -> dict[str, Any]:
    """The made-up name and phone that a caller leaves; numbers with four zeros are nobody's."""
    if channel not in (Channel.HOTLINE, Channel.CITIZEN):
        return {}
    # By a draw of its own, so that all else of the simulated city stays as it was.
    draw = Random(clock.now().isoformat())  # noqa: S311 - nothing hangs on its being secret
    return {
        "contact_name": draw.choice(words.FAMILIES) + draw.choice(("先生", "女士")),
        "contact_phone": f"1380000{draw.randint(1000, 9999)}",
    }


def _number(city: City, channel: Channel) -> str:
    """The number that a channel outside gives to a call."""
    prefix = {Channel.HOTLINE: "12345-", Channel.CITIZEN: "WX", Channel.SYSTEM: "S"}.get(channel)
    return f"{prefix}{clock.now():%m%d}{city.rng.randint(1000, 9999)}" if prefix else ""

"""Arguments that several commands take."""

from argparse import ArgumentTypeError
from datetime import date

from grids.models import Area, User


def a_day(text: str) -> date:
    """A date as 2026-11-22."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” isn't a day like 2026-11-22") from error


def a_person(username: str) -> User:
    """A member of staff by user name."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ArgumentTypeError(f"nobody is called “{username}”")
    return user


def an_area(code: str) -> Area:
    """An area in use by code."""
    area = Area.objects.current().filter(code=code).first()
    if area is None:
        raise ArgumentTypeError(f"there is no area “{code}”")
    return area

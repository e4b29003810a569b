"""Two at once at the duty rota: putting on, taking off, copying a week."""

from datetime import datetime, time, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware

from dispatch.models import Shift
from dispatch.rota import monday_of, seat_templates
from dispatch.services.rota import copy_week, put_on, take_off
from gridgov import clock
from grids.models import Role
from tests.factories import make_post, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def put(cast, day):
    """Put the operator on the early shift of a day."""
    return put_on(
        actor=cast.supervisor,
        user=cast.operator,
        organisation=cast.city.community_centre,
        template=seat_templates()[0],
        day=day,
    )


def test_put_on_by_many_at_once_somebody_has_one_shift(cast):
    for n in range(1, 6):
        results = race(*[partial(put, cast, clock.today() + timedelta(days=n))] * 8)
        assert [isinstance(one, ValidationError) for one in results].count(True) == 7, results
        assert Shift.objects.count() == n


def test_taken_off_and_put_on_again_at_once_somebody_has_one_shift_or_none(cast):
    tomorrow = clock.today() + timedelta(days=1)
    shift = put(cast, tomorrow)
    off, on_again = race(lambda: take_off(shift.pk, actor=cast.supervisor), partial(put, cast, tomorrow))
    assert off is None
    assert isinstance(on_again, (Shift, ValidationError)), on_again
    assert Shift.objects.count() == isinstance(on_again, Shift)


def test_a_week_copied_by_many_at_once_stands_there_once_and_nobody_is_left_out(cast):
    second = make_user("second")
    make_post(second, Role.OPERATOR, cast.city.community_centre)
    monday = monday_of(clock.today()) + timedelta(days=7)
    before = make_aware(datetime.combine(monday - timedelta(days=7), time(8)))
    for n in range(7):
        for user, hours in ((cast.operator, 0), (second, 8)):
            starts_at = before + timedelta(days=n, hours=hours)
            Shift.objects.create(
                user=user,
                organisation=cast.city.community_centre,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=8),
            )

    def copy():
        return copy_week(actor=cast.supervisor, organisation=cast.city.community_centre, monday=monday)

    assert sorted(race(copy, copy, copy)) == [(0, []), (0, []), (14, [])]
    assert Shift.objects.filter(starts_at__gte=before + timedelta(days=7)).count() == 14

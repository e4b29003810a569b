"""Two sweeps at once, a sweep that is killed, and a sweep against a person."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from cases import services as cases
from cases.models import Case, CaseEvent
from cases.workflow import Action, Status
from dispatch.sweep import sweep
from gridgov import clock
from grids.models import AreaLevel
from tests.case_factories import make_case, make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def rungs() -> Counter[int]:
    """How many rungs each case has climbed."""
    return Counter(CaseEvent.objects.filter(action=Action.ESCALATE).values_list("case", flat=True))


def test_four_sweeps_at_once_climb_every_rung_once():
    cast = make_cast(make_city())
    start = clock.now()
    with clock.at(start):
        made = [make_case(cast).pk for _ in range(60)]

    def run():
        with clock.at(start + HOUR):
            return sweep()

    swept = race(run, run, run, run)
    assert sum(done.climbed for done in swept) == 60
    assert rungs() == Counter(made)


def test_a_sweep_and_the_operator_at_once_leave_one_truth():
    cast = make_cast(make_city())
    start = clock.now()
    for _ in range(5):
        with clock.at(start):
            case = make_case(cast)

        def climb():
            with clock.at(start + HOUR):
                return sweep()

        def register(pk: int = case.pk):
            with clock.at(start + HOUR):
                return cases.register_case(pk, actor=cast.operator)

        race(climb, register)
        with clock.at(start + HOUR):
            sweep()
        case.refresh_from_db()
        row = case.events.order_by("seq").last()
        assert (row.seq, row.to_status, row.holder_id) == (case.version, case.status, case.holder_id)
        # Registered in time, or climbed and no longer this operator's.
        assert (case.status, case.level) in {
            (Status.REGISTERED, AreaLevel.COMMUNITY),
            (Status.REPORTED, AreaLevel.STREET),
        }


def test_a_killed_sweep_is_finished_by_the_next():
    cast = make_cast(make_city())
    with clock.at(clock.now() - 2 * HOUR):
        made = [make_case(cast).pk for _ in range(250)]
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "from dispatch.sweep import sweep\nprint('ready', flush=True)\nsweep()"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ)
    assert worker.stdout is not None
    worker.stdout.readline()
    time.sleep(0.4)  # somewhere in the middle; wherever it is, nothing may be lost or doubled
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    sweep()
    assert rungs() == Counter(made)
    assert Case.objects.filter(level=AreaLevel.STREET).count() == len(made)

"""A published week of a team with one case handled in time and one late, for tests of appeals.

world = World(cast)
appeal = world.file()               # the handler, against the late one
appeal = world.reviewed()           # the same, recommended by the first supervisor
"""

from datetime import timedelta

from django.urls import reverse

from assessment.models import (
    Period,
    Scheme,
    SchemeItem,
)
from assessment.services.appeals import (
    file_appeal,
    review_appeal,
)
from assessment.services.facts import read_facts
from assessment.services.periods import compute_period, publish_period
from assessment.services.schemes import make_next_version, put_in_force
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov import clock
from grids.models import Role
from tests.case_factories import case_in
from tests.factories import make_post, make_user

RATE = "on_time_disposal_rate"
WHY = {"reason": "停电两天,进不去"}


class World:
    """A team with one case handled in time and one late, due on a day that is published; three supervisors review."""

    def __init__(self, cast, kind="unit", code=RATE):
        self.cast, city = cast, cast.city
        begin = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=4)
        with clock.at(begin):
            self.late, self.good = case_in(Status.HANDLING, cast), case_in(Status.HANDLED, cast)
        with clock.at(begin + timedelta(hours=30)):
            dispatch.feed_back_case(self.late.pk, actor=cast.handler, note="已处理")
            self.later = case_in(Status.HANDLED, cast)
        read_facts()
        self.day = (begin + timedelta(hours=24)).date()
        self.period = self.publish(kind, code)
        self.score = self.period.scores.get(
            organisation=city.team if kind == "unit" else None,
            user=cast.inspector if kind == "inspector" else None,
            area=city.grid if kind == "grid" else city.street if kind == "street" else None,
        )
        self.first, self.second = (supervisor(cast, name) for name in ("first", "second"))

    def publish(self, kind, code):
        scheme = Scheme.objects.create(code=kind, name=f"{kind} 考核", kind=kind, length="week")
        version = make_next_version(scheme.pk, actor=None)
        SchemeItem.objects.create(version=version, indicator=code, way="value", weight=100)
        put_in_force(version.pk, actor=None)
        self.scheme = scheme
        period = Period.objects.create(scheme=scheme, version=version, first_day=self.day, last_day=self.day)
        compute_period(period.pk, actor=self.cast.supervisor)
        return publish_period(period.pk, actor=self.cast.supervisor)

    def file(self, actor=None, case=None, indicator=RATE, **fields):
        return file_appeal(
            self.score.pk,
            actor=fresh(actor or self.cast.handler),
            indicator=indicator,
            case_id=(case or self.late).pk,
            **{**WHY, **fields},
        )

    def reviewed(self, grants=True):
        appeal = self.file()
        review_appeal(appeal.pk, actor=fresh(self.first), grants=grants, note="看过了")
        return appeal

    def url(self, **more):
        item = self.scheme.versions.get().items.get()
        asked = {"score": self.score.pk, "item": item.pk, "case": self.late.pk, **more}
        return f"{reverse('assessment:new_appeal')}?{'&'.join(f'{k}={v}' for k, v in asked.items())}"


def supervisor(cast, name, area=None):
    """Over the district, but of an organisation that nobody scores here."""
    person = make_user(name)
    make_post(person, Role.SUPERVISOR, cast.city.district_centre, area=area)
    return person


def fresh(user):
    return type(user).objects.get(pk=user.pk)

"""A scheme of units and its periods of last month, for tests of those who run them.

world = World(cast)                 # two units with cases due in September, the team better than the department
world.compute()                     # at the beginning of October
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission

from assessment.kinds import Kind
from assessment.models import Band, Period, Scheme, SchemeItem, SchemeVersion, Way
from assessment.services.periods import compute_period, open_period, publish_period
from assessment.services.schemes import make_next_version, put_in_force
from cases.workflow import Status
from gridgov import clock
from grids.models import User
from tests.assessment.counted import CHINA, hours
from tests.case_factories import Cast, case_in
from tests.factories import make_user

RATE, COUNT, TYPED = "on_time_disposal_rate", "disposed_count", "群众评议"
OCTOBER = datetime(2026, 10, 2, 9, tzinfo=CHINA)


def make_scheme(kind: Kind = Kind.UNIT, **fields: Any) -> Scheme:
    given = {"code": f"test-{kind}", "name": "专业部门考核", "kind": kind, **fields}
    scheme: Scheme = Scheme.objects.create(**given)
    return scheme


def make_draft(scheme: Scheme) -> SchemeVersion:
    """The next version: 60 the rate, 20 the count by bands, 20 typed in; as it was before if it is a later one."""
    version = make_next_version(scheme.pk, actor=None)
    if version.number == 1:
        SchemeItem.objects.create(version=version, indicator=RATE, way=Way.VALUE, weight=60)
        bands = SchemeItem.objects.create(version=version, indicator=COUNT, way=Way.BANDS, weight=20)
        Band.objects.create(item=bands, at_least=0, points=50)
        Band.objects.create(item=bands, at_least=2, points=100)
        SchemeItem.objects.create(version=version, label=TYPED, way=Way.TYPED, weight=20)
    return version


class World:
    """A district with its scheme in force, and the period of September."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.city = cast, cast.city
        with hours(0):
            self.cases = [case_in(Status.HANDLED, cast), case_in(Status.HANDLING, cast)]
        self.scheme = make_scheme()
        self.version = make_draft(self.scheme)
        put_in_force(self.version.pk, actor=None)
        self.version.refresh_from_db()
        with clock.at(OCTOBER):
            self.period: Period = open_period(self.scheme.pk, actor=None, day=date(2026, 9, 1))

    @property
    def typed(self) -> SchemeItem:
        found: SchemeItem = self.version.items.get(way=Way.TYPED)
        return found

    def compute(self, later: timedelta = timedelta()) -> Period:
        with clock.at(OCTOBER + later):
            compute_period(self.period.pk, actor=None)
        self.period.refresh_from_db()
        return self.period

    def publish(self) -> Period:
        self.compute()
        with clock.at(OCTOBER):
            publish_period(self.period.pk, actor=self.cast.supervisor)
        self.period.refresh_from_db()
        return self.period

    def points(self) -> dict[int, Any]:
        return dict(self.period.scores.values_list("organisation_id", "points"))


def administrator(*permissions: str) -> User:
    """Somebody of the admin who may do just this, such as "change_schemeversion"."""
    found = make_user("administrator", is_staff=True)
    for name in permissions:
        found.user_permissions.add(
            Permission.objects.get(codename=name, content_type__app_label="assessment")
        )
    return found

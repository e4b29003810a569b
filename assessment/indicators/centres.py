"""Of the command centre: taking in, registering and dispatching."""

from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessment.countables import PLACES, STAGES, Count
from assessment.indicators.indicator import WORK, Indicator, NoneOf, duty, ended, on_time
from assessment.kinds import AREAS, Kind
from assessment.models import StageFact
from cases.models import Stage
from cases.workflow import Action

_FILED = ended(Stage.INTAKE, Action.REGISTER)
# It was taken in before: sent out to be checked, or refused and opened again.
_EARLIER = StageFact.objects.filter(
    case=OuterRef("case"), seq__lt=OuterRef("seq"), stage=Stage.INTAKE, ended_by__in=WORK[Stage.INTAKE]
)
# Where it was registered, though its place was put right just before.
_FILED_THERE = Count(PLACES, "registered_at", lambda _span: Q())

CENTRES = (
    Indicator(
        "accept_count",
        _("Taken in"),
        _("Reports that were registered, refused, merged or sent out to be checked; each once."),
        Count(
            STAGES,
            "ended_at",
            lambda _span: Q(
                NoneOf(_EARLIER, "it is the first of its case"),
                stage=Stage.INTAKE,
                ended_by__in=WORK[Stage.INTAKE],
            ),
        ),
    ),
    Indicator(
        "verify_dispatch_on_time_rate",
        _("Checks sent out on time"),
        _("Reports sent out to be checked within the time for taking in, out of all that were."),
        duty(Stage.INTAKE, on_time(Stage.INTAKE), work=(Action.ORDER_CHECK,)),
        duty(Stage.INTAKE, work=(Action.ORDER_CHECK,)),
    ),
    Indicator(
        "check_dispatch_on_time_rate",
        _("Verifications sent out on time"),
        _(
            "Verifications that an operator sent out in time; here the system sends each at once, so none is counted."
        ),
        Count(STAGES, "ended_at", lambda _span: Q(pk__in=[])),
        Count(STAGES, "ended_at", lambda _span: Q(pk__in=[])),
    ),
    Indicator(
        "filed_count",
        _("Registered"),
        _("Cases that were registered; of a unit, those it was given."),
        _FILED,
        instead={
            Kind.UNIT: Count(STAGES, "began_at", lambda _span: Q(stage=Stage.ACCEPT)),
            **dict.fromkeys(AREAS, _FILED_THERE),
        },
    ),
    Indicator(
        "void_count",
        _("Declared void"),
        _("Cases that turned out to be void after they had been registered."),
        ended(Stage.INTAKE, Action.REGISTER, moment="voided_at"),
    ),
    Indicator(
        "on_time_filing_rate",
        _("Registered on time"),
        _("Reports decided on by their due time, out of those due."),
        duty(Stage.INTAKE, on_time(Stage.INTAKE)),
        duty(Stage.INTAKE),
        # Elsewhere of those registered alone: then whoever refuses late is never late.
        source="memory",
    ),
    Indicator(
        "accurate_filing_rate",
        _("Registered rightly"),
        _("Registered cases that did not turn out void, out of all registered."),
        Count(
            STAGES,
            "ended_at",
            lambda span: (
                Q(stage=Stage.INTAKE, ended_by=Action.REGISTER)
                & (Q(voided_at=None) | Q(voided_at__gte=span.known_until))
            ),
        ),
        _FILED,
    ),
    Indicator(
        "dispatch_due",
        _("Dispatches due"),
        _("Cases whose dispatching fell due."),
        duty(Stage.DISPATCH),
    ),
    Indicator(
        "dispatch_count",
        _("Dispatched"),
        _("Cases that were dispatched."),
        ended(Stage.DISPATCH, Action.DISPATCH),
    ),
    Indicator(
        "on_time_dispatch_rate",
        _("Dispatched on time"),
        _("Cases dispatched by their due time, out of those due."),
        duty(Stage.DISPATCH, on_time(Stage.DISPATCH)),
        duty(Stage.DISPATCH),
    ),
    Indicator(
        "accurate_dispatch_rate",
        _("Dispatched to the right unit"),
        _("Dispatched cases that did not go on to another unit, out of those dispatched."),
        duty(
            Stage.DISPATCH,
            lambda span: Q(followed_at=None) | Q(followed_at__gte=span.known_until),
            work=(Action.DISPATCH,),
        ),
        duty(Stage.DISPATCH, work=(Action.DISPATCH,)),
    ),
)

"""Of inspectors: what they report, miss, check, verify and walk."""

from collections.abc import Callable, Collection

from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from assessment.countables import DIARY, PATROLS, PLACES, RATINGS, REPORTS, STAGES, Count, Source, Span
from assessment.indicators.indicator import Indicator, NoneOf, both, duty, followed, held, on_time
from assessment.models import StageFact
from cases.deeds import LATEST
from cases.models import Channel, Stage
from cases.workflow import Action

# Whoever lives or works there, however it reached us.
FROM_THE_PUBLIC = (Channel.CITIZEN, Channel.HOTLINE)
OWN = (Channel.INSPECTOR,)


def _reports(
    *more: Callable[[Span], Q],
    channels: Collection[str] = (),
    moment: str = "reported_at",
    source: Source = REPORTS,
) -> Count:
    if moment == "reported_at":
        more = (_told, *more)
    return Count(source, moment, both(lambda _span: Q(channel__in=channels) if channels else Q(), *more))


def _valid(span: Span) -> Q:
    return (Q(registered_at__lt=span.known_until) | Q(settled_at__lt=span.known_until)) & _not_void(span)


def _not_void(span: Span) -> Q:
    return Q(voided_at=None) | Q(voided_at__gte=span.known_until)


def _of_its_own(span: Span) -> Q:
    """Of what was merged (并案) the case that it went into counts, not both."""
    parted = StageFact.objects.filter(
        case=OuterRef("case"), began_by=Action.UNMERGE, seq__gt=OuterRef("seq"), began_at__lt=span.known_until
    )  # fmt: skip
    merged = StageFact.objects.filter(
        ~Exists(parted), case=OuterRef("case"), ended_by=Action.MERGE, ended_at__lt=span.known_until
    )
    return Q(NoneOf(merged, "it was not merged into another")) & _not_void(span)


def _stayed_settled(span: Span) -> Q:
    failed = StageFact.objects.filter(
        case=OuterRef("case"), began_by=Action.SETTLE, ended_by=Action.VERIFY_FAIL, ended_at__lt=span.known_until
    )  # fmt: skip
    return Q(NoneOf(failed, "whoever looked at it afterwards did not find it unsolved")) & _not_void(span)


def _told(span: Span) -> Q:
    # A phone tells it so much later at most.
    return Q(reported_at__lt=span.known_until - LATEST) | Q(told_at__lt=span.known_until)


INSPECTORS = (
    Indicator(
        "report_count", _("Reports"), _("Everything that inspectors reported."), _reports(channels=OWN)
    ),
    Indicator(
        "valid_report_count",
        _("Valid reports"),
        _("Reports of inspectors that were registered and did not turn out void, or settled on the spot."),
        _reports(_valid, channels=OWN),
    ),
    Indicator(
        "valid_report_rate",
        _("Rate of valid reports"),
        _("Valid reports out of all reports of inspectors."),
        _reports(_valid, channels=OWN),
        _reports(channels=OWN),
    ),
    Indicator(
        "inflated_count",
        _("Inflated reports"),
        _("Reports of inspectors that were refused, because there was nothing, or nothing of ours."),
        _reports(moment="refused_at", channels=OWN),
        source="own",
    ),
    Indicator(
        "public_report_confirmed",
        _("Public reports confirmed"),
        _("Reports of citizens that an inspector looked at and that were registered then."),
        Count(
            STAGES,
            "ended_at",
            both(
                lambda _span: Q(
                    stage=Stage.CHECK, ended_by=Action.ANSWER_CHECK, case__channel__in=FROM_THE_PUBLIC
                ),
                followed(Action.REGISTER),
            ),
        ),
    ),
    Indicator(
        "missed_count",
        _("Missed"),
        _(
            "What citizens reported in the grid and was registered, and not merged into what was known: no inspector had reported it."
        ),
        _reports(_of_its_own, moment="registered_at", source=PLACES, channels=FROM_THE_PUBLIC),
    ),
    Indicator(
        "missed_rate",
        _("Rate of missed"),
        _("What citizens reported first, out of all that was registered in the grid."),
        _reports(_of_its_own, moment="registered_at", source=PLACES, channels=FROM_THE_PUBLIC),
        _reports(_of_its_own, moment="registered_at", source=PLACES),
    ),
    Indicator(
        "public_report_rate",
        _("Share of public reports"),
        _("What citizens reported, out of all that was registered in the area."),
        _reports(_of_its_own, moment="registered_at", source=PLACES, channels=FROM_THE_PUBLIC),
        _reports(_of_its_own, moment="registered_at", source=PLACES),
    ),
    Indicator(
        "verify_due",
        _("Checks due"),
        _(
            "Looks before registration (核实) that fell due; of one that nobody took in time, whoever answers for the grid."
        ),
        duty(Stage.CHECK),
    ),
    Indicator(
        "verify_on_time_rate",
        _("Checks on time"),
        _("Checks answered by their due time, out of those due."),
        duty(Stage.CHECK, on_time(Stage.CHECK)),
        duty(Stage.CHECK),
    ),
    Indicator(
        "check_due",
        _("Verifications due"),
        _(
            "Looks after handling (核查) that fell due; of one that nobody took in time, whoever answers for the grid."
        ),
        duty(Stage.VERIFICATION),
    ),
    Indicator(
        "check_on_time_rate",
        _("Verifications on time"),
        _("Verifications made by their due time, out of those due."),
        duty(Stage.VERIFICATION, on_time(Stage.VERIFICATION)),
        duty(Stage.VERIFICATION),
    ),
    Indicator(
        "self_disposed",
        _("Settled on the spot"),
        _("Small things that inspectors put right themselves; what turned out not to be solved is left out."),
        _reports(_stayed_settled, moment="settled_at"),
    ),
    Indicator(
        "patrol_coverage",
        _("Patrol coverage"),
        _(
            "How much of the grids was within sight of the ways walked, on average over the days on which whoever answers for them was on duty."
        ),
        Count(PATROLS, "day", lambda span: held(span, "noted_at"), F("share")),
        Count(PATROLS, "day", lambda span: held(span, "noted_at")),
        source="own",
    ),
    Indicator(
        "diary_count",
        _("Diary entries"),
        _("Pages of the diary of people's matters that were written."),
        Count(DIARY, "written_at", lambda span: Q(received_at__lt=span.known_until)),
        source="own",
    ),
    Indicator(
        "diary_quality",
        _("Quality of the diary"),
        _(
            "What leaders gave the pages, out of the five they could have given; pages without a rating are left out."
        ),
        Count(RATINGS, "entry__written_at", lambda span: held(span, "at"), F("rating") / Value(5.0)),
        Count(RATINGS, "entry__written_at", lambda span: held(span, "at")),
        source="own",
    ),
)

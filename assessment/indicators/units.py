"""Of departments and units: handling, in time and well."""

from collections.abc import Callable

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessment.countables import STAGES, WHISTLES, Count, Span
from assessment.indicators.indicator import Indicator, done, duty, followed, known, on_time, within_limit
from cases.models import Stage
from cases.workflow import Action
from dispatch.models import OperationState


def _disposed(span: Span) -> Q:
    return done(Stage.HANDLING, span)


def _not_disposed(span: Span) -> Q:
    return ~done(Stage.HANDLING, span)


def _disposed_late(span: Span) -> Q:
    return done(Stage.HANDLING, span) & ~within_limit(Stage.HANDLING, span)


def _handling(*more: Callable[[Span], Q]) -> Count:
    return duty(Stage.HANDLING, *more)


_disposed_on_time = on_time(Stage.HANDLING)


def _came(span: Span) -> Q:
    return Q(reported_in_at__lte=F("operation__report_in_by"), reported_in_told_at__lt=span.known_until)


def _stood(span: Span) -> Q:
    return ~Q(
        operation__state=OperationState.CANCELLED, operation__ended_at__lt=F("operation__report_in_by")
    ) | _came(span)


UNITS = (
    Indicator(
        "accept_on_time_rate",
        _("Accepted on time"),
        _("Assignments accepted by their due time, out of those due."),
        duty(Stage.ACCEPT, on_time(Stage.ACCEPT)),
        duty(Stage.ACCEPT),
        source="own",
    ),
    Indicator(
        "disposal_due",
        _("Due to be handled"),
        _(
            "Assignments that fell due; a rework is due again. Suspended, deferred and void ones are left out."
        ),
        _handling(),
    ),
    Indicator(
        "disposed_count", _("Handled"), _("Of these, those reported as handled."), _handling(_disposed)
    ),
    Indicator(
        "disposal_rate",
        _("Rate of handled"),
        _("Handled, out of those due."),
        _handling(_disposed),
        _handling(),
    ),
    Indicator(
        "on_time_disposed",
        _("Handled on time"),
        _("Of those due, handled by the due time: by the deed, not by when the network told it."),
        _handling(_disposed_on_time),
    ),
    Indicator(
        "on_time_disposal_rate",
        _("Rate of handled on time"),
        _("Handled by the due time, out of those due."),
        _handling(_disposed_on_time),
        _handling(),
    ),
    Indicator(
        "overdue_disposed",
        _("Handled late"),
        _("Of those due, handled after the due time."),
        _handling(_disposed_late),
    ),
    Indicator(
        "overdue_undisposed",
        _("Overdue, not handled"),
        _("Of those due, not handled when the figures were made."),
        _handling(_not_disposed),
    ),
    Indicator(
        "overdue_rate",
        _("Rate of overdue"),
        _("Handled late or not at all, out of those due."),
        _handling(lambda span: _disposed_late(span) | _not_disposed(span)),
        _handling(),
        source="memory",
    ),
    Indicator(
        "overdue_pending_rate",
        _("Rate of overdue and not handled"),
        _("Not handled when the figures were made, out of those due."),
        _handling(_not_disposed),
        _handling(),
    ),
    Indicator(
        "due_close",
        _("Due to be closed"),
        _("Handled, or overdue and not handled: the same that were due to be handled."),
        _handling(),
    ),
    Indicator(
        "closed",
        _("Closed"),
        _("Of these, verified as solved and closed."),
        _handling(followed(Action.VERIFY_PASS)),
    ),
    Indicator(
        "closing_rate",
        _("Rate of closed"),
        _("Verified as solved and closed, out of those due."),
        _handling(followed(Action.VERIFY_PASS)),
        _handling(),
    ),
    Indicator(
        "on_time_closing_rate",
        _("Rate of closed on time"),
        _("Handled by the due time and verified as solved, out of those due; deferred ones are left out."),
        _handling(_disposed_on_time, followed(Action.VERIFY_PASS)),
        _handling(),
    ),
    Indicator(
        "rework",
        _("Reworks"),
        _("Assignments that were verified as not solved and sent back to the same unit."),
        _handling(followed(Action.VERIFY_FAIL)),
    ),
    Indicator(
        "rework_rate",
        _("Rate of rework"),
        _("Sent back to the same unit, out of those due."),
        _handling(followed(Action.VERIFY_FAIL)),
        _handling(),
    ),
    Indicator(
        "extension_rate",
        _("Rate of extensions"),
        _("Given more time, out of those due."),
        _handling(known("extended_at")),
        _handling(),
    ),
    Indicator(
        "pushback",
        _("Passing the buck"),
        _("Assignments that the unit wanted to give back, and had no reason to."),
        Count(STAGES, "kept_at", lambda _span: Q(stage__in=[Stage.ACCEPT, Stage.HANDLING])),
    ),
    Indicator(
        "suspended",
        _("Suspended"),
        _("Assignments whose clock was stopped by consent."),
        Count(STAGES, "suspended_at", lambda _span: Q(stage=Stage.HANDLING)),
    ),
    Indicator(
        "whistle_rate",
        _("Came when whistled"),
        _("Calls at which the unit reported in in time, out of all that were not called off before that."),
        Count(
            WHISTLES,
            "operation__report_in_by",
            lambda span: _stood(span) & _came(span),
        ),
        Count(WHISTLES, "operation__report_in_by", _stood),
        source="own",
    ),
)

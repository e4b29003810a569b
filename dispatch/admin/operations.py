"""The admin of the rules of operations; it says what a rule would do before it is saved."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from dispatch.models import Operation, OperationRule, OperationUnit
from gridgov import clock
from gridgov.what_would_happen import WhatWouldHappenAdmin

LOOKED_BACK = timedelta(days=30)


@admin.register(OperationRule)
class OperationRuleAdmin(WhatWouldHappenAdmin):
    list_display = ("kind", "level", "needs_approval", "report_in_minutes", "report_in_m")
    list_editable = ("needs_approval", "report_in_minutes", "report_in_m")
    list_filter = ("kind",)

    def consequences(self, rule: OperationRule) -> list[str]:
        """For whom the rule holds, and what it would have meant for the operations of the last month."""
        ruled = _ruled_by(rule, Operation.objects.filter(asked_at__gte=clock.now() - LOOKED_BACK))
        shares = OperationUnit.objects.filter(operation__in=ruled, operation__called_at__isnull=False)
        limit = timedelta(minutes=rule.report_in_minutes)
        late = shares.filter(
            Q(reported_in_at=None) | Q(reported_in_at__gt=F("operation__starts_at") + limit)
        ).count()
        far = shares.filter(reported_in_distance_m__gt=rule.report_in_m).count()
        return [
            _("Called only once a supervisor above has approved it.")
            if rule.needs_approval
            else _("Called at once; nobody has to approve it."),
            _("The units report in within %(minutes)d minutes of the beginning, within %(metres)d m.")
            % {"minutes": rule.report_in_minutes, "metres": rule.report_in_m},
            _(
                "Of the last 30 days it would have held for %(operations)d operations with %(units)d units called: "
                "%(late)d of these late, %(far)d too far away without a reason."
            )
            % {"operations": ruled.count(), "units": shares.count(), "late": late, "far": far},
        ]


def _ruled_by(rule: OperationRule, operations: QuerySet[Operation]) -> QuerySet[Operation]:
    """Those of its kind and level; a rule for any level holds where no other does."""
    found = operations.filter(kind=rule.kind)
    if rule.level is not None:
        return found.filter(caller__level=rule.level)
    others = OperationRule.objects.filter(kind=rule.kind, level__isnull=False).exclude(pk=rule.pk)
    return found.exclude(caller__level__in=others.values("level"))

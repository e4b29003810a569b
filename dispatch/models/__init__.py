"""Who answers for what; urgings, operations, emergencies and the duty rota."""

from dispatch.models.emergency import Emergency, EmergencyAlert, EmergencyEntry
from dispatch.models.operation import (
    Operation,
    OperationEntry,
    OperationKind,
    OperationRule,
    OperationState,
    OperationUnit,
)
from dispatch.models.responsibility import Responsibility
from dispatch.models.shift import Shift
from dispatch.models.urging import Urging, UrgingLevel

__all__ = [
    "Emergency",
    "EmergencyAlert",
    "EmergencyEntry",
    "Operation",
    "OperationEntry",
    "OperationKind",
    "OperationRule",
    "OperationState",
    "OperationUnit",
    "Responsibility",
    "Shift",
    "Urging",
    "UrgingLevel",
]

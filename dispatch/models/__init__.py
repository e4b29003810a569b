"""Who answers for what; urgings, operations, emergencies and the duty rota."""

from dispatch.models.emergency import (
    LEAST_RADIUS,
    MOST_RADIUS,
    Emergency,
    EmergencyAlert,
    EmergencyEntry,
    EmergencyEvent,
    Why,
)
from dispatch.models.operation import (
    Operation,
    OperationEntry,
    OperationEvent,
    OperationKind,
    OperationRule,
    OperationState,
    OperationUnit,
)
from dispatch.models.responsibility import Responsibility
from dispatch.models.shift import Shift
from dispatch.models.urging import Urging

__all__ = [
    "LEAST_RADIUS",
    "MOST_RADIUS",
    "Emergency",
    "EmergencyAlert",
    "EmergencyEntry",
    "EmergencyEvent",
    "Operation",
    "OperationEntry",
    "OperationEvent",
    "OperationKind",
    "OperationRule",
    "OperationState",
    "OperationUnit",
    "Responsibility",
    "Shift",
    "Urging",
    "Why",
]

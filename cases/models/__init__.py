"""The catalogue of classes and limits, the case, its timeline and evidence."""

from cases.models.case import Case, CaseCounter, Channel
from cases.models.catalogue import CaseClass, ClassKind, Condition, Limit, MajorClass, Stage, StageLimit
from cases.models.event import CaseEvent, CasePhoto, PhotoKind

__all__ = [
    "Case",
    "CaseClass",
    "CaseCounter",
    "CaseEvent",
    "CasePhoto",
    "Channel",
    "ClassKind",
    "Condition",
    "Limit",
    "MajorClass",
    "PhotoKind",
    "Stage",
    "StageLimit",
]

"""Checklists, plans, tasks, visits and findings, duty and diary."""

from inspections.models.checklist import (
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    ItemKind,
    Severity,
    VersionState,
)
from inspections.models.duty import DiaryEntry, Duty, GridCoverage, TrackSegment
from inspections.models.task import (
    PENDING,
    Campaign,
    PatrolPlan,
    Rhythm,
    Skill,
    Task,
    TaskAction,
    TaskEvent,
    TaskKind,
    TaskState,
)
from inspections.models.visit import (
    Answer,
    Finding,
    FindingState,
    Result,
    Visit,
    VisitPhoto,
    VisitPhotoKind,
    VisitReason,
)

__all__ = [
    "PENDING",
    "Answer",
    "Campaign",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "DiaryEntry",
    "Duty",
    "Finding",
    "FindingState",
    "GridCoverage",
    "ItemKind",
    "PatrolPlan",
    "Result",
    "Rhythm",
    "Severity",
    "Skill",
    "Task",
    "TaskAction",
    "TaskEvent",
    "TaskKind",
    "TaskState",
    "TrackSegment",
    "VersionState",
    "Visit",
    "VisitPhoto",
    "VisitPhotoKind",
    "VisitReason",
]

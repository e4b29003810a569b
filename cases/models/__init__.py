"""The catalogue of classes and limits, the case, its timeline and evidence, and what helps at the desk."""

from cases.models.case import Case, CaseCounter, Channel, UrgingLevel
from cases.models.case_file import CaseFile
from cases.models.catalogue import (
    CaseClass,
    ClassKind,
    Condition,
    EscalationRule,
    Limit,
    MajorClass,
    Publicity,
    Stage,
    StageLimit,
)
from cases.models.citizen import BlockedSender, Follower, Publication, Topic
from cases.models.contact import CaseContact, ContactLook
from cases.models.desk import ClassKeyword, ReplyTemplate, SavedFilter
from cases.models.device import AlarmOutcome, Device, DeviceAlarm
from cases.models.event import CaseEvent, CasePhoto, PhotoKind
from cases.models.forwarded import (
    FileState,
    ForwardedRequest,
    RequestFile,
    RequestOutcome,
    RequestRow,
    RequestSource,
)
from cases.models.publication_record import PublicationRecord

__all__ = [
    "AlarmOutcome",
    "BlockedSender",
    "Case",
    "CaseClass",
    "CaseContact",
    "CaseCounter",
    "CaseEvent",
    "CaseFile",
    "CasePhoto",
    "Channel",
    "ClassKeyword",
    "ClassKind",
    "Condition",
    "ContactLook",
    "Device",
    "DeviceAlarm",
    "EscalationRule",
    "FileState",
    "Follower",
    "ForwardedRequest",
    "Limit",
    "MajorClass",
    "PhotoKind",
    "Publication",
    "PublicationRecord",
    "Publicity",
    "ReplyTemplate",
    "RequestFile",
    "RequestOutcome",
    "RequestRow",
    "RequestSource",
    "SavedFilter",
    "Stage",
    "StageLimit",
    "Topic",
    "UrgingLevel",
]

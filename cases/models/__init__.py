"""The catalogue of classes and limits, the case, its timeline and evidence, and what helps at the desk."""

from cases.models.board import BoardAnswer, BoardMessage, BoardState, BoardTopic
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
from cases.models.survey import (
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyResponse,
)

__all__ = [
    "AlarmOutcome",
    "BlockedSender",
    "BoardAnswer",
    "BoardMessage",
    "BoardState",
    "BoardTopic",
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
    "QuestionKind",
    "ReplyTemplate",
    "RequestFile",
    "RequestOutcome",
    "RequestRow",
    "RequestSource",
    "SavedFilter",
    "Stage",
    "StageLimit",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyResponse",
    "Topic",
    "UrgingLevel",
]

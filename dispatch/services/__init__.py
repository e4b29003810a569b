"""Every write of commanding and handling."""

from dispatch.services.command import dispatch_case, escalate_case, recall_case, resume_case
from dispatch.services.handle import accept_case, feed_back_case
from dispatch.services.joint import accept_part, feed_back_part, join_unit, release_unit
from dispatch.services.request import ask_deferral, ask_extension, ask_return, ask_suspension, decide_request
from dispatch.services.urge import answer_urging, urge_case

__all__ = [
    "accept_case",
    "accept_part",
    "answer_urging",
    "ask_deferral",
    "ask_extension",
    "ask_return",
    "ask_suspension",
    "decide_request",
    "dispatch_case",
    "escalate_case",
    "feed_back_case",
    "feed_back_part",
    "join_unit",
    "recall_case",
    "release_unit",
    "resume_case",
    "urge_case",
]

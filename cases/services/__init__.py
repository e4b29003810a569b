"""Every write to a case that needs no unit; what concerns units and deadlines is in dispatch."""

from cases.services.citizen import (
    answer_how_it_ended,
    join_case,
    record_answer,
    reopen_as_citizen,
    report_as_citizen,
)
from cases.services.merge import merge_case, unmerge_case
from cases.services.register import answer_check, order_check, refuse_case, register_case
from cases.services.report import amend_case, report_case, report_settled_case, settle_case
from cases.services.verify import comment_case, reopen_case, verify_case, void_case

__all__ = [
    "amend_case",
    "answer_check",
    "answer_how_it_ended",
    "comment_case",
    "join_case",
    "merge_case",
    "order_check",
    "record_answer",
    "refuse_case",
    "register_case",
    "reopen_as_citizen",
    "reopen_case",
    "report_as_citizen",
    "report_case",
    "report_settled_case",
    "settle_case",
    "unmerge_case",
    "verify_case",
    "void_case",
]

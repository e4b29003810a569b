"""Checklists to edit and publish, plans and campaigns; what happened outside to look at."""

from inspections.admin import checklists, going_out, plans

__all__ = ["checklists", "going_out", "plans"]

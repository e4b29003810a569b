"""Checklists to edit and publish, plans and campaigns."""

from inspections.admin import checklists

__all__ = ["checklists"]

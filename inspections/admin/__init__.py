"""Checklists to edit and publish, plans and campaigns."""

from inspections.admin import checklists, plans

__all__ = ["checklists", "plans"]

"""The responsibility list, the escalation rules and the rules of operations."""

from dispatch.admin import escalation, operations, responsibilities

__all__ = ["escalation", "operations", "responsibilities"]

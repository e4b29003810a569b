"""The catalogue to edit, and cases to look at."""

from cases.admin import cases, catalogue, keywords, limits, replies, taken

__all__ = ["cases", "catalogue", "keywords", "limits", "replies", "taken"]

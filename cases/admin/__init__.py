"""The catalogue to edit, and cases to look at."""

from cases.admin import cases, catalogue, limits

__all__ = ["cases", "catalogue", "limits"]

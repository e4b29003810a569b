"""The catalogue to edit, and cases to look at."""

from cases.admin import (
    case_file,
    cases,
    catalogue,
    citizens,
    devices,
    keywords,
    limits,
    replies,
    sources,
    surveys,
)

__all__ = [
    "case_file",
    "cases",
    "catalogue",
    "citizens",
    "devices",
    "keywords",
    "limits",
    "replies",
    "sources",
    "surveys",
]

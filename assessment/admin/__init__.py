"""Schemes and their versions to write, check and put in force."""

from assessment.admin import schemes, versions

__all__ = ["schemes", "versions"]

"""What is kept of how well the work is done."""

from assessment.models.case_fact import CaseFact, FactsRead

__all__ = ["CaseFact", "FactsRead"]

"""What is kept of how well the work is done."""

from assessment.models.case_fact import CaseFact, FactsRead
from assessment.models.period import Period, PeriodState, Score, ScorePart
from assessment.models.scheme import (
    Adjustment,
    Band,
    Colour,
    Length,
    Level,
    Scheme,
    SchemeItem,
    SchemeVersion,
    Way,
)
from assessment.models.stage_fact import StageFact
from assessment.models.suspicion_note import Judged, SuspicionNote
from assessment.models.verdict import Appeal, AppealState, CorrectedPoints, Correction, Exemption, TypedPoints

__all__ = [
    "Adjustment", "Appeal", "AppealState", "Band", "CaseFact", "Colour", "CorrectedPoints", "Correction", "Exemption", "FactsRead", "Judged", "Length", "Level", "Period", "PeriodState", "Scheme",
    "SchemeItem", "SchemeVersion", "Score", "ScorePart", "StageFact", "SuspicionNote", "TypedPoints", "Way",
]  # fmt: skip

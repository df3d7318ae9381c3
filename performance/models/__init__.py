"""What performance owns: predicates, results, contracts, daily reports, reviews, evaluations, terms."""

from performance.models.contracts import Output, OutputAmendment, OutputChange, OutputContract
from performance.models.evaluations import BehaviourRating, DialogueNote, Evaluation
from performance.models.predicates import OfficialPredicate
from performance.models.reports import DailyReport, FeedbackComment, LineEvidence, ReportLine, Review
from performance.models.results import WorkResult
from performance.models.terms import ExpectedShare, PerformanceTerms, UnitAchievement

__all__ = [
    "BehaviourRating",
    "DailyReport",
    "DialogueNote",
    "Evaluation",
    "ExpectedShare",
    "FeedbackComment",
    "LineEvidence",
    "OfficialPredicate",
    "Output",
    "OutputAmendment",
    "OutputChange",
    "OutputContract",
    "PerformanceTerms",
    "ReportLine",
    "Review",
    "UnitAchievement",
    "WorkResult",
]

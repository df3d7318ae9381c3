"""Requests and their chain, special circumstances, letters, and the ledger of decisions."""

from fwa.models.chain import ChainStage, Decision, Step
from fwa.models.circumstances import Evidence, EvidenceAccess, SpecialCircumstance
from fwa.models.determinations import (
    Decree,
    Determination,
    DeterminationMember,
    DeterminationOutput,
    LetterBundle,
)
from fwa.models.exports import GrantExport
from fwa.models.ledger import LedgerEntry, LedgerHead
from fwa.models.letters import Letter
from fwa.models.requests import Request, RequestDate, RequestOutput
from fwa.models.reviews import ArrangementReview

__all__ = [
    "ArrangementReview",
    "ChainStage",
    "Decision",
    "Decree",
    "Determination",
    "DeterminationMember",
    "DeterminationOutput",
    "Evidence",
    "EvidenceAccess",
    "GrantExport",
    "LedgerEntry",
    "LedgerHead",
    "Letter",
    "LetterBundle",
    "Request",
    "RequestDate",
    "RequestOutput",
    "SpecialCircumstance",
    "Step",
]

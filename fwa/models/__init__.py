"""Requests and their chain, special circumstances, letters, and the ledger of decisions."""

from fwa.models.chain import ChainStage, Decision, Step
from fwa.models.circumstances import Evidence, EvidenceAccess, SpecialCircumstance
from fwa.models.ledger import LedgerEntry, LedgerHead
from fwa.models.letters import Letter
from fwa.models.requests import Request, RequestDate, RequestOutput

__all__ = [
    "ChainStage",
    "Decision",
    "Evidence",
    "EvidenceAccess",
    "LedgerEntry",
    "LedgerHead",
    "Letter",
    "Request",
    "RequestDate",
    "RequestOutput",
    "SpecialCircumstance",
    "Step",
]

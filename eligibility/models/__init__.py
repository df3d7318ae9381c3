"""Policies as dated data, and the verdicts they gave."""

from eligibility.models.policies import ArrangementTerms, CircumstanceKind, Policy, PolicyVersion, Rule, RuleWaiver
from eligibility.models.screenings import Screening, ScreeningRun
from eligibility.models.simulations import SentBack, Simulation, SimulationRow

__all__ = [
    "ArrangementTerms",
    "CircumstanceKind",
    "Policy",
    "PolicyVersion",
    "Rule",
    "RuleWaiver",
    "Screening",
    "ScreeningRun",
    "SentBack",
    "Simulation",
    "SimulationRow",
]

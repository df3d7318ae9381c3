"""Which rules which change can touch, and what of a rule may be told to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from eligibility.enums import article
from eligibility.registry import get_criterion
from eligibility.screening import RuleResult
from organization.enums import ChangeCause

# The rules over each kind of fact; None: all of them.
CRITERIA_OF_CAUSE: dict[str, frozenset[str] | None] = {
    ChangeCause.DISCIPLINE: frozenset({"not_sanctioned", "not_examined"}),
    ChangeCause.PLACEMENT: None,
    ChangeCause.RATING: frozenset({"min_predicate"}),
    ChangeCause.POLICY: None,
    ChangeCause.DECREE: frozenset({"agency_decree"}),
    ChangeCause.UNIT: frozenset({"unit_service", "unit_ready"}),
    ChangeCause.TASKS: frozenset({"location_tasks", "shift_tasks", "dynamic_tasks", "excluded_post"}),
    ChangeCause.DOMICILE: frozenset({"home_registered"}),
    ChangeCause.OUTPUTS: frozenset({"outputs_delivered", "outputs_on_time", "contract_agreed"}),
    ChangeCause.TIME: None,
}
# What is observed there is a mere yes or no: a second case looks like the first, so the event itself counts.
EVENTS = frozenset({ChangeCause.DISCIPLINE, ChangeCause.UNIT, ChangeCause.DECREE})
# Cases are read by the employee, HR and auditors; supervisor and head learn that the rule is not met, and no more.
DISCIPLINE_CRITERIA = CRITERIA_OF_CAUSE[ChangeCause.DISCIPLINE] or frozenset()


def seen_digest(result: RuleResult) -> str:
    """Digest of what was observed and required, to tell a new state of facts from one that was decided on."""
    observed = result.as_json()["observed"]
    text = json.dumps([observed, result.rule.params], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def rule_entries(results: Iterable[RuleResult]) -> list[dict[str, Any]]:
    """Rules of a review as they are stored: one per criterion, which two policies may ask in their own ways."""
    entries: dict[str, dict[str, Any]] = {}
    for result in results:
        rule = result.rule
        entry = entries.setdefault(
            rule.criterion, {"rule": rule.pk, "criterion": rule.criterion, "article": rule.legal_basis, "seen": []}
        )
        entry["seen"].append(seen_digest(result))
    return list(entries.values())


def rules_code(rules: Iterable[dict[str, Any]]) -> str:
    """The rules of a notice as one text; `rules_in_words` reads it."""
    return "|".join(f"{rule['criterion']}:{rule['article']}" for rule in rules)


def rules_in_words(code: str) -> str:
    """“Not under examination (Art. 25(1))”, in the reader's language."""
    named = []
    for part in code.split("|"):
        criterion, _sep, basis = part.partition(":")
        label = str(get_criterion(criterion).label)
        named.append(f"{label} ({article(basis)})" if basis else label)
    return "; ".join(named)


def touches(cause: str, criterion: str) -> bool:
    """Whether such a change can decide that rule."""
    criteria = CRITERIA_OF_CAUSE[cause]
    return criteria is None or criterion in criteria


def has_discipline(criteria: Collection[str]) -> bool:
    return bool(DISCIPLINE_CRITERIA & set(criteria))

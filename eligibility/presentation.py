"""Verdicts as pages show them: plain words for `partials/verdict_card.html` and `partials/rule_row.html`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eligibility.criteria.base import NoParams, Text
from eligibility.enums import Mark, Outcome, Verdict
from eligibility.marks import is_fixed
from eligibility.models import PolicyVersion, Rule, Screening
from eligibility.registry import get_criterion
from eligibility.rule_changes import RuleChanged
from eligibility.screening import RuleResult, ScreeningResult

TAG_OF_VERDICT = {Verdict.ELIGIBLE: "ok", Verdict.NEEDS_PERSON: "warn", Verdict.NOT_ELIGIBLE: "stop"}


@dataclass(frozen=True)
class RuleRow:
    """One rule of a verdict: what is required, what was observed, the article, what would change it."""

    outcome: str
    label: Text
    detail: Text
    article: str
    remedy: Text


@dataclass(frozen=True)
class VerdictCard:
    """`kind` is the colour of its tag; `word` says the verdict."""

    kind: str
    word: Text
    note: str
    rules: tuple[RuleRow, ...]

    @property
    def met(self) -> list[RuleRow]:
        return [rule for rule in self.rules if rule.outcome == Outcome.PASSED]

    @property
    def open(self) -> list[RuleRow]:
        """Rules that somebody has to look at."""
        return [rule for rule in self.rules if rule.outcome != Outcome.PASSED]


@dataclass(frozen=True)
class RuleLine:
    """One rule of a policy as a sentence, and in small print what it does and who may change it."""

    order: int
    sentence: Text
    article: str
    facts: tuple[Text, ...]


@dataclass(frozen=True)
class DraftLine:
    """One rule of a draft beside the one it replaces."""

    changed: RuleChanged
    label: Text
    facts: tuple[Text, ...]
    is_fixed: bool
    may_change: bool

    @property
    def kind(self) -> str:
        return self.changed.kind

    @property
    def moved_from(self) -> int | None:
        return self.changed.moved_from


def rule_row(result: RuleResult) -> RuleRow:
    explanation = result.explanation
    parts = [str(explanation.observed)]
    if explanation.required and explanation.required != explanation.observed:
        parts.append(_("required: %(what)s") % {"what": explanation.required})
    return RuleRow(
        outcome=str(result.outcome),
        label=result.label,
        detail=" · ".join(part for part in parts if part),
        article=result.rule.article,
        remedy=explanation.remedy,
    )


def version_label(version: PolicyVersion) -> str:
    return _("%(policy)s, version %(number)d") % {"policy": version.policy, "number": version.number}


def _card(verdict: str, version: PolicyVersion, as_of: str, results: Iterable[RuleResult]) -> VerdictCard:
    return VerdictCard(
        kind=TAG_OF_VERDICT[Verdict(verdict)],
        word=Verdict(verdict).label,
        note=_("%(version)s, as of %(date)s") % {"version": version_label(version), "date": as_of},
        rules=tuple(rule_row(result) for result in results),
    )


def verdict_card(result: ScreeningResult) -> VerdictCard:
    """A verdict just made."""
    return _card(result.verdict, result.version, date_format(result.on, "DATE_FORMAT"), result.results)


def stored_card(screening: Screening, results: Iterable[RuleResult]) -> VerdictCard:
    """A verdict as it was stored."""
    return _card(screening.verdict, screening.version, date_format(screening.as_of, "DATE_FORMAT"), results)


def mark_words(rule: Rule) -> str:
    """Who may change the rule, in words."""
    if rule.mark == Mark.LAW:
        if get_criterion(rule.criterion).params_form is NoParams:
            return _("fixed by law")
        return _("fixed by law, its values by the agency's decree")
    return {
        Mark.DECREE: _("changed by decree"),
        Mark.HR: _("changed by HR"),
        Mark.UNIT: _("a unit head may tighten it"),
    }[Mark(rule.mark)]


def rule_facts(rule: Rule) -> tuple[Text, ...]:
    """What a rule does and who may change it, in small print."""
    facts: list[Text] = [rule.get_severity_display(), mark_words(rule)]
    if rule.coordination_no:
        facts.append(_("coordination with the Minister: %(number)s") % {"number": rule.coordination_no})
    waivers = sorted(kind.label for kind in rule.waivable_by.all())
    if waivers:
        facts.append(_("waived for: %(kinds)s") % {"kinds": ", ".join(waivers)})
    return tuple(facts)


def rule_line(rule: Rule) -> RuleLine:
    sentence = get_criterion(rule.criterion).sentence(rule.params)
    return RuleLine(order=rule.order, sentence=sentence, article=rule.article, facts=rule_facts(rule))


def draft_line(changed: RuleChanged, policy_code: str) -> DraftLine:
    fixed = is_fixed(policy_code, changed.criterion)
    return DraftLine(
        changed=changed,
        label=get_criterion(changed.criterion).label,
        facts=rule_facts(changed.rule),
        is_fixed=fixed,
        may_change=not fixed or get_criterion(changed.criterion).params_form is not NoParams,
    )

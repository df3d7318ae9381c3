"""What the marks of regulation 8 leave to the agency. Forms, commands, the API and publishing all ask here.

A rule marked L stands on an article: it stays, blocks, is waived for nobody and asks for no less than the article.
Its values are the agency's own, by decree (P). What the agency adds beyond the articles may only block with the number
of the Minister's coordination letter (Art 26 [Q]).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from eligibility.criteria.base import Criterion, NoParams, Text
from eligibility.defaults import DEFAULT_RULES, REGULATION, RuleSpec, required_by_law
from eligibility.enums import Mark, Severity, article
from eligibility.errors import FixedByLaw
from eligibility.models import Rule
from eligibility.registry import all_criteria
from eligibility.screening import waivers_of

ADDED_BASIS = f"{REGULATION} Ps. 26"


@dataclass(frozen=True)
class RuleValues:
    """A rule as it is wanted, before it is stored. `waivers`: codes of kinds of special circumstance."""

    criterion: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: str = Severity.BLOCK
    legal_basis: str = ""
    coordination_no: str = ""
    waivers: tuple[str, ...] = ()
    mark: str = Mark.DECREE

    @classmethod
    def of(cls, rule: Rule) -> RuleValues:
        return cls(
            criterion=rule.criterion,
            params=rule.params,
            severity=rule.severity,
            legal_basis=rule.legal_basis,
            coordination_no=rule.coordination_no,
            waivers=tuple(waivers_of(rule)),
            mark=rule.mark,
        )


@dataclass(frozen=True)
class Freedom:
    """What the agency may do with one criterion in one policy, for forms; every reason is in words."""

    is_fixed: bool
    needs_letter: bool
    article: str
    reason: Text
    fixed_params: tuple[str, ...]


def spec_of(policy_code: str, criterion: str) -> RuleSpec | None:
    """The rule as the regulation lists it, if it does so for this policy."""
    return next((spec for spec in DEFAULT_RULES.get(policy_code, ()) if spec.criterion == criterion), None)


def is_fixed(policy_code: str, criterion: str) -> bool:
    """Whether the law itself puts the rule into every version of the policy (mark L)."""
    return policy_code in DEFAULT_RULES and criterion in required_by_law(policy_code)


def mark_of(policy_code: str, criterion: str) -> str:
    spec = spec_of(policy_code, criterion)
    return spec.mark if spec else Mark.DECREE


def basis_of(policy_code: str, criterion: str) -> str:
    """The legal basis from which a rule starts: the listed one, else Art 26."""
    spec = spec_of(policy_code, criterion)
    return spec.legal_basis if spec else ADDED_BASIS


def needs_letter(policy_code: str, criterion: str) -> bool:
    """Whether it may block only with the coordination letter: what the articles of this policy do not list."""
    return all_criteria()[criterion].needs_coordination or spec_of(policy_code, criterion) is None


def fits(policy_code: str, criterion: Criterion) -> bool:
    """Whether the criterion can answer what the policy asks."""
    return not criterion.only_for or policy_code in criterion.only_for


def freedom_of(policy_code: str, criterion: str) -> Freedom:
    fixed = is_fixed(policy_code, criterion)
    return Freedom(
        is_fixed=fixed,
        needs_letter=needs_letter(policy_code, criterion),
        article=article(basis_of(policy_code, criterion)),
        reason=_fixed_words(all_criteria()[criterion]) if fixed else "",
        fixed_params=all_criteria()[criterion].fixed_params if fixed else (),
    )


def _fixed_words(criterion: Criterion) -> str:
    if criterion.params_form is NoParams:
        return _("Fixed by law: it blocks, nobody is exempt, and it cannot be removed.")
    return _("Fixed by law: it blocks, nobody is exempt, and it cannot be removed. Its values are the agency's.")


def check_rule(policy_code: str, values: RuleValues) -> dict[str, Any]:
    """The cleaned parameters of a rule that the marks allow.

    Raises FixedByLaw (it would loosen what the law fixes) and ValidationError, both by field: `severity`, `waivers`,
    `legal_basis`, `coordination_no`, `criterion` or the name of a parameter.
    """
    criterion = all_criteria().get(values.criterion)
    if criterion is None or not fits(policy_code, criterion):
        raise ValidationError({"criterion": _("Choose a rule that fits this policy.")})
    params = criterion.clean_params(values.params)
    problems = dict(criterion.below_law(params))
    if is_fixed(policy_code, values.criterion):
        problems |= _softened(policy_code, values)
    if problems:
        raise FixedByLaw(problems, article=article(basis_of(policy_code, values.criterion)))
    _check_added(policy_code, values)
    return params


def _softened(policy_code: str, values: RuleValues) -> dict[str, Text]:
    """Where a rule of the law would be less than one."""
    problems: dict[str, Text] = {}
    if values.severity != Severity.BLOCK:
        problems["severity"] = _("This rule is fixed by law: it always blocks.")
    if values.waivers:
        problems["waivers"] = _("This rule is fixed by law: no special circumstance waives it.")
    if values.legal_basis != basis_of(policy_code, values.criterion):
        problems["legal_basis"] = _("This rule is fixed by law: its legal basis is the article.")
    if values.mark != Mark.LAW:
        problems["mark"] = _("This rule is fixed by law and stays marked so.")
    return problems


def _check_added(policy_code: str, values: RuleValues) -> None:
    problems: dict[str, Any] = {}
    if not is_fixed(policy_code, values.criterion) and values.mark == Mark.LAW:
        problems["mark"] = _("No law fixes this rule for the policy.")
    if not values.legal_basis.strip():
        problems["legal_basis"] = _("Name the article or decree that the rule stands on.")
    blocks = values.severity == Severity.BLOCK
    if blocks and needs_letter(policy_code, values.criterion) and not values.coordination_no.strip():
        problems["coordination_no"] = ValidationError(
            _("An added criterion that blocks needs the number of the coordination letter (Art 26)."),
            code="coordination",
        )
    if problems:
        raise ValidationError(problems)


def check_removal(policy_code: str, criterion: str) -> None:
    """Raises FixedByLaw for a rule that no version may lack."""
    if is_fixed(policy_code, criterion):
        words = {"criterion": _("This rule is fixed by law and cannot be removed.")}
        raise FixedByLaw(words, article=article(basis_of(policy_code, criterion)))


def check_version(policy_code: str, rules: Iterable[Rule]) -> None:
    """All rules together, as publishing needs them. Raises ValidationError whose words name each rule at fault."""
    present = {rule.criterion: rule for rule in rules}
    faults = [
        _("“%(rule)s” is fixed by law and is missing.") % {"rule": all_criteria()[code].label}
        for code in sorted(required_by_law(policy_code) - present.keys())
    ]
    for rule in present.values():
        try:
            check_rule(policy_code, RuleValues.of(rule))
        except ValidationError as error:
            label = all_criteria()[rule.criterion].label if rule.criterion in all_criteria() else rule.criterion
            faults.append(_("“%(rule)s”: %(why)s") % {"rule": label, "why": " ".join(error.messages)})
    if faults:
        raise ValidationError(faults)

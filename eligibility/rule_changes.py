"""What one version of a policy says differently from another: rule by rule, parameter by parameter, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from eligibility.criteria.base import Text
from eligibility.models import PolicyVersion, Rule
from eligibility.registry import get_criterion
from eligibility.screening import rules_of

NEW, REMOVED, CHANGED, SAME = "new", "removed", "changed", "same"
_PLACE = re.compile(r"%\((\w+)\)s|%%")


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: plain text, or the value of parameter `name` with the value it replaces, if it does."""

    text: str
    name: str = ""
    before: str = ""
    is_changed: bool = False


@dataclass(frozen=True)
class Point:
    """One thing of a rule, in words before and after."""

    label: Text
    before: str
    after: str


@dataclass(frozen=True)
class RuleChanged:
    """A rule of either version. `rule` is the one that stands, or for a removed one that which stood.

    `points`: everything that changed; those of the sentence stand in `parts` already.
    """

    kind: str
    rule: Rule
    parts: tuple[Part, ...]
    points: tuple[Point, ...] = ()
    moved_from: int | None = None

    @property
    def criterion(self) -> str:
        return self.rule.criterion

    @property
    def word(self) -> str:
        """The kind of change in words; empty for a rule that stays."""
        words = {NEW: _("new"), REMOVED: _("removed"), CHANGED: _("changed")}
        return words.get(self.kind, "")

    @property
    def points_beside(self) -> tuple[Point, ...]:
        """What changed outside the sentence."""
        return tuple(point for point in self.points if point.label not in self._labels_in_sentence)

    @property
    def _labels_in_sentence(self) -> set[Text]:
        fields = get_criterion(self.criterion).params_form.base_fields
        return {fields[part.name].label or part.name for part in self.parts if part.name}


def phrase_pieces(phrase: str) -> Iterator[tuple[str, str]]:
    """The pieces of a criterion's phrase in order: (text, "") or ("", name of the parameter that stands there)."""
    start = 0
    text = ""
    for found in _PLACE.finditer(phrase):
        text += phrase[start : found.start()]
        start = found.end()
        if found.group(1) is None:
            text += "%"
            continue
        if text:
            yield text, ""
        text = ""
        yield "", found.group(1)
    text += phrase[start:]
    if text:
        yield text, ""


def sentence_parts(rule: Rule, before: Rule | None) -> tuple[Part, ...]:
    """The sentence of a rule with its parameters set apart, and beside a changed one what it was."""
    criterion = get_criterion(rule.criterion)
    now = criterion.words(rule.params)
    was = criterion.words(before.params) if before else {}
    parts = []
    for text, name in phrase_pieces(criterion.phrase(rule.params)):
        if not name:
            parts.append(Part(text))
            continue
        changed = before is not None and rule.params.get(name) != before.params.get(name)
        parts.append(Part(str(now[name]), name, str(was.get(name, "")) if changed else "", changed))
    return tuple(parts)


def rule_changes(version: PolicyVersion, base: PolicyVersion | None) -> list[RuleChanged]:
    """Every rule of `version` in its order, then those of `base` that it lacks. Without a base every rule is as it is.

    No query for versions that bring their rules along (`with_rules`).
    """
    rules = list(rules_of(version))
    before = {rule.criterion: rule for rule in rules_of(base)} if base else {}
    after = {rule.criterion for rule in rules}
    places = _places(rules, before)
    found = [_changed(rule, before.get(rule.criterion), places, has_base=base is not None) for rule in rules]
    gone = [rule for code, rule in before.items() if code not in after]
    return found + [RuleChanged(REMOVED, rule, sentence_parts(rule, None)) for rule in gone]


def _places(rules: Iterable[Rule], before: dict[str, Rule]) -> dict[str, tuple[int, int]]:
    """Place before and now among the rules that both have, so that adding or removing one moves no other."""
    shared = [rule.criterion for rule in rules if rule.criterion in before]
    old = sorted(shared, key=lambda code: before[code].order)
    return {code: (old.index(code), now) for now, code in enumerate(shared)}


def _changed(rule: Rule, before: Rule | None, places: dict[str, tuple[int, int]], *, has_base: bool) -> RuleChanged:
    if before is None:
        return RuleChanged(NEW if has_base else SAME, rule, sentence_parts(rule, None))
    points = tuple(_points(rule, before))
    was, now = places[rule.criterion]
    return RuleChanged(
        kind=CHANGED if points else SAME,
        rule=rule,
        parts=sentence_parts(rule, before),
        points=points,
        moved_from=before.order if was != now else None,
    )


def _points(rule: Rule, before: Rule) -> Iterator[Point]:
    criterion = get_criterion(rule.criterion)
    now, was = criterion.words(rule.params), criterion.words(before.params)
    fields = criterion.params_form.base_fields
    for name in now:
        if rule.params.get(name) != before.params.get(name):
            yield Point(fields[name].label or name, str(was.get(name, "–")), str(now[name]))
    columns: list[tuple[Text, str, str]] = [
        (_("Effect"), before.get_severity_display(), rule.get_severity_display()),
        (_("Waived for"), _waiver_words(before), _waiver_words(rule)),
        (_("Legal basis"), before.article, rule.article),
        (_("Number of the coordination letter (Art 26)"), before.coordination_no or "–", rule.coordination_no or "–"),
    ]
    for label, old, new in columns:
        if old != new:
            yield Point(label, old, new)


def _waiver_words(rule: Rule) -> str:
    return ", ".join(sorted(kind.label for kind in rule.waivable_by.all())) or _("nobody")

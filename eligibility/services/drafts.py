"""Commands over the draft of a policy: copy, change, order, ask for publication, discard.

Every command locks the version, compares the edit the user looked at (`revision`) with the one that stands, and lets
the marks judge (eligibility/marks.py). Publishing itself is in `policies`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from eligibility import notifications
from eligibility.enums import VersionStatus
from eligibility.errors import NoDraft, StaleDraft
from eligibility.marks import RuleValues, basis_of, check_removal, check_rule, check_version, mark_of, needs_letter
from eligibility.models import CircumstanceKind, Policy, PolicyVersion, Rule
from eligibility.services.policies import refuse_begun
from organization.constraints import explained, save_checked
from organization.guards import refuse_past, require
from organization.models import User

EDIT = "eligibility.edit_policy"
UP, DOWN = "up", "down"
_PARKED = 1000  # orders above every real one, while rules change places


@dataclass(frozen=True)
class RuleChange:
    """What somebody wants of a rule; None leaves that part as it stands. `waivers`: codes of circumstance kinds."""

    params: dict[str, Any] | None = None
    severity: str | None = None
    legal_basis: str | None = None
    coordination_no: str | None = None
    waivers: tuple[str, ...] | None = None

    def onto(self, values: RuleValues) -> RuleValues:
        wanted = {name: value for name, value in vars(self).items() if value is not None}
        return replace(values, **wanted)


@transaction.atomic
def start_draft(
    *, by: User, policy_code: str, valid_from: date, base_number: int | None = None, note: str = ""
) -> PolicyVersion:
    """A draft with the rules and waivers of a published version: the latest one, or the one with `base_number`.

    Raises PermissionDenied, and ValidationError (a draft is open already, nothing published, a day of the past).
    """
    require(by, EDIT)
    policy = Policy.objects.select_for_update().get(code=policy_code)
    _refuse_second_draft(policy)
    published = PolicyVersion.objects.standing().filter(policy=policy)
    chosen = published if base_number is None else published.filter(number=base_number)
    base = chosen.order_by("-valid_from").first()
    if base is None:
        raise ValidationError({"base": _("There is no published version to start from.")})
    last = PolicyVersion.objects.filter(policy=policy).aggregate(last=Max("number"))["last"]
    draft = PolicyVersion(policy=policy, number=last + 1, base=base, edited_by=by, note=note, valid_from=valid_from)
    _check_start(draft)
    save_checked(draft)
    _copy_rules(base, draft)
    return draft


def _refuse_second_draft(policy: Policy) -> None:
    draft = PolicyVersion.objects.filter(policy=policy, status=VersionStatus.DRAFT).first()
    if draft:
        raise ValidationError(
            _("Version %(number)d is a draft already. Go on with it, or discard it.") % {"number": draft.number}
        )


def _check_start(draft: PolicyVersion) -> None:
    """From today on, and after every version that has begun; one that has not is replaced (`to_replace`)."""
    refuse_past(draft.valid_from)
    refuse_begun(draft)


def _copy_rules(base: PolicyVersion, draft: PolicyVersion) -> None:
    kept = ("order", "criterion", "params", "severity", "mark", "legal_basis", "coordination_no")
    for rule in base.rules.prefetch_related("waivable_by"):
        copy = Rule.objects.create(version=draft, **{name: getattr(rule, name) for name in kept})
        copy.waivable_by.set(rule.waivable_by.all())


def _open_draft(by: User, version_id: int, revision: int) -> PolicyVersion:
    """The draft, locked, as the user last saw it. Raises PermissionDenied, NoDraft and StaleDraft (both 409)."""
    require(by, EDIT)
    rows = PolicyVersion.objects.select_for_update(of=("self",)).select_related("policy", "edited_by", "base")
    draft: PolicyVersion = rows.get(pk=version_id)
    if draft.status != VersionStatus.DRAFT:
        raise NoDraft
    if draft.revision != revision:
        raise StaleDraft(draft.edited_by, revision=draft.revision)
    return draft


def _edited(draft: PolicyVersion, by: User, *also: str) -> PolicyVersion:
    """Count the edit; a request for publication was for what stood there before."""
    draft.revision += 1
    draft.edited_by, draft.submitted_by, draft.submitted_at = by, None, None
    return save_checked(draft, update_fields=["revision", "edited_by", "submitted_by", "submitted_at", *also])


@transaction.atomic
def set_period(*, by: User, version_id: int, revision: int, valid_from: date, note: str) -> PolicyVersion:
    """From which day the version is to apply, and what it changes and why."""
    draft = _open_draft(by, version_id, revision)
    draft.valid_from, draft.note = valid_from, note
    _check_start(draft)
    return _edited(draft, by, "valid_from", "note")


@transaction.atomic
def edit_rule(*, by: User, version_id: int, revision: int, criterion: str, change: RuleChange) -> PolicyVersion:
    """Change one rule. Raises FixedByLaw or ValidationError by field, Rule.DoesNotExist, NoDraft, StaleDraft."""
    draft = _open_draft(by, version_id, revision)
    rule = draft.rules.with_waivers().get(criterion=criterion)
    values = change.onto(RuleValues.of(rule))
    _store(draft, rule, values)
    return _edited(draft, by)


@transaction.atomic
def add_rule(*, by: User, version_id: int, revision: int, criterion: str, change: RuleChange) -> PolicyVersion:
    """Add a criterion that the version lacks, at the end. What the articles do not list needs the letter of Art 26."""
    draft = _open_draft(by, version_id, revision)
    code = draft.policy.code
    if draft.rules.filter(criterion=criterion).exists():
        raise ValidationError({"criterion": _("The version has this rule already.")})
    values = change.onto(
        RuleValues(criterion=criterion, legal_basis=basis_of(code, criterion), mark=mark_of(code, criterion))
    )
    last = draft.rules.aggregate(last=Max("order"))["last"] or 0
    _store(draft, Rule(version=draft, order=last + 1, criterion=criterion, mark=values.mark), values)
    return _edited(draft, by)


def _store(draft: PolicyVersion, rule: Rule, values: RuleValues) -> None:
    kinds = _kinds(values.waivers)
    rule.params = check_rule(draft.policy.code, values)
    rule.severity, rule.legal_basis = values.severity, values.legal_basis.strip()
    # A letter belongs to what needs one; elsewhere it would read as if the rule needed the Minister's word.
    has_letter = needs_letter(draft.policy.code, rule.criterion)
    rule.coordination_no = values.coordination_no.strip() if has_letter else ""
    save_checked(rule)
    rule.waivable_by.set(kinds)


def _kinds(codes: Iterable[str]) -> list[CircumstanceKind]:
    kinds = list(CircumstanceKind.objects.filter(code__in=codes))
    unknown = set(codes) - {kind.code for kind in kinds}
    if unknown:
        raise ValidationError({"waivers": _("Unknown kind of special circumstance: %(code)s") % {"code": min(unknown)}})
    return kinds


@transaction.atomic
def remove_rule(*, by: User, version_id: int, revision: int, criterion: str) -> PolicyVersion:
    """Take a rule out of the draft. Raises FixedByLaw for one that no version may lack."""
    draft = _open_draft(by, version_id, revision)
    rule = draft.rules.get(criterion=criterion)
    check_removal(draft.policy.code, criterion)
    rule.waivable_by.clear()
    rule.delete()
    _number(draft.rules.order_by("order"))
    return _edited(draft, by)


@transaction.atomic
def move_rule(*, by: User, version_id: int, revision: int, criterion: str, direction: str) -> PolicyVersion:
    """One place up or down; the order is the reading order, since every rule is always checked."""
    draft = _open_draft(by, version_id, revision)
    rules = list(draft.rules.order_by("order"))
    here = next((place for place, rule in enumerate(rules) if rule.criterion == criterion), None)
    if here is None:
        raise Rule.DoesNotExist
    there = here - 1 if direction == UP else here + 1
    if not 0 <= there < len(rules):
        raise ValidationError(_("The rule is at that end already."))
    rules[here], rules[there] = rules[there], rules[here]
    _number(rules)
    return _edited(draft, by)


def _number(rules: Iterable[Rule]) -> None:
    """Give the rules the places 1, 2, 3 in this order; two never have the same on the way."""
    rules = list(rules)
    Rule.objects.filter(pk__in=[rule.pk for rule in rules]).update(order=F("order") + _PARKED)
    for place, rule in enumerate(rules, start=1):
        rule.order = place
    Rule.objects.bulk_update(rules, ["order"])


@transaction.atomic
def request_publication(
    *, by: User, version_id: int, revision: int, decree_no: str, decree_date: date
) -> PolicyVersion:
    """Ask a second person to publish, with the number and date of the decree. What publishing would refuse is said now.

    Raises ValidationError, PermissionDenied, NoDraft, StaleDraft.
    """
    draft = _open_draft(by, version_id, revision)
    _check_start(draft)
    if decree_date > draft.valid_from:
        raise ValidationError({"decree_date": _("A decree does not apply before its own date.")})
    check_version(draft.policy.code, draft.rules.with_waivers())
    draft.decree_no, draft.decree_date = decree_no, decree_date
    draft.submitted_by, draft.submitted_at = by, timezone.now()
    save_checked(draft, update_fields=["decree_no", "decree_date", "submitted_by", "submitted_at"])
    notifications.publication_asked(draft, by=by)
    return draft


@transaction.atomic
def discard_draft(*, by: User, version_id: int, revision: int) -> None:
    """Remove a draft for good; its history of edits stays in the event tables."""
    draft = _open_draft(by, version_id, revision)
    for rule in draft.rules.all():
        rule.waivable_by.clear()
    draft.rules.all().delete()
    with explained(PolicyVersion):
        draft.delete()

"""Commands over policies: put a version in force, seed the first ones, set the general terms."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eligibility.defaults import CIRCUMSTANCE_KINDS, RuleSpec, default_rules
from eligibility.enums import PolicyCode, VersionStatus
from eligibility.marks import check_version
from eligibility.models import ArrangementTerms, CircumstanceKind, Policy, PolicyVersion, Rule
from eligibility.models.policies import PolicyVersionQuerySet
from eligibility.registry import get_criterion
from organization.guards import require
from organization.models import AgencyDecree, User
from organization.services.agency import save_decree


def put_in_force(version: PolicyVersion, *, by: User, decree_no: str, decree_date: date) -> PolicyVersion:
    """Check the version against the law, let the one before it end, and freeze it. Who may is asked before.

    Versions that would begin with it or later and have not begun are replaced: they are never in force.
    """
    _check_publishable(version, decree_no=decree_no, decree_date=decree_date)
    refuse_begun(version)
    to_replace(version).update(status=VersionStatus.REPLACED)
    before = (
        PolicyVersion.objects.standing()
        .filter(policy=version.policy)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=version.valid_from), valid_from__lt=version.valid_from)
    )
    before.update(status=VersionStatus.SUPERSEDED, valid_to=version.valid_from - timedelta(days=1))
    version.status = VersionStatus.PUBLISHED
    version.decree_no, version.decree_date = decree_no, decree_date
    version.published_by, version.published_at = by, timezone.now()
    version.full_clean()
    version.save(update_fields=["status", "decree_no", "decree_date", "published_by", "published_at"])
    return version


def to_replace(version: PolicyVersion) -> PolicyVersionQuerySet:
    """Published versions of the policy that have not begun and would begin with this one or later, oldest first."""
    first = max(version.valid_from, timezone.localdate() + timedelta(days=1))
    rows = PolicyVersion.objects.standing().filter(policy_id=version.policy_id, valid_from__gte=first)
    return rows.exclude(pk=version.pk).order_by("valid_from")


def refuse_begun(version: PolicyVersion) -> None:
    """A version that has begun stays what it was: the new one begins after it. Raises ValidationError."""
    begun = PolicyVersion.objects.standing().filter(policy_id=version.policy_id, valid_from__gte=version.valid_from)
    last = begun.filter(valid_from__lte=timezone.localdate()).exclude(pk=version.pk).order_by("-valid_from").first()
    if last:
        start = date_format(last.valid_from, "DATE_FORMAT")
        words = _("Version %(number)d applies from %(date)s. Choose a later day.")
        raise ValidationError({"valid_from": words % {"number": last.number, "date": start}})


def _check_publishable(version: PolicyVersion, *, decree_no: str, decree_date: date | None) -> None:
    if version.status != VersionStatus.DRAFT:
        raise ValidationError(_("Only a draft can be published."))
    if not decree_no or decree_date is None:
        raise ValidationError(_("The number and date of the decree are required."))
    check_version(version.policy.code, version.rules.with_waivers())


@transaction.atomic
def seed_policies() -> list[Policy]:
    """The policies themselves, without any version."""
    Policy.objects.bulk_create([Policy(code=code) for code in PolicyCode.values], ignore_conflicts=True)
    return list(Policy.objects.all())


@transaction.atomic
def seed_default_policies(
    *,
    valid_from: date,
    decree_no: str,
    decree_date: date,
    edited_by: User,
    published_by: User,
    min_predicate: str | None = None,
    coordination_no: str = "",
) -> list[PolicyVersion]:
    """Make and publish version 1 of the policies that have none yet; returns those made. Pages ask for the right.

    `min_predicate`: lowest official predicate; None leaves the rule out, since Art 25 itself names none.
    Raises ValidationError (a predicate without its coordination letter, Art 26 [Q]).
    DESIGN: version 1 may be edited and published by one person. An agency that starts empty has one HR admin;
    the recorded number and date of the authority's decree stand for the second person.
    """
    if min_predicate and not coordination_no:
        raise ValidationError(
            {"coordination_no": _("An added criterion needs the number of the coordination letter (Art 26).")}
        )
    seed_circumstance_kinds()
    made = []
    for policy in seed_policies():
        if policy.versions.exists():
            continue
        version = PolicyVersion.objects.create(policy=policy, number=1, valid_from=valid_from, edited_by=edited_by)
        specs = default_rules(policy.code, min_predicate=min_predicate, coordination_no=coordination_no)
        _add_rules(version, specs)
        made.append(put_in_force(version, by=published_by, decree_no=decree_no, decree_date=decree_date))
    return made


def _add_rules(version: PolicyVersion, specs: list[RuleSpec]) -> None:
    rules = Rule.objects.bulk_create(
        Rule(
            version=version,
            order=order,
            criterion=spec.criterion,
            params=get_criterion(spec.criterion).clean_params(spec.params),
            severity=spec.severity,
            mark=spec.mark,
            legal_basis=spec.legal_basis,
            coordination_no=spec.coordination_no,
        )
        for order, spec in enumerate(specs, start=1)
    )
    kinds = CircumstanceKind.objects.filter(is_active=True)
    waivable = [rule for rule, spec in zip(rules, specs, strict=True) if spec.waivable]
    waiver = Rule.waivable_by.through
    waiver.objects.bulk_create(waiver(rule=rule, circumstancekind=kind) for kind in kinds for rule in waivable)


@transaction.atomic
def seed_circumstance_kinds() -> list[CircumstanceKind]:
    """Make the kinds of special circumstance that are missing; those the agency changed stay as they are."""
    kinds = [
        CircumstanceKind(
            code=spec.code,
            name=spec.name,
            name_en=spec.name_en,
            evidence_hint=spec.evidence_hint,
            lifts_weekly_cap=spec.lifts_weekly_cap,
        )
        for spec in CIRCUMSTANCE_KINDS
    ]
    CircumstanceKind.objects.bulk_create(kinds, ignore_conflicts=True)
    return list(CircumstanceKind.objects.all())


@transaction.atomic
def seed_terms(*, quota_pct: int, valid_from: date, decree_no: str = "", **other: object) -> ArrangementTerms:
    """The general terms in force on `valid_from`; made with the quota (percent) where there are none yet.

    `other`: further fields of ArrangementTerms. Source: the percentage is required by Art 13 [Q], without a figure.
    """
    terms = ArrangementTerms.objects.overlapping(valid_from, None).order_by("valid_from").first()
    if terms is not None:
        return terms
    terms = ArrangementTerms(quota_pct=quota_pct, valid_from=valid_from, decree_no=decree_no, **other)
    terms.full_clean()
    terms.save()
    return terms


@transaction.atomic
def publish_first_policies(
    *,
    by: User,
    decree_no: str,
    decree_date: date,
    valid_from: date,
    quota_pct: int,
    min_predicate: str | None = None,
    coordination_no: str = "",
) -> list[PolicyVersion]:
    """Set-up of an empty agency: the decree, general terms and version 1 of every policy under it.

    Raises PermissionDenied and ValidationError. Everything there already stays as it is.
    """
    require(by, "eligibility.publish_policy")
    if not AgencyDecree.objects.active_on(valid_from).exists():
        decree = {"number": decree_no, "decided_on": decree_date, "valid_from": valid_from}
        save_decree(by=by, decree_id=None, values=decree)
    seed_terms(quota_pct=quota_pct, valid_from=valid_from, decree_no=decree_no)
    return seed_default_policies(
        valid_from=valid_from,
        decree_no=decree_no,
        decree_date=decree_date,
        edited_by=by,
        published_by=by,
        min_predicate=min_predicate,
        coordination_no=coordination_no,
    )

"""Policies, their dated versions and rules; general terms; kinds of special circumstance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eligibility.enums import Mark, PlaceKind, PolicyCode, QuotaBasis, Rounding, Severity, VersionStatus, article
from organization.models.base import Dated, no_overlap, period_in_order
from organization.querysets import DatedQuerySet

if TYPE_CHECKING:
    from organization.models import User


@pghistory.track()
class CircumstanceKind(models.Model):
    """A kind of special circumstance (keadaan khusus, Art 30 [Q]); the list is the agency's own."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    lifts_weekly_cap = models.BooleanField(_("lifts the weekly cap (Art 13)"), default=True)
    max_days = models.PositiveSmallIntegerField(
        _("longest period in days"), null=True, blank=True, help_text=_("Empty: no limit of its own.")
    )
    evidence_hint = models.CharField(_("evidence asked for"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language; the Indonesian one where there is no other."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Policy(models.Model):
    """A policy for one kind of flexibility."""

    code = models.CharField(max_length=12, choices=PolicyCode.choices, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return self.get_code_display()


class PolicyVersionQuerySet(DatedQuerySet):
    def in_force_on(self, day: date) -> Self:
        """Published or superseded versions whose period holds `day`."""
        return self.standing().active_on(day)

    def published(self) -> Self:
        """Frozen and readable by everybody, never a draft; those replaced before they began are among them."""
        return self.exclude(status=VersionStatus.DRAFT)

    def standing(self) -> Self:
        """Published or superseded: what was, is or will be in force as things stand."""
        return self.exclude(status__in=[VersionStatus.DRAFT, VersionStatus.REPLACED])

    def visible_to(self, user: User) -> Self:
        """Published ones are read by everybody; a draft only by those who keep or audit policies."""
        return self.all() if user.has_perm("eligibility.view_drafts") else self.published()

    def with_rules(self) -> Self:
        return self.select_related("policy").prefetch_related("rules__waivable_by")


class RuleQuerySet(models.QuerySet):
    def with_waivers(self) -> Self:
        """Adds `waiver_codes`: the kinds of special circumstance that waive the rule."""
        waivers = Rule.waivable_by.through.objects.filter(rule=models.OuterRef("pk")).order_by("pk")
        return self.annotate(waiver_codes=ArraySubquery(waivers.values("circumstancekind__code")))


# A published version is never edited: only its end and its state may change (design 3).
_frozen_version = pgtrigger.Trigger(
    name="published_version_is_frozen",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    condition=pgtrigger.Q(old__status__in=["published", "superseded", "replaced"]),
    func=(
        "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a published policy version is immutable'; END IF;"
        " IF (NEW.policy_id, NEW.number, NEW.valid_from, NEW.decree_no, NEW.decree_date, NEW.base_id, NEW.note)"
        " IS DISTINCT FROM"
        " (OLD.policy_id, OLD.number, OLD.valid_from, OLD.decree_no, OLD.decree_date, OLD.base_id, OLD.note)"
        " OR NEW.status = 'draft' OR (OLD.status = 'replaced' AND NEW.status <> 'replaced')"
        " OR (NEW.status = 'replaced' AND OLD.status <> 'replaced' AND OLD.valid_from <= current_date)"
        " THEN RAISE EXCEPTION 'a published policy version is immutable'; END IF; RETURN NEW;"
    ),
)

# A rule may neither be changed in, put into, nor taken out of a published version.
_frozen_rule = pgtrigger.Trigger(
    name="published_rule_is_frozen",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func=(
        "IF (TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM eligibility_policyversion"
        " WHERE id = NEW.version_id AND status <> 'draft'))"
        " OR (TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM eligibility_policyversion"
        " WHERE id = OLD.version_id AND status <> 'draft'))"
        " THEN RAISE EXCEPTION 'the rules of a published policy version are immutable'; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    ),
)

_frozen_waiver = pgtrigger.Trigger(
    name="published_waiver_is_frozen",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func=(
        "IF EXISTS (SELECT 1 FROM eligibility_rule r JOIN eligibility_policyversion v ON v.id = r.version_id"
        " WHERE v.status <> 'draft' AND ((TG_OP <> 'DELETE' AND r.id = NEW.rule_id)"
        " OR (TG_OP <> 'INSERT' AND r.id = OLD.rule_id)))"
        " THEN RAISE EXCEPTION 'the waivers of a published policy version are immutable'; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    ),
)


@pghistory.track()
class PolicyVersion(Dated):
    """A dated, numbered set of rules. Published ones are immutable and never overlap; a policy has one draft at most.

    `base`: the version it was drafted from. `revision` counts the edits of a draft, so that nobody overwrites what
    somebody else changed meanwhile. `submitted_*`: publication was asked for; the next edit of the draft clears them.
    One that was `replaced` before its first day was never in force.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("what changes and why"), blank=True, max_length=2000)
    revision = models.PositiveIntegerField(_("edits"), default=1)
    status = models.CharField(_("state"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)
    decree_date = models.DateField(_("date of the decree"), null=True, blank=True)
    edited_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number_once"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(status="draft"),
                name="policy_one_draft",
                violation_error_message=_("The policy has a draft already."),
            ),
            models.CheckConstraint(
                name="policy_version_submitted_whole",
                condition=Q(submitted_by__isnull=True, submitted_at__isnull=True)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False, decree_date__isnull=False)
                & ~Q(decree_no=""),
                violation_error_message=_("Publication is asked for with the number and date of a decree."),
            ),
            period_in_order("policy_version_period_in_order"),
            no_overlap(
                "policy_id",
                name="policy_version_one_in_force",
                message=_("Another published version is in force in that period."),
                condition=~Q(status__in=["draft", "replaced"]),
            ),
            models.CheckConstraint(
                name="policy_version_published_has_stamp",
                condition=Q(status="draft", published_at__isnull=True)
                | (
                    ~Q(status="draft")
                    & Q(published_at__isnull=False, published_by__isnull=False, decree_date__isnull=False)
                    & ~Q(decree_no="")
                ),
                violation_error_message=_("A published version has a publisher and the number and date of a decree."),
            ),
            # Version 1 is made at set-up, where there may be one HR admin only: the decree is the second authority.
            models.CheckConstraint(
                name="policy_version_two_people",
                condition=Q(status="draft")
                | Q(number=1)
                | Q(edited_by__isnull=False) & ~Q(published_by=F("edited_by")),
                violation_error_message=_("Publisher and last editor are two people."),
            ),
        ]
        triggers = [_frozen_version]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


@pghistory.track()
class Rule(models.Model):
    """One criterion inside a version: its parameters, what failing means, and on what law it stands."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="rules")
    order = models.PositiveSmallIntegerField(_("order"))
    criterion = models.CharField(_("criterion"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    severity = models.CharField(_("effect"), max_length=6, choices=Severity.choices, default=Severity.BLOCK)
    mark = models.CharField(_("changed by"), max_length=1, choices=Mark.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=120)
    coordination_no = models.CharField(_("number of the coordination letter (Art 26)"), max_length=120, blank=True)
    waivable_by = models.ManyToManyField(CircumstanceKind, blank=True, related_name="+")

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="rule_order_once"),
            models.UniqueConstraint(fields=["version", "criterion"], name="rule_criterion_once"),
        ]
        triggers = [_frozen_rule]

    def __str__(self) -> str:
        return f"{self.order}. {self.criterion}"

    @property
    def article(self) -> str:
        """The legal basis in the reader's language."""
        return article(self.legal_basis)


# The table behind a many-to-many has a class only at run time.
class RuleWaiver(Rule.waivable_by.through):  # type: ignore[name-defined]
    """Carries the trigger of the table behind `Rule.waivable_by`."""

    class Meta:
        proxy = True
        triggers = [_frozen_waiver]


def _all_place_kinds() -> list[str]:
    return list(PlaceKind.values)


@pghistory.track()
class ArrangementTerms(Dated):
    """General terms of arrangements that the agency decides, dated (regulation 8).

    The weekly cap may be lowered, never raised above two working days: Art 13(1) [Q], mark L.
    """

    max_days_per_week = models.PositiveSmallIntegerField(
        _("working days a week with another place"), default=2, validators=[MaxValueValidator(2)]
    )
    quota_pct = models.PositiveSmallIntegerField(
        _("quota, percent of active staff"),
        validators=[MaxValueValidator(100)],
        help_text=_("Required by Art 13, without a legal figure. Units may have a smaller one."),
    )
    quota_basis = models.CharField(
        _("quota counts"), max_length=8, choices=QuotaBasis.choices, default=QuotaBasis.PER_DAY
    )
    quota_rounding = models.CharField(
        _("quota is rounded"), max_length=8, choices=Rounding.choices, default=Rounding.DOWN
    )
    home_counts = models.BooleanField(_("home counts toward the cap"), default=True)
    other_office_counts = models.BooleanField(_("another office counts toward the cap"), default=True)
    other_place_counts = models.BooleanField(_("another place counts toward the cap"), default=True)
    place_kinds = ArrayField(
        models.CharField(max_length=12, choices=PlaceKind.choices), default=_all_place_kinds, verbose_name=_("places")
    )
    max_months = models.PositiveSmallIntegerField(
        _("longest arrangement in months"), default=6, validators=[MinValueValidator(1)]
    )
    hold_days = models.PositiveSmallIntegerField(
        _("working days a place is held for the next levels"), default=15, validators=[MinValueValidator(1)]
    )
    response_days = models.PositiveSmallIntegerField(
        _("working days to answer when an arrangement is reviewed"), default=5, validators=[MinValueValidator(1)]
    )
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("terms_period_in_order"),
            no_overlap(name="terms_one_in_force", message=_("Other terms are in force in that period.")),
            models.CheckConstraint(
                name="terms_cap_is_at_most_two",
                condition=Q(max_days_per_week__lte=2),
                violation_error_message=_("Art 13(1) allows at most two working days a week."),
            ),
            models.CheckConstraint(name="terms_quota_is_percent", condition=Q(quota_pct__lte=100)),
        ]

    def counts_toward_cap(self, place_kind: str) -> bool:
        """Whether a day at such a place takes one of the weekly days; a field task never does (Art 13 [Q])."""
        counts: dict[str, bool] = {
            PlaceKind.HOME: self.home_counts,
            PlaceKind.OTHER_OFFICE: self.other_office_counts,
            PlaceKind.OTHER: self.other_place_counts,
        }
        return counts.get(place_kind, False)

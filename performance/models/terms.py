"""What the agency decides about plans, reports, reviews and evaluations: one dated row, edited by HR on a page."""

from __future__ import annotations

from datetime import time

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models.base import Dated, no_overlap, period_in_order
from performance.enums import Achievement, PeriodKind, Predicate


@pghistory.track()
class PerformanceTerms(Dated):
    """Deadlines and figures of performance in force in a period. Days are working days where the name says so.

    Source: regulation 8 (`plan.deadline`, `report.deadline`, `report.verify_days`, `eval.period_months`) and 5.1:
    practice of agencies, nothing here is law.
    """

    plan_working_days_before = models.PositiveSmallIntegerField(
        _("plan due so many working days before"),
        default=1,
        validators=[MaxValueValidator(10)],
        help_text=_("0: on the day itself."),
    )
    plan_until = models.TimeField(_("plan due at"), default=time(23, 59), help_text=_("Local time of the unit."))
    report_working_days_after = models.PositiveSmallIntegerField(
        _("report due so many working days after"),
        default=0,
        validators=[MaxValueValidator(10)],
        help_text=_("0: on the day itself."),
    )
    report_until = models.TimeField(_("report due at"), default=time(23, 59), help_text=_("Local time of the unit."))
    plan_required = models.BooleanField(_("flexible days need a plan and a report"), default=True)
    report_open_days = models.PositiveSmallIntegerField(
        _("days after which a day can no longer be reported"),
        default=31,
        validators=[MinValueValidator(1), MaxValueValidator(92)],
    )
    review_working_days = models.PositiveSmallIntegerField(
        _("working days to review a report"), default=2, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    escalate_working_days = models.PositiveSmallIntegerField(
        _("working days after which an unreviewed report goes to the next level"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    amendment_working_days = models.PositiveSmallIntegerField(
        _("working days to answer a change of the contract"), default=3, validators=[MinValueValidator(1)]
    )
    evaluation_kind = models.CharField(
        _("evaluations are made every"),
        max_length=8,
        choices=[(PeriodKind.MONTH, _("month")), (PeriodKind.QUARTER, _("quarter")), (PeriodKind.YEAR, _("year"))],
        default=PeriodKind.QUARTER,
    )
    first_evaluation_months = models.PositiveSmallIntegerField(
        _("months until the first review of an arrangement"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    objection_working_days = models.PositiveSmallIntegerField(
        _("working days to acknowledge or object to an evaluation"), default=5, validators=[MinValueValidator(1)]
    )
    above_from_pct = models.PositiveSmallIntegerField(
        _("outputs delivered on time: above expectation from, percent"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Also needs an output that the supervisor rated above expectation."),
    )
    meets_from_pct = models.PositiveSmallIntegerField(
        _("outputs delivered on time: meets expectation from, percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    evidence_max_mb = models.PositiveSmallIntegerField(
        _("largest evidence file, MB"), default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("performance_terms_period_in_order"),
            no_overlap(name="performance_terms_one_in_force", message=_("Other terms are in force in that period.")),
            models.CheckConstraint(
                name="performance_terms_steps_in_order",
                condition=models.Q(above_from_pct__gte=models.F("meets_from_pct")),
                violation_error_message=_("“Above” cannot begin below “meets”."),
            ),
            models.CheckConstraint(
                name="performance_terms_escalation_after_review",
                condition=models.Q(escalate_working_days__gte=models.F("review_working_days")),
                violation_error_message=_("A report cannot go to the next level before its review is due."),
            ),
        ]


@pghistory.track()
class ExpectedShare(Dated):
    """The curve: what share of a unit's people is expected in a predicate, by the unit's achievement. Information only.

    Source: annex 4 to PermenPANRB 6/2022 draws curves without figures [P]; the seeded figures are DESIGN.
    """

    achievement = models.CharField(_("achievement of the unit"), max_length=16, choices=Achievement.choices)
    predicate = models.CharField(_("predicate"), max_length=16, choices=Predicate.choices)
    pct = models.PositiveSmallIntegerField(_("expected share, percent"), validators=[MaxValueValidator(100)])

    class Meta:
        ordering = ["achievement", "predicate", "-valid_from"]
        constraints = [period_in_order("expected_share_period_in_order")]


@pghistory.track()
class UnitAchievement(models.Model):
    """Capaian kinerja organisasi of a unit in a year or quarter, as the leader or SAKIP found it."""

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="achievements")
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(
        _("quarter"), default=0, help_text=_("1 to 4; 0 stands for the whole year.")
    )
    achievement = models.CharField(_("achievement of the unit"), max_length=16, choices=Achievement.choices)
    source_document = models.CharField(_("source document"), max_length=200)
    recorded_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "-quarter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "quarter"],
                name="unit_achievement_once",
                violation_error_message=_("The achievement of this period is on record already."),
            ),
            models.CheckConstraint(name="unit_achievement_quarter", condition=models.Q(quarter__lte=4)),
        ]

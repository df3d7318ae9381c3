"""A request for a flexible arrangement, its dates and its promised outputs."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from attendance.enums import Facet
from eligibility.enums import LOCATION_KINDS, TIME_KINDS, FlexKind, PlaceKind
from fwa.enums import EDITABLE, Basis, DateProblem, DateStatus, RefusalGround, RequestStatus
from fwa.querysets import RequestDateQuerySet, RequestQuerySet
from organization.models import Unit


@pghistory.track(exclude=["reason", "work_plan", "refusal_reason", "refusal_alternative", "place_address"])
class Request(FSMModelMixin, models.Model):
    """One employee's request (usulan). Unit, position and supervisor are kept as they were when it was sent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Null and not empty while it is a draft: an empty number could stand in one row only.
    number = models.CharField(_("number"), max_length=20, unique=True, null=True, editable=False)  # noqa: DJ001
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(_("kind of flexibility"), max_length=14, choices=FlexKind.choices)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis.choices, default=Basis.TASK)
    status = FSMField(_("state"), default=RequestStatus.DRAFT, choices=RequestStatus.choices, protected=True)

    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("weekdays"))
    single_dates = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("single dates"))
    left_out = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("dates left out"))
    place_kind = models.CharField(_("place"), max_length=12, choices=PlaceKind.choices, blank=True)
    site = models.ForeignKey(
        "organization.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    domicile = models.ForeignKey(
        "organization.Domicile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place_address = models.CharField(_("address"), max_length=300, blank=True)
    starts_at = models.TimeField(_("start of work"), null=True, blank=True)
    ends_at = models.TimeField(_("end of work"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=4000)
    work_plan = models.TextField(_("work plan"), blank=True, max_length=4000)

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey("organization.Position", on_delete=models.PROTECT, null=True, related_name="+")
    supervisor = models.ForeignKey(
        "organization.Employee", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    screenings = models.ManyToManyField("eligibility.Screening", blank=True, related_name="requests")
    assignment = models.OneToOneField(
        "attendance.Assignment", on_delete=models.PROTECT, null=True, blank=True, related_name="request"
    )
    determination = models.ForeignKey(
        "fwa.Determination", on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    # The request whose arrangement this one carries on.
    renews = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    held_until = models.DateField(_("places held until"), null=True, blank=True)

    # The service user of a system that keeps the draft for the employee; empty where the employee wrote it.
    entered_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    refusal_ground = models.CharField(_("ground"), max_length=16, choices=RefusalGround.choices, blank=True)
    refusal_reason = models.TextField(_("reason of the refusal"), blank=True, max_length=2000)
    refusal_alternative = models.TextField(_("alternative"), blank=True, max_length=2000)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["employee", "-submitted_at"]),
            models.Index(fields=["status", "-submitted_at"]),
            models.Index(F("submitted_at").desc(nulls_first=True), F("id").desc(), name="request_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_period_in_order",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end date must not be before the start date."),
            ),
            models.CheckConstraint(
                name="request_sent_is_complete",
                condition=Q(status="draft")
                | Q(number__isnull=False, submitted_at__isnull=False, unit__isnull=False, valid_from__isnull=False),
            ),
            models.CheckConstraint(
                name="request_refusal_is_complete",
                condition=~Q(status="rejected")
                | (~Q(refusal_ground="") & ~Q(refusal_reason="") & ~Q(refusal_alternative="")),
                violation_error_message=_("A refusal needs a ground, a reason and an alternative."),
            ),
            models.CheckConstraint(
                name="request_final_has_stamp",
                condition=~Q(status__in=["approved", "rejected", "withdrawn"]) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_approved_has_assignment", condition=~Q(status="approved") | Q(assignment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    @property
    def sent_unit(self) -> Unit:
        """The unit when it was sent; only a draft has none."""
        if self.unit is None:
            raise ValueError("a sent request has a unit")
        return self.unit

    @property
    def facets(self) -> list[str]:
        """Which sides of a day the request touches: place, hours, or both."""
        facets: list[str] = [Facet.LOCATION] if self.kind in LOCATION_KINDS else []
        return facets + ([Facet.TIME] if self.kind in TIME_KINDS else [])

    @property
    def needs_place(self) -> bool:
        return self.kind in LOCATION_KINDS

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @transition(field=status, source=list(EDITABLE), target=RequestStatus.SUBMITTED)
    def submit(self, *, at: datetime) -> None:
        self.submitted_at = at

    @transition(field=status, source=RequestStatus.SUBMITTED, target=RequestStatus.RETURNED)
    def send_back(self) -> None:
        """Returned for change: the employee may edit and send again; the number stays."""

    @transition(field=status, source=RequestStatus.SUBMITTED, target=RequestStatus.APPROVED)
    def approve(self, *, at: datetime) -> None:
        self.decided_at = at

    @transition(field=status, source=RequestStatus.SUBMITTED, target=RequestStatus.REJECTED)
    def reject(self, *, at: datetime, ground: str, reason: str, alternative: str) -> None:
        self.decided_at = at
        self.refusal_ground = ground
        self.refusal_reason = reason
        self.refusal_alternative = alternative

    @transition(field=status, source=[RequestStatus.SUBMITTED, RequestStatus.RETURNED], target=RequestStatus.WITHDRAWN)
    def withdraw(self, *, at: datetime) -> None:
        self.decided_at = at


class RequestDate(models.Model):
    """One requested date and facet. `is_live` rows of one employee never share a day and facet, by constraint."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="dates")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("date"))
    facet = models.CharField(max_length=8, choices=Facet.choices)
    status = models.CharField(max_length=9, choices=DateStatus.choices, default=DateStatus.REQUESTED)
    problem = models.CharField(_("why not"), max_length=14, choices=DateProblem.choices, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    alternatives = ArrayField(models.DateField(), default=list, blank=True)
    is_live = models.BooleanField(default=True)

    objects = RequestDateQuerySet.as_manager()

    class Meta:
        ordering = ["day", "facet", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "day", "facet"], name="request_date_once"),
            models.UniqueConstraint(
                fields=["employee", "day", "facet"],
                condition=Q(is_live=True),
                name="request_date_one_live_per_facet",
                violation_error_message=_("Another request of yours covers one of these dates."),
            ),
            models.CheckConstraint(
                name="request_date_refused_says_why", condition=~Q(status="refused") | ~Q(problem="")
            ),
        ]


class RequestOutput(models.Model):
    """A promised output (keluaran): what, measured how, how much, by when (Art 30 [Q]), and which result it serves."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="outputs")
    title = models.CharField(_("output"), max_length=200)
    measure = models.CharField(_("measure"), max_length=60)
    target = models.DecimalField(
        _("target"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    due_on = models.DateField(_("due on"))
    work_result = models.ForeignKey(
        "performance.WorkResult",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("work result"),
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.CheckConstraint(name="request_output_target_is_positive", condition=Q(target__gt=0))]

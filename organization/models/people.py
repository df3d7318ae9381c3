"""Employees, where they live and where they are placed; every fact dated."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.enums import EmployeeKind, EntryReason, ServiceBody, Sex
from organization.models.base import Dated, no_overlap, period_in_order
from organization.querysets import EmployeeQuerySet, PlacementQuerySet


@pghistory.track()
class Employee(models.Model):
    """A civil servant (pegawai ASN). The NIP is personal data: it never stands in a URL or on a public page."""

    nip = models.CharField("NIP", max_length=18, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind of employee"), max_length=15, choices=EmployeeKind.choices)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    birth_date = models.DateField(_("date of birth"))
    birth_place = models.CharField(_("place of birth"), max_length=100, blank=True)
    grade = models.CharField(_("grade"), max_length=6, blank=True)
    grade_since = models.DateField(_("in this grade since"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    nip_exception_reason = models.CharField(
        _("reason for accepting a NIP that does not fit"), max_length=300, blank=True
    )
    user = models.OneToOneField(
        "organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="employee"
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="employee_by_name")]
        constraints = [
            models.CheckConstraint(
                name="employee_nip_is_18_digits",
                condition=Q(nip__regex=r"^[0-9]{18}$"),
                violation_error_message=_("A NIP has 18 digits."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Domicile(Dated):
    """The registered home address; working from home is only lawful there (Art 12(3) [Q]).

    A change counts once HR has verified it: `verified_at` is empty until then.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="domiciles")
    address = models.CharField(_("address"), max_length=300)
    requested_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    verified_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("domicile_period_in_order"),
            no_overlap(
                "employee_id",
                name="domicile_one_verified_a_day",
                message=_("Another verified address covers that period."),
                condition=Q(verified_at__isnull=False),
            ),
        ]


@pghistory.track()
class Placement(Dated):
    """Where an employee serves in a period: unit, position, direct supervisor (atasan langsung), office."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="placements")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="placements")
    position = models.ForeignKey("organization.Position", on_delete=models.PROTECT, related_name="placements")
    supervisor = models.ForeignKey(
        Employee, on_delete=models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("supervisor")
    )
    site = models.ForeignKey("organization.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry_reason = models.CharField(_("entered the post by"), max_length=15, choices=EntryReason.choices)
    is_head = models.BooleanField(_("heads the unit"), default=False)
    service_body = models.CharField(
        _("assigned in"), max_length=15, choices=ServiceBody.choices, default=ServiceBody.AGENCY
    )

    objects: ClassVar = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["employee", "-valid_from", "pk"]
        indexes = [
            models.Index(fields=["employee", "valid_from"]),
            models.Index(fields=["unit", "valid_from"]),
            models.Index(fields=["supervisor", "valid_from"]),
        ]
        constraints = [
            period_in_order("placement_period_in_order"),
            models.CheckConstraint(
                name="placement_not_own_supervisor",
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=F("employee")),
                violation_error_message=_("Nobody is their own supervisor."),
            ),
            no_overlap(
                "employee_id",
                name="placement_one_a_day",
                message=_("The employee has another placement in that period."),
            ),
            no_overlap(
                "unit_id",
                name="placement_one_head_a_day",
                message=_("The unit has another head in that period."),
                condition=Q(is_head=True),
            ),
        ]

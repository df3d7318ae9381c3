"""Forms about people: placement, contact, address, departure, discipline case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from organization.access import access_for
from organization.enums import EntryReason, Role, ServiceBody
from organization.forms.base import DateField, EmployeeField, PlainForm, PlainModelForm, UnitChoiceField
from organization.models import DisciplineCase, Domicile, Employee, Placement, Position, Site, Unit, User
from organization.querysets import under_paths_q


class PlacementForm(PlainForm):
    """A new placement from a day on."""

    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
    unit = UnitChoiceField(label=gettext_lazy("Unit"))
    position = forms.ModelChoiceField(label=gettext_lazy("Position"), queryset=Position.objects.all())
    entry_reason = forms.ChoiceField(label=gettext_lazy("Entered the post by"), choices=EntryReason.choices)
    supervisor = EmployeeField(label=gettext_lazy("Direct supervisor"), required=False)
    site = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Site.objects.filter(is_active=True), required=False
    )
    service_body = forms.ChoiceField(
        label=gettext_lazy("Assigned in"), choices=ServiceBody.choices, initial=ServiceBody.AGENCY
    )
    is_head = forms.BooleanField(label=gettext_lazy("Heads the unit"), required=False)

    def __init__(self, *args: Any, by: User, current: Placement | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"valid_from": timezone.localdate(), "entry_reason": EntryReason.ADMINISTRATIVE}
        if current:
            names = ("unit_id", "position_id", "supervisor", "site_id", "service_body", "is_head")
            initial |= {name.removesuffix("_id"): getattr(current, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)
        reach = access_for(by).paths_of_role(Role.HR_ADMIN)
        self.fields["unit"].queryset = Unit.objects.filter(under_paths_q(reach, ""))  # type: ignore[attr-defined]


class ContactForm(PlainModelForm):
    class Meta:
        model = Employee
        fields = ["email", "phone"]


class DomicileForm(PlainModelForm):
    valid_from = DateField(label=gettext_lazy("Lives there since"))

    class Meta:
        model = Domicile
        fields = ["address", "valid_from"]
        widgets = {"address": forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"})}


class DepartureForm(PlainForm):
    left_on = DateField(
        label=gettext_lazy("Last day in the agency"),
        help_text=gettext_lazy("The account is switched off when this day is over."),
    )


class CaseForm(PlainModelForm):
    """A discipline case; which dates are needed follows from its state."""

    opened_on = DateField(label=gettext_lazy("Examination opened on"))
    decided_on = DateField(label=gettext_lazy("Decided on"), required=False)
    sanction_from = DateField(label=gettext_lazy("Sanction from"), required=False)
    sanction_to = DateField(
        label=gettext_lazy("Sanction until"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )

    class Meta:
        model = DisciplineCase
        fields = [
            "reference",
            "status",
            "level",
            "opened_on",
            "decided_on",
            "sanction_from",
            "sanction_to",
            "decree_no",
        ]

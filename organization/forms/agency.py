"""Forms about the agency: profile and letterhead, decree, posts, roles, delegations, calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.enums import DelegationKind, Role
from organization.forms.base import AccountField, DateField, PlainForm, PlainModelForm, UnitChoiceField
from organization.models import AgencyDecree, AgencyProfile, Holiday, Position, RamadanPeriod, Site, TaskType

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
LOGO_MAX_BYTES = 512 * 1024
NUMBER_PARTS = ("{seq}", "{year}", "{month}")
UNTIL_FURTHER_NOTICE = gettext_lazy("Empty: until further notice.")


class ProfileForm(PlainModelForm):
    """Name, letterhead and wording of the decision letters."""

    class Meta:
        model = AgencyProfile
        fields = [
            "name",
            "short_name",
            "letterhead_1",
            "letterhead_2",
            "address",
            "contact",
            "city",
            "logo",
            "number_pattern",
            "letter_title",
            "considering",
            "recalling",
            "obligations",
            "signatory_title",
            "on_behalf_of",
        ]
        widgets = {
            "logo": forms.ClearableFileInput(attrs={"accept": "image/png"}),
            "considering": forms.Textarea(attrs={"rows": 5}),
            "recalling": forms.Textarea(attrs={"rows": 6}),
            "obligations": forms.Textarea(attrs={"rows": 6}),
        }

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if not logo or "logo" not in self.changed_data:
            return logo
        if logo.size > LOGO_MAX_BYTES:
            raise ValidationError(_("The picture is larger than 512 KB. Save it smaller and try again."))
        start = logo.read(len(PNG_SIGNATURE))
        logo.seek(0)
        if start != PNG_SIGNATURE:
            raise ValidationError(_("This is not a PNG picture."))
        logo.name = "logo.png"
        return logo

    def clean_number_pattern(self) -> str:
        pattern: str = self.cleaned_data["number_pattern"]
        rest = pattern
        for part in NUMBER_PARTS:
            rest = rest.replace(part, "")
        if "{" in rest or "}" in rest:
            raise ValidationError(_("Use only {seq}, {year} and {month} in braces."))
        if "{seq}" not in pattern:
            raise ValidationError(_("Without {seq} every letter would have the same number."))
        return pattern


class DecreeForm(PlainModelForm):
    decided_on = DateField(label=gettext_lazy("Date of the decree"))
    valid_from = DateField(label=gettext_lazy("Applies from"))
    valid_to = DateField(label=gettext_lazy("Applies until"), required=False, help_text=UNTIL_FURTHER_NOTICE)

    class Meta:
        model = AgencyDecree
        fields = ["number", "decided_on", "title", "valid_from", "valid_to"]


class SiteForm(PlainModelForm):
    class Meta:
        model = Site
        fields = ["code", "name", "address", "latitude", "longitude", "open_to_others", "is_active"]


class PositionForm(PlainModelForm):
    class Meta:
        model = Position
        fields = ["code", "name", "kind", "echelon", "group"]


class TaskTypeForm(PlainModelForm):
    class Meta:
        model = TaskType
        fields = [
            "code",
            "name",
            "outside_office",
            "no_special_room",
            "with_ict",
            "minimal_face_to_face",
            "no_continuous_supervision",
            "is_field_task",
            "over_510_min_a_day",
            "over_5_days_and_2250_min",
            "not_bound_to_office_hours",
        ]
        labels = {
            "outside_office": gettext_lazy("Can the work be done outside the office of placement?"),
            "no_special_room": gettext_lazy("Can it be done without a special room or equipment?"),
            "with_ict": gettext_lazy("Can it be done with information technology?"),
            "minimal_face_to_face": gettext_lazy("Does it need only little face-to-face contact?"),
            "no_continuous_supervision": gettext_lazy("Can it be done without somebody supervising all the time?"),
            "is_field_task": gettext_lazy("Must it by its nature be done outside the office?"),
            "over_510_min_a_day": gettext_lazy("Does the duty run more than 8 hours 30 minutes in a day?"),
            "over_5_days_and_2250_min": gettext_lazy(
                "Does the duty need more than 5 working days and more than 37.5 hours a week?"
            ),
            "not_bound_to_office_hours": gettext_lazy("Can it be done at hours other than office hours?"),
        }
        help_texts = {
            "outside_office": gettext_lazy("Not, for example, serving at the counter or keeping the paper archive."),
            "no_special_room": gettext_lazy("Not, for example, laboratory, ward, server room, printing machine."),
            "with_ict": gettext_lazy("Documents, data and coordination are reached by computer and network."),
            "minimal_face_to_face": gettext_lazy("Meetings now and then are no obstacle; daily visitors are."),
            "no_continuous_supervision": gettext_lazy("The result shows whether the work was done."),
            "is_field_task": gettext_lazy("Inspection, extension work, surveys: exempt from the weekly cap (Art 13)."),
            "over_510_min_a_day": gettext_lazy("For example emergency ward, security, watching over systems."),
            "over_5_days_and_2250_min": gettext_lazy("For example customs and immigration at ports and airports."),
            "not_bound_to_office_hours": gettext_lazy("Working days and hours are still met: research, drafting."),
        }

    location_fields = (
        "outside_office",
        "no_special_room",
        "with_ict",
        "minimal_face_to_face",
        "no_continuous_supervision",
    )

    @property
    def location_criteria(self) -> list[forms.BoundField]:
        return [self[name] for name in self.location_fields]

    @property
    def other_criteria(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in ("code", "name", *self.location_fields)]


class ShareForm(PlainForm):
    task_type = forms.TypedChoiceField(
        label=gettext_lazy("Task type"), choices=(), coerce=int, empty_value=None, required=False
    )
    share_pct = forms.IntegerField(
        label=gettext_lazy("Share of time, percent"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, task_types: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task_type"].choices = [("", "---------"), *task_types]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("task_type")) != bool(values.get("share_pct")):
            raise ValidationError(_("Give both the task type and its share, or leave both empty."))
        return values


class BaseShareFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        chosen = [form.cleaned_data.get("task_type") for form in self.forms if form.is_valid()]
        types = [task_type for task_type in chosen if task_type]
        if len(types) != len(set(types)):
            raise ValidationError(_("Each task type can stand here only once."))

    def shares(self) -> dict[int, int]:
        """Task type id -> percent, without removed and empty rows."""
        rows = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return {row["task_type"]: row["share_pct"] for row in rows if row.get("task_type")}


ShareFormSet = forms.formset_factory(ShareForm, formset=BaseShareFormSet, extra=3, can_delete=True)


class ValidFromForm(PlainForm):
    valid_from = DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate


class RoleForm(PlainForm):
    account = AccountField(label=gettext_lazy("Account"))
    # No role is preselected: the first one, HR admin, is the most powerful.
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", "---------"), *Role.choices])
    unit = UnitChoiceField(label=gettext_lazy("In"), required=False, empty_label=gettext_lazy("the whole agency"))
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("Until"), required=False, help_text=UNTIL_FURTHER_NOTICE)


class DelegationForm(PlainForm):
    principal = AccountField(label=gettext_lazy("In the place of"))
    delegate = AccountField(label=gettext_lazy("Acts"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=DelegationKind.choices,
        widget=forms.RadioSelect,
        initial=DelegationKind.PLH,
        help_text=gettext_lazy("Plh. during a short absence, Plt. while the post is vacant."),
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("Until"), required=False, help_text=UNTIL_FURTHER_NOTICE)
    order_no = forms.CharField(label=gettext_lazy("Order number"), max_length=80, required=False)

    def __init__(self, *args: Any, own_place_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own_place_only:
            del self.fields["principal"]


class HolidayForm(PlainModelForm):
    day = DateField(label=gettext_lazy("Date"))

    class Meta:
        model = Holiday
        fields = ["day", "name", "kind", "source", "is_estimate"]


class RamadanForm(PlainModelForm):
    valid_from = DateField(label=gettext_lazy("First day"))
    valid_to = DateField(label=gettext_lazy("Last day"))

    class Meta:
        model = RamadanPeriod
        fields = ["year_hijri", "valid_from", "valid_to", "source"]

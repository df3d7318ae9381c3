"""Filters of the organisation's lists; pages and API share them. A NIP is never part of an address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.enums import DisciplineStatus, EmployeeKind, PositionKind, Role
from organization.forms.base import UnitChoiceField
from organization.models import Delegation, DisciplineCase, Employee, Position, RoleGrant, TaskType, Unit, User
from organization.querysets import EmployeeQuerySet, PositionQuerySet, active_on_q

NIP_IS_PRIVATE = _("Search by name here. To look up a NIP use the field beside it, which keeps it out of the address.")
MANY_DIGITS = 6


class PlainFilterForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def _no_number(value: str) -> None:
    if sum(sign.isdigit() for sign in value) >= MANY_DIGITS:
        raise ValidationError(NIP_IS_PRIVATE)


def search_filter(label: Any, method: str | None = None, field_name: str | None = None) -> django_filters.CharFilter:
    """A text field that refuses numbers long enough to be a NIP, in the browser already."""
    options: dict[str, Any] = {"method": method} if method else {"lookup_expr": "icontains"}
    return django_filters.CharFilter(
        label=label,
        field_name=field_name,
        validators=[_no_number],
        widget=_search_input(),
        **options,
    )


def name_field(label: Any) -> forms.CharField:
    """The same text field for a plain form."""
    return forms.CharField(label=label, required=False, max_length=200, validators=[_no_number], widget=_search_input())


def _search_input() -> forms.TextInput:
    attrs = {"type": "search", "pattern": "(?!.*[0-9]{6}).*", "title": NIP_IS_PRIVATE, "autocomplete": "off"}
    return forms.TextInput(attrs=attrs)


class UnitFilter(django_filters.ModelChoiceFilter):
    """The unit with all units below it."""

    field_class = UnitChoiceField

    def __init__(self, *args: Any, path: str, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unit"))
        super().__init__(*args, queryset=lambda request: Unit.objects.visible_to(request.user), **kwargs)
        self.path = path

    def filter(self, qs: QuerySet[Any], value: Unit | None) -> QuerySet[Any]:
        # By an alias, which uses the joins that are there; `filter` alone would join a second placement.
        return qs.alias(unit_path=F(self.path)).filter(unit_path__startswith=value.path) if value else qs


class EmployeeFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    unit = UnitFilter(path="current__unit__path")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=EmployeeKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("serving"),
        choices=[
            ("all", _("everybody")),
            ("left", _("left")),
            ("unplaced", _("without placement")),
            ("inactive", _("account not activated")),
        ],
    )

    class Meta:
        model = Employee
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: EmployeeQuerySet) -> EmployeeQuerySet:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.placed()
        return super().filter_queryset(queryset)

    def filter_state(self, queryset: EmployeeQuerySet, name: str, value: str) -> EmployeeQuerySet:
        today = timezone.localdate()
        if value == "left":
            return queryset.filter(left_on__lt=today)
        if value == "unplaced":
            return queryset.unplaced().exclude(left_on__lt=today)
        if value == "inactive":
            return queryset.placed().filter(user__activated_at__isnull=True)
        return queryset


class AccountFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    unit = UnitFilter(path="employee__placements__unit__path")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("waiting", _("waits for activation")),
            ("invited", _("link or slip handed out")),
            ("active", _("active")),
            ("off", _("switched off")),
        ],
    )
    address = django_filters.ChoiceFilter(
        label=_("E-mail"), method="filter_address", choices=[("with", _("with address")), ("without", _("without"))]
    )
    kind = django_filters.ChoiceFilter(
        label=_("Belongs to"),
        method="filter_kind",
        choices=[("employee", _("an employee")), ("other", _("somebody without employee record"))],
    )

    class Meta:
        model = User
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        unit = self.form.cleaned_data.pop("unit", None)
        if unit:
            placed = active_on_q(timezone.localdate(), "placements__") & Q(placements__unit__path__startswith=unit.path)
            queryset = queryset.filter(employee__in=Employee.objects.filter(placed))
        return super().filter_queryset(queryset)

    def filter_address(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.exclude(email="") if value == "with" else queryset.filter(email="")

    def filter_kind(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.filter(employee__isnull=value == "other")


class UnitListFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    closed = django_filters.BooleanFilter(
        label=_("Also closed units"), method="filter_closed", widget=forms.CheckboxInput
    )

    class Meta:
        model = Unit
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[Unit]) -> QuerySet[Unit]:
        if not self.form.cleaned_data.get("closed"):
            queryset = queryset.filter(active_on_q(timezone.localdate(), "version__"))
        return super().filter_queryset(queryset)

    def filter_closed(self, queryset: QuerySet[Unit], name: str, value: bool) -> QuerySet[Unit]:
        return queryset


class PositionFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PositionKind.choices)
    mapped = django_filters.ChoiceFilter(
        label=_("Tasks"), method="filter_mapped", choices=[("yes", _("mapped")), ("no", _("not mapped yet"))]
    )

    class Meta:
        model = Position
        fields: list[str] = []
        form = PlainFilterForm

    def filter_mapped(self, queryset: PositionQuerySet, name: str, value: str) -> PositionQuerySet:
        return queryset.mapped() if value == "yes" else queryset.unmapped()


class TaskTypeFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))

    class Meta:
        model = TaskType
        fields: list[str] = []
        form = PlainFilterForm


class DatedStateMixin(django_filters.FilterSet):
    """Shows what holds today unless asked for more."""

    period = django_filters.ChoiceFilter(
        label=_("Period"),
        method="filter_period",
        empty_label=_("now and later"),
        choices=[("now", _("today")), ("ended", _("ended")), ("all", _("all"))],
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.form.cleaned_data.get("period"):
            today = timezone.localdate()
            queryset = queryset.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        return super().filter_queryset(queryset)

    def filter_period(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        if value == "now":
            return queryset.filter(active_on_q(today))
        return queryset.filter(valid_to__lt=today) if value == "ended" else queryset


class RoleGrantFilter(DatedStateMixin):
    name = search_filter(_("Name"), field_name="user__name")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)

    class Meta:
        model = RoleGrant
        fields: list[str] = []
        form = PlainFilterForm


class DelegationFilter(DatedStateMixin):
    name = search_filter(_("Name"), method="filter_name")

    class Meta:
        model = Delegation
        fields: list[str] = []
        form = PlainFilterForm

    def filter_name(self, queryset: QuerySet[Delegation], name: str, value: str) -> QuerySet[Delegation]:
        return queryset.filter(Q(principal__name__icontains=value) | Q(delegate__name__icontains=value))


class DisciplineFilter(django_filters.FilterSet):
    name = search_filter(_("Name"), field_name="employee__name")
    status = django_filters.ChoiceFilter(label=_("State"), choices=DisciplineStatus.choices)

    class Meta:
        model = DisciplineCase
        fields: list[str] = []
        form = PlainFilterForm

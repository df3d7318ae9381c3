"""Filters over contracts of outputs, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.access import access_for
from organization.filters import PlainFilterForm, search_filter
from organization.models import Employee, User
from performance.enums import AmendmentStatus
from performance.filters_evaluations import readable_people
from performance.models import OutputAmendment, OutputContract


def contracts_read_by(user: User) -> QuerySet[OutputContract]:
    """Own contracts, and those of the people one leads, looks after as HR, or audits."""
    # The people first: a leader's few contracts are then found by index, however many there are.
    people = Employee.objects.filter(Q(user=user) | Q(pk__in=readable_people(user)))
    rows: QuerySet[OutputContract] = OutputContract.objects.filter(employee__in=people)
    return rows


def open_amendments() -> QuerySet[OutputAmendment]:
    """Changes that wait for an answer, of the contract in the outer query."""
    return OutputAmendment.objects.filter(contract=OuterRef("pk"), status=AmendmentStatus.PROPOSED)


class ContractFilter(django_filters.FilterSet):
    """`show`: the own ones, or those with a change that waits for an answer."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("All"),
        choices=[("own", _("my own")), ("changing", _("with a change that waits"))],
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("All"),
        choices=[("running", _("running")), ("later", _("not begun yet")), ("over", _("over"))],
    )
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = OutputContract
        fields: list[str] = []
        form = PlainFilterForm

    def filter_show(self, rows: QuerySet[OutputContract], name: str, value: str) -> QuerySet[OutputContract]:
        if value == "own":
            own = access_for(self._user).own_employee_id
            return rows.filter(employee_id=own) if own else rows.none()
        return rows.filter(Exists(open_amendments()))

    @property
    def _user(self) -> Any:
        return self.request.user

    def filter_state(self, rows: QuerySet[OutputContract], name: str, value: str) -> QuerySet[OutputContract]:
        return rows.filter(state_q(value))


def state_q(state: str) -> Q:
    """Condition of one state of a contract, as of today."""
    today = timezone.localdate()
    return {
        "running": Q(valid_from__lte=today, valid_to__gte=today),
        "later": Q(valid_from__gt=today),
        "over": Q(valid_to__lt=today),
    }[state]

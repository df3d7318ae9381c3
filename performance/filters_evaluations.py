"""Filters over evaluations, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.filters import PlainFilterForm, search_filter
from organization.leading import led_by
from organization.models import Employee, Placement, User
from organization.querysets import under_paths_q
from performance.enums import EvaluationStatus, PeriodKind, Predicate
from performance.models import Evaluation


def readable_by(user: User) -> QuerySet[Evaluation]:
    """Evaluations in the user's scope; of one's own none before it is shared."""
    hidden = Q(status=EvaluationStatus.DRAFT, employee__user=user)
    rows: QuerySet[Evaluation] = Evaluation.objects.visible_to(user).exclude(hidden)
    return rows.filter(Q(employee__user=user) | Q(employee__in=readable_people(user)))


def readable_people(user: User) -> QuerySet[Any]:
    """People whose evaluations the user reads: those led, looked after as HR, or audited; never all colleagues."""
    access = access_for(user)
    audited = access.paths_of_role(Role.AUDITOR)
    led = led_by(user)
    if WHOLE_AGENCY in audited:
        return Employee.objects.all()
    if not audited:
        return led
    placed = Placement.objects.active_on(access.on).filter(under_paths_q(audited, "unit__"))
    return Employee.objects.filter(Q(pk__in=led) | Q(pk__in=placed.order_by().values("employee_id")))


class EvaluationFilter(django_filters.FilterSet):
    """`show`: what waits for the user, or the user's own."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("All"),
        choices=[("to_do", _("waiting for me")), ("own", _("my own"))],
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=EvaluationStatus.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Period"), choices=PeriodKind.choices, empty_label=_("All"))
    predicate = django_filters.ChoiceFilter(label=_("Predicate"), choices=Predicate.choices, empty_label=_("All"))
    year = django_filters.NumberFilter(label=_("Year"), field_name="ends_on__year", min_value=2020, max_value=2100)
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = Evaluation
        fields: list[str] = []
        form = PlainFilterForm

    def filter_show(self, rows: QuerySet[Evaluation], name: str, value: str) -> QuerySet[Evaluation]:
        user: Any = self.request.user
        if value == "own":
            return rows.filter(employee__user=user)
        return rows.filter(waiting_for(user))


def waiting_for(user: User) -> Q:
    """What the user can do next: write or close for those they lead, answer the own."""
    own = Q(employee__user=user, status=EvaluationStatus.SHARED)
    open_ones = [EvaluationStatus.DRAFT, EvaluationStatus.ACKNOWLEDGED, EvaluationStatus.OBJECTED]
    return own | Q(status__in=open_ones, employee__in=led_by(user, with_hr=False))

"""What the organisation itself tells on a person's page besides its records."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, QuerySet
from django.utils import timezone

from organization.extensions import PersonPanel, register_person_panel
from organization.models import Employee, NationalPeriod, User
from organization.national_periods import affects

AHEAD = timedelta(days=27)


def with_period_ahead(employees: QuerySet[Employee], today: date) -> QuerySet[Employee]:
    """Adds `has_period_ahead`: whether there is any period in the days that the panel looks at."""
    ahead = NationalPeriod.objects.running_between(today, today + AHEAD)
    return employees.annotate(has_period_ahead=Exists(ahead))


@register_person_panel
def national_periods_panel(user: User, employee: Employee) -> PersonPanel | None:
    """National and emergency periods of the next four weeks that affect the person; one query, none without a period.

    `has_period_ahead`: what the page's own query said (`with_period_ahead`).
    """
    today = timezone.localdate()
    if not getattr(employee, "has_period_ahead", True):
        return None
    days = affects([employee.pk], today, today + AHEAD).get(employee.pk, {})
    if not days:
        return None
    in_order = sorted(days.items(), key=lambda item: (item[1].period_id, item[0]))
    lines = [
        {"period": period, "days": [day for day, _ in rows]}
        for period, rows in ((key, list(rows)) for key, rows in groupby(in_order, key=lambda item: item[1]))
    ]
    return PersonPanel("organization/partials/person_periods.html", {"lines": lines}, order=20)

"""What a planned change would hit: the running arrangements of the people concerned, with their names."""

from __future__ import annotations

from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eligibility.enums import Severity
from eligibility.models import PolicyVersion
from fwa.models import Request
from fwa.review_rules import CRITERIA_OF_CAUSE
from fwa.running import kinds_of_policy, running_requests
from organization.changes import Impact, ImpactLine, Planned, register_impact
from organization.models import User

SHOWN = 20


@register_impact
def running_arrangements(user: User, planned: Planned) -> Impact:
    """Arrangements that will be asked again: those of kinds whose policy has a rule over such facts; three queries."""
    day = max(planned.on, timezone.localdate())
    rows = running_requests(day).filter(employee__in=planned.employees, kind__in=_kinds(planned.cause, day))
    figures = rows.aggregate(things=Count("pk"), people=Count("employee", distinct=True))
    if not figures["things"]:
        return Impact()
    shown = rows.select_related("employee", "assignment").order_by("employee__name", "pk")[:SHOWN]
    return Impact(figures["things"], figures["people"], tuple(map(_line, shown)))


def _kinds(cause: str, on: date) -> set[str]:
    """Kinds of flexibility that a policy in force makes depend on such facts."""
    versions = PolicyVersion.objects.in_force_on(on)
    criteria = CRITERIA_OF_CAUSE[cause]
    if criteria is not None:
        versions = versions.filter(rules__criterion__in=criteria, rules__severity=Severity.BLOCK)
    codes = set(versions.values_list("policy__code", flat=True))
    return {kind for code in codes for kind in kinds_of_policy(code)}


def _line(row: Request) -> ImpactLine:
    until = row.assignment.runs_to if row.assignment else row.valid_to
    what = _("%(number)s, %(kind)s until %(date)s") % {
        "number": row.number,
        "kind": row.get_kind_display(),
        "date": date_format(until, "DATE_FORMAT") if until else "",
    }
    return ImpactLine(name=row.employee.name, what=what, url=reverse("fwa:request_detail", args=[row.public_id]))

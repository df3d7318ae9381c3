"""Evaluations in the side navigation: what waits for the user is counted."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav
from performance.enums import EvaluationStatus
from performance.filters_evaluations import waiting_for
from performance.models import Evaluation


@register_nav
def evaluation_nav(user: User, access: Access) -> Iterator[NavItem]:
    """For everybody who is evaluated, evaluates, or reads evaluations."""
    leads = access.has_reports or bool(access.headed_paths)
    if access.own_employee_id is None and not leads and not access.unit_paths:
        return
    own = Q(employee__user_id=user.pk, status=EvaluationStatus.SHARED)
    rows = Evaluation.objects.filter(waiting_for(user) if leads else own)
    yield NavItem(
        "performance", _("Evaluations"), "performance:evaluation_list", "clipboard-check", order=56, rows=rows
    )

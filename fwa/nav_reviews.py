"""The entry of reviews in the side navigation, for whoever has people or oversees them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from fwa.models import ArrangementReview
from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def review_nav(user: User, access: Access) -> Iterator[NavItem]:
    if access.has_reports or access.unit_paths:
        waiting = ArrangementReview.objects.to_decide(user)
        yield NavItem("work", _("Reviews"), "fwa:review_list", "arrow-repeat", order=15, rows=waiting)

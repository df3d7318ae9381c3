"""What a person's page tells about flexible work: their latest requests, as far as the reader may see them."""

from __future__ import annotations

from fwa import capacity_links  # noqa: F401  (importing registers what the pages of a unit show)
from fwa.models import ArrangementReview, Request
from fwa.presentation import TAG_OF_STATUS
from fwa.presentation_reviews import tag_of
from organization.extensions import PersonPanel, register_person_panel
from organization.models import Employee, User

SHOWN = 5


@register_person_panel
def requests_panel(user: User, employee: Employee) -> PersonPanel | None:
    """One query."""
    rows = Request.objects.visible_to(user).filter(employee=employee).for_list()[:SHOWN]
    return PersonPanel(
        "fwa/partials/person_panel.html", {"requests": [(row, TAG_OF_STATUS[row.status]) for row in rows]}, order=30
    )


@register_person_panel
def reviews_panel(user: User, employee: Employee) -> PersonPanel | None:
    """Reviews of their arrangements, where there are any; one query."""
    rows = list(ArrangementReview.objects.visible_to(user).filter(employee=employee).for_list()[:SHOWN])
    if not rows:
        return None
    return PersonPanel("fwa/partials/person_reviews.html", {"reviews": [(row, tag_of(row)) for row in rows]}, order=31)

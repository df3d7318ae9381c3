"""What a person's page tells about flexible work: their latest requests, as far as the reader may see them."""

from __future__ import annotations

from typing import Any

from fwa import capacity_links  # noqa: F401  (importing registers what the pages of a unit show)
from fwa.models import Request
from fwa.presentation import TAG_OF_STATUS
from fwa.presentation_reviews import review_of, tag_of
from organization.extensions import PersonPanel, register_person_panel
from organization.models import Employee, User

SHOWN = 5


@register_person_panel
def requests_panel(user: User, employee: Employee) -> PersonPanel | None:
    """With the last review of each; one query."""
    rows = Request.objects.visible_to(user).filter(employee=employee).for_list().with_review()[:SHOWN]
    lines = [(row, TAG_OF_STATUS[row.status], _review(row)) for row in rows]
    return PersonPanel("fwa/partials/person_panel.html", {"requests": lines}, order=30)


def _review(fwa_request: Request) -> dict[str, Any] | None:
    review = review_of(fwa_request)
    return {"review": review, "tag": tag_of(review)} if review else None

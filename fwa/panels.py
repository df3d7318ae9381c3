"""What a person's page tells about flexible work: their latest requests, as far as the reader may see them."""

from __future__ import annotations

from fwa.models import Request
from fwa.presentation import TAG_OF_STATUS
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

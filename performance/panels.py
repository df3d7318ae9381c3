"""What a person's page tells about performance: official predicates and promised outputs."""

from __future__ import annotations

from organization.extensions import PersonPanel, register_person_panel
from organization.models import Employee, User
from performance.models import OfficialPredicate, Output

SHOWN = 5


@register_person_panel
def performance_panel(user: User, employee: Employee) -> PersonPanel | None:
    """For whoever may see the person at all: the supervisor decides on it, HR imports it. Two queries."""
    predicates = OfficialPredicate.objects.filter(employee=employee).order_by("-period_end", "quarter")[:SHOWN]
    outputs = Output.objects.filter(contract__employee=employee).select_related("contract").order_by("-due_on", "pk")
    context = {
        "employee_id": employee.pk,
        "reads_work": user.has_perm("performance.view_work", employee),
        "predicates": list(predicates),
        "outputs": list(outputs[:SHOWN]),
    }
    return PersonPanel("performance/partials/person_panel.html", context, order=40)

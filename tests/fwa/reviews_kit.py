"""A running arrangement that is put in question, and the ways in which it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from fwa.models import ArrangementReview, Request
from fwa.services.rescreening import Rescreened, rescreen
from organization import outbox
from organization.enums import ChangeCause
from organization.models import DisciplineCase, Employee
from organization.services.discipline import save_case
from tests.fwa.letters_kit import determined
from tests.world import World


def today() -> date:
    return timezone.localdate()


def case_values(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "reference": "K-7/2026",
        "status": "examination",
        "level": "",
        "opened_on": today(),
        "decided_on": None,
        "sanction_from": None,
        "sanction_to": None,
        "decree_no": "",
    }
    return values | changes


def open_case(world: World, name: str = "emp", **changes: Any) -> DisciplineCase:
    """HR enters a case; what it brings about has happened when this returns, if messages are done at once."""
    employee = world.employees[name]
    return save_case(by=world.users["hr"], employee_id=employee.pk, case_id=None, values=case_values(**changes))


def rescreened(employee: Employee, cause: str = ChangeCause.DISCIPLINE, **changes: Any) -> Rescreened:
    return rescreen(employee_ids=[employee.pk], on=changes.pop("on", today()), cause=cause, **changes)


def reviewed(world: World, name: str = "emp", **changes: Any) -> ArrangementReview:
    """A determined arrangement with a review under way because of an examination."""
    fwa_request = determined(world, name, **changes)
    DisciplineCase.objects.create(
        employee=world.employees[name], reference="K-1", status="examination", opened_on=today()
    )
    rescreened(world.employees[name])
    return review_of(fwa_request)


def review_of(fwa_request: Request) -> ArrangementReview:
    return ArrangementReview.objects.filter(request=fwa_request).latest("opened_at")


def deliver() -> None:
    """Do every waiting message, and those that they write."""
    while ids := outbox.claim():
        for message_id in ids:
            assert outbox.deliver(message_id)


def time_is_up(review: ArrangementReview) -> ArrangementReview:
    """The time to answer ended yesterday."""
    ArrangementReview.objects.filter(pk=review.pk).update(respond_by=today() - timedelta(days=1))
    review.refresh_from_db()
    return review

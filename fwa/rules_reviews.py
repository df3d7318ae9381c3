"""Who answers and who decides the review of a running arrangement."""

from __future__ import annotations

from typing import Any

import rules

from fwa.models import ArrangementReview
from organization.access import access_for
from organization.enums import Role
from organization.models import User


@rules.predicate
def is_reviewed(user: User, review: ArrangementReview | None = None) -> bool:
    return review is not None and review.employee.user_id == user.pk


@rules.predicate
def may_decide_review(user: User, review: ArrangementReview | None = None) -> bool:
    """Holds the review or heads the unit (or one above it), in person or for an officer; or is HR of the unit.

    A system never decides. Nobody decides on their own arrangement, nor does anybody in the employee's place.
    """
    if review is None or not user.is_authenticated or user.is_service or review.employee.user_id == user.pk:
        return False
    access, employee_id = access_for(user), review.employee.user_id
    if review.holder_id is not None and review.holder_id in access.identity_ids and review.holder_id != employee_id:
        return True
    stands_in = employee_id in access.identity_ids
    paths = access.own_headed_paths if stands_in else access.headed_paths
    if any(review.unit.path.startswith(path) for path in paths):
        return True
    return any(
        grant.role == Role.HR_ADMIN and review.unit.path.startswith(grant.path) and grant.user_id != employee_id
        for grant in access.grants
    )


@rules.predicate
def oversees_reviews(user: User, obj: Any = None) -> bool:
    """Has a unit, people, or an overseeing role: the list of reviews is for those."""
    access = access_for(user)
    return access.has_reports or bool(access.unit_paths)


rules.add_perm("fwa.respond_review", is_reviewed)
rules.add_perm("fwa.decide_review", may_decide_review)
rules.add_perm("fwa.list_reviews", oversees_reviews)

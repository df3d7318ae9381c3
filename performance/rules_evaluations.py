"""Who evaluates whom, who answers, and who settles an objection."""

from __future__ import annotations

import rules

from organization.access import access_for
from organization.models import User
from organization.rules import (
    is_auditor_of_employee,
    is_hr_admin_of_employee,
    is_self,
    is_service,
    leads_employee,
)
from performance.enums import EvaluationStatus
from performance.models import Evaluation


@rules.predicate
def evaluates(user: User, evaluation: Evaluation | None = None) -> bool:
    """Leads the person now; what another leader began is carried on by who leads today."""
    return evaluation is not None and bool(leads_employee(user, evaluation.employee))


@rules.predicate
def is_evaluated(user: User, evaluation: Evaluation | None = None) -> bool:
    return evaluation is not None and bool(is_self(user, evaluation.employee))


@rules.predicate
def reads_evaluation(user: User, evaluation: Evaluation | None = None) -> bool:
    """The person reads it once it is shared; leader, HR and auditor of the person at any time."""
    if evaluation is None or not user.is_authenticated:
        return False
    if is_self(user, evaluation.employee):
        return evaluation.status != EvaluationStatus.DRAFT
    people = leads_employee | is_hr_admin_of_employee | is_auditor_of_employee
    return bool(people(user, evaluation.employee))


@rules.predicate
def settles_objection(user: User, evaluation: Evaluation | None = None) -> bool:
    """A second look: whoever leads the person or is HR for them, but neither the evaluator nor in their place."""
    if evaluation is None or not user.is_authenticated:
        return False
    involved = {evaluation.evaluator_id, evaluation.acting_for_id, evaluation.employee.user_id} - {None}
    if involved & set(access_for(user).identity_ids):
        return False
    return bool((leads_employee | is_hr_admin_of_employee)(user, evaluation.employee))


rules.add_perm("performance.view_evaluation", reads_evaluation)
rules.add_perm("performance.write_evaluation", evaluates & ~is_service)
rules.add_perm("performance.answer_evaluation", is_evaluated & ~is_service)
rules.add_perm("performance.settle_objection", settles_objection & ~is_service)

"""Messages about evaluations. A mail names neither rating nor person."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.leading import leaders_of
from organization.notices import register_notice
from organization.services.notices import notify
from performance.enums import EvaluationStatus
from performance.models import Evaluation

register_notice(
    "performance.evaluation_shared",
    subject=_("Your evaluation is ready to read"),
    body=_("Read it and acknowledge it, or object, by %(answer_by_on)s."),
)
register_notice(
    "performance.evaluation_acknowledged",
    subject=_("%(name)s has acknowledged the evaluation"),
    body=_("You can close it now."),
    mail_body=_("Open it to close it."),
)
register_notice(
    "performance.evaluation_objected",
    subject=_("An evaluation was objected to"),
    body=_("%(name)s objects. Somebody other than the evaluator looks at it a second time."),
    mail_body=_("Somebody other than the evaluator looks at it a second time."),
)
register_notice(
    "performance.objection_answered",
    subject=_("The objection to an evaluation was answered"),
    body=_("Open the evaluation to read the answer."),
)
register_notice(
    "performance.objection_sent_back",
    subject=_("Your objection was heard"),
    body=_("The evaluation is written again. You are told once it is shared; the answer stands in its dialogue then."),
)
register_notice(
    "performance.evaluation_closed",
    subject=_("Your evaluation is closed"),
    body=_("It can no longer be changed. The official predicate is e-Kinerja's."),
)


def evaluation_url(evaluation: Evaluation) -> str:
    return reverse("performance:evaluation", args=[evaluation.public_id])


def _tell(evaluation: Evaluation, code: str, user_ids: Collection[int | None], key: str, **context: str) -> None:
    told = [user_id for user_id in user_ids if user_id is not None]
    if told:
        notify(
            user_ids=told,
            code=f"performance.{code}",
            context={"name": evaluation.employee.name, **context},
            url=evaluation_url(evaluation),
            key=f"evaluation:{evaluation.pk}:{key}",
        )


def tell_shared(evaluation: Evaluation) -> None:
    """The person; once each time it is shared."""
    answer_by = evaluation.answer_by_on.isoformat() if evaluation.answer_by_on else ""
    stamp = evaluation.shared_at.isoformat() if evaluation.shared_at else ""
    _tell(evaluation, "evaluation_shared", [evaluation.employee.user_id], f"shared:{stamp}", answer_by_on=answer_by)


def tell_acknowledged(evaluation: Evaluation) -> None:
    """The evaluator."""
    _tell(evaluation, "evaluation_acknowledged", [evaluation.evaluator_id], "acknowledged")


def tell_objected(evaluation: Evaluation) -> None:
    """The evaluator, and whoever leads the evaluator: somebody else settles it."""
    stamp = evaluation.answered_at.isoformat() if evaluation.answered_at else ""
    told: set[int] = {evaluation.evaluator_id}
    evaluator_record = getattr(evaluation.evaluator, "employee", None)
    if evaluator_record is not None:
        told |= leaders_of([evaluator_record.pk], on=timezone.localdate()).get(evaluator_record.pk, set())
    _tell(evaluation, "evaluation_objected", sorted(told), f"objected:{stamp}")


def tell_settled(evaluation: Evaluation) -> None:
    """Both sides. While it is written again the person cannot open it, so they are led to their list."""
    stamp = evaluation.answered_at.isoformat() if evaluation.answered_at else ""
    if evaluation.status != EvaluationStatus.DRAFT:
        told = [evaluation.employee.user_id, evaluation.evaluator_id]
        _tell(evaluation, "objection_answered", told, f"settled:{stamp}")
        return
    _tell(evaluation, "objection_answered", [evaluation.evaluator_id], f"settled:{stamp}")
    if evaluation.employee.user_id is not None:
        notify(
            user_ids=[evaluation.employee.user_id],
            code="performance.objection_sent_back",
            context={},
            url=reverse("performance:evaluation_list"),
            key=f"evaluation:{evaluation.pk}:sent-back:{stamp}",
        )


def tell_closed(evaluation: Evaluation) -> None:
    """The person."""
    _tell(evaluation, "evaluation_closed", [evaluation.employee.user_id], "closed")

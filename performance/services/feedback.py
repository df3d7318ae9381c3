"""Continuous feedback (umpan balik berkelanjutan): comments on a day or an output, read by both sides.

Source: feedback throughout the period, PermenPANRB 6/2022 Art 5 [S].
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.guards import require
from organization.leading import leaders_of
from organization.models import Employee, User
from performance.models import DailyReport, FeedbackComment, Output
from performance.notifications_reviews import tell_comment

PERMISSION = "performance.comment_work"
TEXT_LENGTH = 2000


def comment_on_report(*, report: DailyReport, by: User, text: str) -> FeedbackComment:
    """Say something about a day, in whatever state. Raises PermissionDenied, ValidationError (text)."""
    return _comment(FeedbackComment(report=report), report.employee, by, text)


def comment_on_output(*, output: Output, by: User, text: str) -> FeedbackComment:
    """Say something about a promised output. Raises PermissionDenied, ValidationError (text)."""
    return _comment(FeedbackComment(output=output), output.contract.employee, by, text)


@transaction.atomic
def _comment(comment: FeedbackComment, employee: Employee, by: User, text: str) -> FeedbackComment:
    require(by, PERMISSION, employee)
    if not text.strip():
        raise ValidationError({"text": _("Write something first.")})
    if len(text.strip()) > TEXT_LENGTH:
        raise ValidationError({"text": _("At most %(count)d characters.") % {"count": TEXT_LENGTH}})
    comment.text, comment.author, comment.at = text.strip(), by, timezone.now()
    comment.save()
    tell_comment(comment, _other_side(comment, employee, by))
    return comment


def _other_side(comment: FeedbackComment, employee: Employee, by: User) -> set[int]:
    """The employee and everybody who spoke before; until somebody has, whoever leads the employee."""
    thread = FeedbackComment.objects.filter(report=comment.report_id, output=comment.output_id)
    spoke = set(thread.values_list("author_id", flat=True)) - {by.pk, employee.user_id}
    if by.pk != employee.user_id:
        return spoke | ({employee.user_id} if employee.user_id else set())
    return spoke or leaders_of([employee.pk], on=timezone.localdate()).get(employee.pk, set()) - {by.pk}

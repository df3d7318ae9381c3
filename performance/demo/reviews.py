"""Judgements and feedback of the demo: on what was reported, and on outputs that were delivered."""

from __future__ import annotations

from datetime import datetime, timedelta

from organization.models import User
from performance.enums import Rating, ReportStatus, ReviewAction
from performance.models import DailyReport, FeedbackComment, Output, Review

RETURNED = "Lampirkan notulanya, lalu kirim lagi."
TALK = (
    (True, "Ringkasannya jelas dan mudah dipakai. Terima kasih."),
    (False, "Terima kasih, Bu. Bab berikutnya saya kirim pekan depan."),
)
RATED = ((Rating.ABOVE, "Lebih cepat dan lebih lengkap dari yang diminta."), (Rating.MEETS, "Sesuai yang dijanjikan."))


def save_reviews(*, at: datetime, supervisor: User, employee: User) -> None:
    """The history behind reports that are judged, a talk about the employee's last one, and two rated outputs."""
    judged = DailyReport.objects.filter(
        status__in=[ReportStatus.ACCEPTED, ReportStatus.RETURNED], reviews__isnull=True, reviewed_by__isnull=False
    )
    Review.objects.bulk_create([_judgement(report) for report in judged.order_by("pk")], batch_size=1000)
    _talk(at, supervisor, employee)
    _rate(at, supervisor, employee)


def _judgement(report: DailyReport) -> Review:
    """The row behind a report that was judged, so it has its stamp."""
    if report.reviewed_at is None or report.reviewed_by_id is None:
        raise ValueError("only a judged report has a judgement")
    is_returned = report.status == ReportStatus.RETURNED
    return Review(
        report=report,
        action=ReviewAction.RETURN if is_returned else ReviewAction.ACCEPT,
        rating=report.rating,
        reason=RETURNED if is_returned else "",
        by_id=report.reviewed_by_id,
        at=report.reviewed_at,
        report_version=report.version,
    )


def _talk(at: datetime, supervisor: User, employee: User) -> None:
    own = DailyReport.objects.filter(employee__user=employee, status=ReportStatus.ACCEPTED).order_by("-day").first()
    if own is None:
        return
    FeedbackComment.objects.bulk_create(
        FeedbackComment(
            report=own,
            text=text,
            author=supervisor if by_supervisor else employee,
            at=at - timedelta(hours=len(TALK) - number),
        )
        for number, (by_supervisor, text) in enumerate(TALK)
    )


def _rate(at: datetime, supervisor: User, employee: User) -> None:
    delivered = Output.objects.due().filter(contract__employee__user=employee, delivered_on__isnull=False, rating="")
    for output, (rating, reason) in zip(delivered.order_by("-due_on", "pk"), RATED, strict=False):
        output.rating, output.rated_by, output.rated_at = rating, supervisor, at
        output.save(update_fields=["rating", "rated_by", "rated_at"])
        Review.objects.create(
            output=output, action=ReviewAction.RATE, rating=rating, reason=reason, by=supervisor, at=at
        )

"""What other systems hear of requests, reviews and group determinations: ids, codes, numbers and dates."""

from __future__ import annotations

from typing import Any

from fwa.models import ArrangementReview, Determination, Request
from organization.webhooks import emit


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def announce(event: str, fwa_request: Request, key: str, **more: Any) -> None:
    """Say what became of a request. Neither its basis nor its reason: both may speak of health."""
    letter = getattr(fwa_request, "letter", None)
    data = {
        "id": str(fwa_request.public_id),
        "number": fwa_request.number,
        "status": str(fwa_request.status),
        "kind": fwa_request.kind,
        "employee_id": fwa_request.employee_id,
        "unit_id": fwa_request.unit_id,
        "valid_from": _day(fwa_request.valid_from),
        "valid_to": _day(fwa_request.valid_to),
        "letter_number": letter.number if letter else None,
    }
    unit = fwa_request.unit
    emit(event, path=unit.path if unit else "", data=data | more, key=f"{fwa_request.pk}:{key}")


def announce_determination(determination: Determination, *, members: int) -> None:
    """Say that a group determination was decided; the people of its annex are read by the API."""
    data = {
        "id": str(determination.public_id),
        "unit_id": determination.unit_id,
        "amendment_no": determination.amendment_no,
        "status": str(determination.status),
        "members": members,
    }
    emit("determination.decided", path=determination.unit.path, data=data, key=str(determination.pk))


def announce_review(event: str, review: ArrangementReview, key: str) -> None:
    """Say that a running arrangement is under review, or what was decided. The rules in question are not named."""
    data = {
        "id": str(review.public_id),
        "request_id": str(review.request.public_id),
        "number": review.request.number,
        "employee_id": review.employee_id,
        "unit_id": review.unit_id,
        "status": str(review.status),
        "outcome": str(review.outcome),
        "respond_by": _day(review.respond_by),
        "effective_from": _day(review.effective_from),
    }
    emit(event, path=review.unit.path, data=data, key=f"{review.pk}:{key}")

"""Renewing an arrangement: a new request filled in from the last one, with what was delivered and asked afresh.

Source: the supervisor's evaluation counts for the next approval (Kemenkeu, regulation 5.1 [S]); the rest is DESIGN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fwa.data import DraftData, OutputData, draft_of
from fwa.enums import RequestStatus
from fwa.facts import terms_on
from fwa.models import Request
from organization.models import User
from performance.contract_links import ContractLink, register_contract_links
from performance.contract_page import ContractFigures, figures_of
from performance.models import Output, OutputContract

# So long before its end an arrangement can be renewed: a chain of four levels has its working days.
RENEW_DAYS_BEFORE = 45
UNDER_WAY = (RequestStatus.DRAFT, RequestStatus.RETURNED, RequestStatus.SUBMITTED)


def last_day_of(fwa_request: Request) -> date | None:
    """The last day of the arrangement as it stands, also where it ended early; none where nothing was granted."""
    if fwa_request.status != RequestStatus.APPROVED or fwa_request.assignment is None:
        return None
    assignment = fwa_request.assignment
    return assignment.ended_on - timedelta(days=1) if assignment.ended_on else assignment.valid_to


def is_renewable(fwa_request: Request, *, on: date) -> bool:
    """Over, or soon to end."""
    last = last_day_of(fwa_request)
    return last is not None and last - timedelta(days=RENEW_DAYS_BEFORE) <= on


def with_renewal(rows: QuerySet[Request]) -> QuerySet[Request]:
    """With `renewal_begun`: key of the renewal that the person began already and that is not decided."""
    begun = Request.objects.filter(renews=OuterRef("pk"), status__in=UNDER_WAY).order_by("-pk")
    return rows.annotate(renewal_begun=Subquery(begun.values("pk")[:1]))


def renewal_draft(fwa_request: Request, *, on: date, plan: Iterable[Mapping[str, Any]] = ()) -> DraftData:
    """The last request as a new one: the same pattern and place from the day after it ends, the outputs as they were
    promised in the end, due as long after the start as before. Single dates are gone, they were of that time.

    `plan`: work results that can be served (`results_to_serve`); what is not over when the renewal starts is kept.
    """
    last = last_day_of(fwa_request) or on
    start = max(last, on) + timedelta(days=1)
    end = start + relativedelta(months=_months(start), days=-1)
    shift = start - (fwa_request.valid_from or start)
    results = {row["pk"] for row in plan if date.fromisoformat(row["ends_on"]) >= start}
    outputs = tuple(
        replace(
            item,
            due_on=min(item.due_on + shift, end),
            work_result_id=item.work_result_id if item.work_result_id in results else None,
        )
        for item in _promised(fwa_request)
    )
    return replace(
        draft_of(fwa_request, outputs=outputs),
        valid_from=start,
        valid_to=end,
        single_dates=(),
        left_out=(),
        renews_id=fwa_request.pk,
    )


def _months(start: date) -> int:
    try:
        return terms_on(start).max_months
    except ValidationError:
        return 1


def _promised(fwa_request: Request) -> Iterable[OutputData]:
    """Outputs of the contract with every agreed change; of the request where it has none."""
    rows = [row for row in _outputs_of(fwa_request) if row.dropped_at is None]
    found = [OutputData(row.title, row.measure, row.target, row.due_on, row.work_result_id) for row in rows]
    return found or draft_of(fwa_request).outputs


def _outputs_of(fwa_request: Request) -> list[Output]:
    """With their contract; read once for the draft and the record."""
    held: Any = fwa_request
    if not hasattr(held, "contract_outputs"):
        rows = Output.objects.filter(contract__reference=held.number).select_related("contract")
        held.contract_outputs = list(rows.order_by("due_on", "pk"))
    found: list[Output] = held.contract_outputs
    return found


@dataclass(frozen=True)
class DeliveryRecord:
    """What was delivered under the arrangement that is renewed."""

    number: str
    url: str
    valid_from: date
    valid_to: date
    figures: ContractFigures
    outputs: list[Output]


def delivery_record(fwa_request: Request | None, *, on: date) -> DeliveryRecord | None:
    """One query; none without anything to renew."""
    rows = _outputs_of(fwa_request) if fwa_request is not None else []
    if not rows:
        return None
    contract = rows[0].contract
    outputs = [row for row in rows if row.dropped_at is None]
    url = reverse("performance:contract", args=[contract.public_id])
    figures = figures_of(outputs, on=on)
    return DeliveryRecord(contract.reference, url, contract.valid_from, contract.valid_to, figures, outputs)


def record_context(fwa_request: Request | None, *, on: date) -> dict[str, Any]:
    """For the pages of the form and of the decision: `renewed`, and its outputs with their state."""
    from performance.review_page import output_tag  # words only; nothing of reviews is decided here

    record = delivery_record(fwa_request, on=on)
    return {"renewed": record, "renewed_rows": [(row, output_tag(row)) for row in record.outputs] if record else []}


@register_contract_links
def links_of_request(user: User, contract: OutputContract) -> Iterable[ContractLink]:
    """To the request the contract comes from, and to its renewal for whoever it belongs to."""
    fwa_request = (
        Request.objects.visible_to(user).filter(number=contract.reference).select_related("assignment").first()
    )
    if fwa_request is None:
        return
    yield ContractLink(_("The request"), reverse("fwa:request_detail", args=[fwa_request.public_id]))
    is_own = contract.employee.user_id == user.pk
    if is_own and is_renewable(fwa_request, on=timezone.localdate()):
        yield ContractLink(_("Renew…"), reverse("fwa:request_renew", args=[fwa_request.public_id]), is_main=True)

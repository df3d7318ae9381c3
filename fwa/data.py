"""Input of a request as plain values, the same from page, API and demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from eligibility.enums import LOCATION_KINDS, TIME_KINDS, FlexKind
from fwa.enums import Basis

# What is typed can be any year; a request is about the next months, and nothing counts days further than this.
MAX_PERIOD = relativedelta(months=24)
LAST_DAY = date(2199, 12, 31)

if TYPE_CHECKING:
    from fwa.models import Request


@dataclass(frozen=True)
class OutputData:
    """A promised output: what, measured how, how much, by when, and which work result of the plan it serves."""

    title: str
    measure: str
    target: Decimal
    due_on: date
    work_result_id: int | None = None


@dataclass(frozen=True)
class DraftData:
    """What an employee asks for. `weekdays` are ISO 1..7; `left_out` are dates given up from the pattern."""

    kind: str = FlexKind.LOCATION
    basis: str = Basis.TASK
    valid_from: date | None = None
    valid_to: date | None = None
    weekdays: tuple[int, ...] = ()
    single_dates: tuple[date, ...] = ()
    left_out: tuple[date, ...] = ()
    place_kind: str = ""
    site_id: int | None = None
    place_address: str = ""
    starts_at: time | None = None
    ends_at: time | None = None
    reason: str = ""
    work_plan: str = ""
    outputs: tuple[OutputData, ...] = ()
    renews_id: int | None = None

    @property
    def has_place(self) -> bool:
        return self.kind in LOCATION_KINDS

    @property
    def has_hours(self) -> bool:
        return self.kind in TIME_KINDS

    @property
    def is_reversed(self) -> bool:
        return bool(self.valid_from and self.valid_to and self.valid_to < self.valid_from)

    @property
    def is_too_long(self) -> bool:
        if any(day and day > LAST_DAY for day in (self.valid_from, self.valid_to)):
            return True
        return bool(self.valid_from and self.valid_to and self.valid_to > self.valid_from + MAX_PERIOD)

    def requested_days(self) -> tuple[date, ...]:
        """The dates the pattern means, in order: weekdays inside the period and single dates, less those left out."""
        if self.valid_from is None or self.valid_to is None or self.is_reversed or self.is_too_long:
            return ()
        span = (self.valid_to - self.valid_from).days
        days = {self.valid_from + timedelta(days=offset) for offset in range(span + 1)}
        wanted = {day for day in days if day.isoweekday() in self.weekdays}
        wanted |= {day for day in self.single_dates if day in days}
        return tuple(sorted(wanted - set(self.left_out)))


def draft_of(fwa_request: Request, *, outputs: tuple[OutputData, ...] | None = None) -> DraftData:
    """The stored request as input again; with other outputs than its own where they are given."""
    if outputs is None:
        rows = fwa_request.outputs.all()
        outputs = tuple(OutputData(row.title, row.measure, row.target, row.due_on, row.work_result_id) for row in rows)
    return DraftData(
        kind=fwa_request.kind,
        basis=fwa_request.basis,
        valid_from=fwa_request.valid_from,
        valid_to=fwa_request.valid_to,
        weekdays=tuple(fwa_request.weekdays),
        single_dates=tuple(fwa_request.single_dates),
        left_out=tuple(fwa_request.left_out),
        place_kind=fwa_request.place_kind,
        site_id=fwa_request.site_id,
        place_address=fwa_request.place_address,
        starts_at=fwa_request.starts_at,
        ends_at=fwa_request.ends_at,
        reason=fwa_request.reason,
        work_plan=fwa_request.work_plan,
        outputs=outputs,
        renews_id=fwa_request.renews_id,
    )

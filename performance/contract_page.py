"""What the page of a contract shows: where it stands, its figures, and what became of every change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from performance.enums import AmendmentStatus, OutputChangeKind
from performance.filters_contracts import open_amendments
from performance.models import Output, OutputAmendment, OutputChange, OutputContract

Tag = tuple[str, str]
AMENDMENT_KIND = {
    AmendmentStatus.PROPOSED: "warn",
    AmendmentStatus.AGREED: "ok",
    AmendmentStatus.DECLINED: "stop",
    AmendmentStatus.WITHDRAWN: "n",
}
STEP_OF_STATUS = {AmendmentStatus.AGREED: "done", AmendmentStatus.DECLINED: "stop", AmendmentStatus.WITHDRAWN: "back"}
CHANGE_KIND = {OutputChangeKind.ADD: "ok", OutputChangeKind.CHANGE: "info", OutputChangeKind.DROP: "n"}


def for_list(rows: QuerySet[OutputContract]) -> QuerySet[OutputContract]:
    """With the person, what is due, and whether a change waits: two queries for any number of contracts."""
    rows = rows.select_related("employee", "agreed_by").prefetch_related("outputs")
    return rows.annotate(is_changing=Exists(open_amendments()))


def contract_tag(contract: OutputContract) -> Tag:
    """Where a contract stands today."""
    today = timezone.localdate()
    if contract.valid_from > today:
        return "info", _("not begun yet")
    return ("ok", _("running")) if contract.valid_to >= today else ("n", _("over"))


@dataclass(frozen=True)
class ContractFigures:
    """Outputs promised, those due by now, and of these on time, late and missing; delivered counts early ones too."""

    promised: int
    due: int
    on_time: int
    late: int
    missing: int
    delivered: int


def figures_of(outputs: Iterable[Output], *, on: date) -> ContractFigures:
    """No query: dropped outputs do not count, and one is due once its day is over."""
    rows = [row for row in outputs if row.dropped_at is None]
    due = [row for row in rows if row.due_on < on]
    return ContractFigures(
        promised=len(rows),
        due=len(due),
        on_time=sum(row.is_on_time for row in due),
        late=sum(row.is_delivered and not row.is_on_time for row in due),
        missing=sum(not row.is_delivered for row in due),
        delivered=sum(row.is_delivered for row in rows),
    )


# ------------------------------------------------------------------ amendments
@dataclass(frozen=True)
class ChangeLine:
    """One line of a change in words: what it is about, what was, what is to be."""

    tag: Tag
    title: str
    before: str
    after: str


def change_lines(changes: Iterable[OutputChange]) -> list[ChangeLine]:
    return [_line(change) for change in changes]


def _line(change: OutputChange) -> ChangeLine:
    tag = CHANGE_KIND[OutputChangeKind(change.kind)], change.get_kind_display()
    old = change.old
    before = ""
    if old:
        before = _promise(Decimal(old["target"]), old["measure"], date.fromisoformat(old["due_on"]))
    if change.kind == OutputChangeKind.DROP or change.target is None or change.due_on is None:
        return ChangeLine(tag, old.get("title", ""), before, "")
    after = _promise(change.target, change.measure, change.due_on)
    if old and old["title"] != change.title:
        before = f"{old['title']} · {before}"
    return ChangeLine(tag, change.title, before, after)


def _promise(target: Decimal, measure: str, due_on: date) -> str:
    whole = target.to_integral_value()
    amount = number_format(whole if whole == target else target)
    day = date_format(due_on, "j M Y")
    return _("%(amount)s %(measure)s by %(day)s") % {"amount": amount, "measure": measure, "day": day}


def history_of(contract: OutputContract, amendments: Iterable[OutputAmendment]) -> list[dict[str, Any]]:
    """Who agreed to what and when, for the timeline, the oldest first."""
    steps: list[dict[str, Any]] = []
    if contract.agreed_at is not None:
        steps.append(_step("done", _("Outputs agreed"), str(contract.agreed_by), contract.agreed_at))
    for row in sorted(amendments, key=lambda item: item.number):
        number = {"number": row.number}
        label = _("Change %(number)d proposed") % number
        steps.append(_step("done", label, str(row.proposed_by), row.proposed_at))
        if row.status == AmendmentStatus.PROPOSED:
            due = _("answer by %(day)s") % {"day": date_format(row.answer_by_on, "DATE_FORMAT")}
            steps.append({"state": "now", "label": _("Change %(number)d waits") % number, "detail": due})
        else:
            who = str(row.answered_by)
            if row.acting_for is not None:
                who = _("%(name)s in the place of %(officer)s") % {"name": who, "officer": row.acting_for}
            words = {
                AmendmentStatus.AGREED: _("Change %(number)d agreed"),
                AmendmentStatus.DECLINED: _("Change %(number)d declined"),
                AmendmentStatus.WITHDRAWN: _("Change %(number)d withdrawn"),
            }
            status = AmendmentStatus(row.status)
            steps.append(_step(STEP_OF_STATUS[status], words[status] % number, who, row.answered_at, row.answer))
    return steps


def _step(state: str, label: str, who: str, at: Any, note: str = "") -> dict[str, Any]:
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
    return {"state": state, "label": label, "detail": f"{who}, {when}", "note": note}

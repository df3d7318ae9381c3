"""Terminals, and whom their PINs mean."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from attendance.models import Terminal, TerminalPin
from organization.constraints import explained, save_checked
from organization.models import Employee, Placement, User

ONE_DAY = timedelta(days=1)


def _require(by: User) -> None:
    if not by.has_perm("attendance.manage_terminals"):
        raise PermissionDenied


@transaction.atomic
def save_terminal(*, by: User, terminal_id: int | None, values: dict[str, Any]) -> Terminal:
    """Add or change a terminal. Its code names it in imports and cannot change once entries came from it.

    Raises PermissionDenied, ValidationError per field.
    """
    _require(by)
    terminal = Terminal.objects.select_for_update().get(pk=terminal_id) if terminal_id else Terminal()
    renamed = terminal.pk is not None and "code" in values and values["code"] != terminal.code
    moved = terminal.pk is not None and "zone" in values and values["zone"] != terminal.zone
    if (renamed or moved) and terminal.entries.exists():
        field = "code" if renamed else "zone"
        raise ValidationError({field: _("Entries came from this terminal already. Add a new terminal instead.")})
    for name, value in values.items():
        setattr(terminal, name, value)
    return save_checked(terminal)


def normal_pin(text: str) -> str:
    """The PIN as a terminal writes it: digits without zeros in front. Raises ValidationError."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit():
        raise ValidationError({"pin": _("A PIN holds digits only.")})
    return digits.lstrip("0") or "0"


def earliest_day(employee: Employee) -> date | None:
    """The first day on which somebody can have pressed: the begin of their first placement."""
    first: date | None = Placement.objects.filter(employee=employee).aggregate(first=Min("valid_from"))["first"]
    return first


@transaction.atomic
def assign_pin(*, by: User, terminal_id: int, pin: str, employee: Employee, valid_from: date) -> TerminalPin:
    """Say whom a PIN means from a day on; whom it meant before, it means until the day before.

    Raises PermissionDenied, ValidationError (no number, or somebody else has it from a later day on).
    """
    _require(by)
    terminal = Terminal.objects.select_for_update().get(pk=terminal_id)
    number = normal_pin(pin)
    before = (
        TerminalPin.objects.select_for_update()
        .filter(terminal=terminal, pin=number)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
        .order_by("valid_from")
    )
    for row in before:
        if row.employee_id == employee.pk and row.valid_from <= valid_from:
            raise ValidationError({"employee": _("The PIN means this person already.")})
        if row.valid_from >= valid_from:
            raise ValidationError(
                {
                    "valid_from": _("The PIN means somebody from %(date)s on. Choose a later day.")
                    % {"date": row.valid_from}
                }
            )
        row.valid_to = valid_from - ONE_DAY
        save_checked(row, update_fields=["valid_to"])
    return save_checked(TerminalPin(terminal=terminal, pin=number, employee=employee, valid_from=valid_from))


@transaction.atomic
def end_pin(*, by: User, pin_id: int, last_day: date) -> TerminalPin:
    """The PIN means nobody after `last_day`. Raises PermissionDenied, ValidationError (before its first day)."""
    _require(by)
    row = TerminalPin.objects.select_for_update().get(pk=pin_id)
    row.valid_to = last_day
    with explained(TerminalPin):
        return save_checked(row, update_fields=["valid_to"])

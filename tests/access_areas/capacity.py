"""Rows of the access table: capacity of a unit."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    HEAD,
    HR,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    mixed,
    page,
)

# For them the unit does not exist, as on its own page.
WITHOUT = STRANGERS | EMPLOYEE | SUPERVISOR

ROWS: dict[str, Row] = {
    "fwa:capacity_home": mixed(GET=May(ANY_HR, led_on=HEAD)),  # the only unit of a head is opened at once
    "fwa:unit_capacity": page(HEAD | HR | AUDITOR | AUTHORITY, at="unit", hidden=WITHOUT),
    "fwa:unit_day": page(HEAD | HR | AUDITOR, at="unit day", hidden=WITHOUT),
    "api:unit-capacity": page(HEAD | HR | AUDITOR | AUTHORITY, at="unit", hidden=WITHOUT),
    "api:unit-day-people": page(HEAD | HR | AUDITOR, at="unit day", hidden=WITHOUT),
    "api:unit-quota": act(HEAD | HR, at="unit", hidden=WITHOUT),
    "api:unit-minimum": act(HEAD | HR, at="unit", hidden=WITHOUT),
}

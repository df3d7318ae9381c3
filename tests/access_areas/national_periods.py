"""Rows of the access table: national periods."""

from __future__ import annotations

from tests.access_words import ANY_HR, EVERYBODY, HR, May, Row, form, mixed, page

# The period of the stage is a national one that has not begun: only HR of the whole agency manages it.
PLANNED = "national period"

ROWS: dict[str, Row] = {
    "organization:national_period_list": page(EVERYBODY),
    "organization:national_period_create": form(HR),
    "organization:emergency_create": form(ANY_HR),
    "organization:national_period": page(EVERYBODY, at=PLANNED),
    "organization:national_period_edit": form(HR, at=PLANNED),
    "organization:national_period_end": form(HR, at=PLANNED),
    "organization:national_period_people": page(ANY_HR, at=PLANNED),
    "organization:national_period_export": page(ANY_HR, at=PLANNED),
    "api:national-period-list": mixed(GET=May(EVERYBODY), POST=May(ANY_HR)),
    "api:national-period-detail": mixed(PLANNED, GET=May(EVERYBODY), PUT=May(HR)),
    "api:national-period-end": mixed(PLANNED, POST=May(HR)),
    "api:national-period-units": page(EVERYBODY, at=PLANNED),
    "api:national-period-people": page(ANY_HR, at=PLANNED),
}

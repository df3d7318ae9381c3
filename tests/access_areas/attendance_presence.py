"""Rows of the access table: entries of presence."""

from __future__ import annotations

from uuid import UUID

from tests.access_words import ANY_HR, EMPLOYEE, EVERYBODY, HR, OFFICER, PUBLIC, STAFF, May, Row, act, form, mixed, page

ENTRY = {"client_id": str(UUID(int=7)), "direction": "in"}

ROWS: dict[str, Row] = {
    "attendance:presence": page(STAFF),
    "attendance:presence_check": act(STAFF, body={"direction": "in"}),
    "attendance:notice_acknowledge": act(STAFF, body={"version": "1"}),
    "attendance:prompt_seen": act(EMPLOYEE, at="prompt"),
    "attendance:prompt_answer": act(EMPLOYEE, at="prompt"),
    "attendance:presence_session": page(STAFF),
    "attendance:presence_manifest": page(PUBLIC),
    "attendance:presence_offline": page(PUBLIC, at="language"),
    "attendance:presence_worker": page(PUBLIC, at="language"),
    "attendance:privacy_notice": form(HR),
    "attendance:my_locations": page(STAFF),
    "attendance:my_home": form(STAFF),
    "attendance:home_list": page(ANY_HR),
    "attendance:home_decide": act(HR, at="home point", body={"decision": "confirm"}),
    "attendance:location_list": page(OFFICER),
    "attendance:location": page(OFFICER, at="presence event"),
    "attendance:location_open": act(OFFICER, at="presence event", body={"reason": "Keberatan pegawai."}),
    "attendance:home_points": page(OFFICER),
    "attendance:home_point": page(OFFICER, at="home point"),
    "attendance:home_point_open": act(OFFICER, at="home point", body={"reason": "Keberatan pegawai."}),
    "api:presence-event-list": mixed(GET=May(EVERYBODY), POST=May(STAFF, body=ENTRY)),
}

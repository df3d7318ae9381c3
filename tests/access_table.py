"""Who may open what: one row for every address, by its name. ``tests/test_access_table.py`` walks the URL
configuration, asks every address as everybody, and fails where this table and the answers differ.

A row says who ``may``. Of the others, those in ``hidden`` get 404 (for them it does not exist), the rest 403, and
whoever is not logged in is led to the login (401 under /api/). ``page`` is read (GET), ``form`` is read and sent,
``act`` is only sent (POST). ``at`` names the thing of the stage (tests/access_stage.py) that the address leads to; it
always belongs to the employee, the legal section or the agency. In a ``body``, "@step" is the id of that thing.
"""

from __future__ import annotations

from tests.access_areas import AREAS
from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    COLLEAGUE,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    HR_ELSEWHERE,
    NOBODY,
    NONE,
    OFFICER,
    OUTSIDER,
    PUBLIC,
    READERS,
    STAFF,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)
from tests.organization.cast import days

PURPOSE = {"purpose": "Verifikasi"}
END = {"ended_on": str(days(40)), "reason": "Kebutuhan dinas."}
CLAIM = {"kind": "sick-family", "valid_from": str(days(7)), "valid_to": str(days(30))}
REFUSAL = {"ground": "task", "reason": "Perlu tatap muka.", "alternative": "Satu hari."}

ALLAUTH = {
    "account_login": form(NOBODY, led_on=EVERYBODY),
    "account_logout": form(EVERYBODY, led_on=NOBODY),
    "account_inactive": page(PUBLIC),
    "account_signup": form(NOBODY, led_on=EVERYBODY),  # says that accounts come from HR
    "account_reauthenticate": form(EVERYBODY),
    "account_email": form(EVERYBODY, status=302),  # to the profile
    "account_email_verification_sent": page(PUBLIC),
    "account_change_password": form(EVERYBODY),
    "account_set_password": form(NONE, led_on=EVERYBODY),  # everybody here has a password
    "account_reset_password": form(PUBLIC),
    "account_reset_password_done": page(PUBLIC),
    "account_reset_password_from_key": form(PUBLIC, at="no reset"),  # says that the link is of no use
    "account_reset_password_from_key_done": page(PUBLIC),
    "account_confirm_login_code": form(NONE, led_on=PUBLIC),
    "account_confirm_email": mixed("no key", GET=May(PUBLIC), POST=May(NONE, hidden=PUBLIC)),
    "mfa_index": page(EVERYBODY),
    "mfa_authenticate": form(NONE, led_on=PUBLIC),  # only in the middle of a login
    "mfa_reauthenticate": form(NONE, led_on=EVERYBODY),  # only with a second step
    "mfa_activate_totp": form(NONE, led_on=EVERYBODY),  # right after a login only, else the password comes first
    "mfa_deactivate_totp": form(NONE, hidden=EVERYBODY),
    "mfa_view_recovery_codes": page(NONE, hidden=EVERYBODY),
    "mfa_generate_recovery_codes": form(NONE, led_on=EVERYBODY),
    "mfa_download_recovery_codes": page(NONE, hidden=EVERYBODY),
}

CONFIG = {
    "healthz": page(PUBLIC),
    "readyz": page(PUBLIC),
    "metrics": page(NONE, hidden=PUBLIC),  # only from the machine itself, or with the token
    "set_language": form(PUBLIC, status=302),
    "api-schema": page(EVERYBODY),
    "api-docs": page(EVERYBODY),
}

ORGANIZATION = {
    # set-up and the agency
    "organization:setup": page(HR),
    "organization:setup_complete": act(HR),
    "organization:agency": form(HR),
    "organization:agency_logo": page(EVERYBODY),
    "organization:decree_list": page(HR | AUDITOR),
    "organization:decree_create": form(HR),
    "organization:decree_edit": form(HR, at="decree"),
    "organization:decree_end": form(HR, at="decree"),
    # accounts
    "organization:activate": form(PUBLIC),
    "organization:activate_link": form(PUBLIC, at="no link", status=410),
    "organization:account_list": page(ANY_HR),
    "organization:account_hand_out": act(ANY_HR),
    "organization:account_create": form(HR),
    "organization:account_edit": form(HR, at="account"),
    "organization:account_off": act(HR, at="account", hidden=HR_ELSEWHERE),
    "organization:account_on": act(HR, at="account", hidden=HR_ELSEWHERE),
    # oneself
    "organization:profile": page(EVERYBODY),
    "organization:preferences_save": act(EVERYBODY),
    "organization:mail_preferences_save": act(EVERYBODY),
    "organization:domicile_report": form(STAFF, hidden=EVERYBODY - STAFF),
    "organization:domicile_withdraw": act(EVERYBODY),
    "organization:notice_list": page(EVERYBODY),
    "organization:notice_read_all": act(EVERYBODY),
    "organization:notice_open": act(EMPLOYEE, at="notice", hidden=EVERYBODY - EMPLOYEE),
    # people
    "organization:person_list": page(HEAD | ANY_HR | AUDITOR),
    "organization:person_find": act(HEAD | ANY_HR | AUDITOR),
    "organization:person": page(HEAD | HR | AUDITOR, at="person", hidden=HR_ELSEWHERE),
    "organization:placement_create": form(HR, at="person", hidden=STRANGERS),
    "organization:placement_end": form(HR, at="placement", hidden=STRANGERS),
    "organization:person_leave": form(HR, at="person", hidden=STRANGERS),
    "organization:contact_edit": form(HR, at="person", hidden=STRANGERS),
    "organization:domicile_create": form(HR, at="person", hidden=STRANGERS),
    "organization:domicile_list": page(ANY_HR),
    "organization:domicile_verify": act(HR, at="address", hidden=HR_ELSEWHERE),
    "organization:domicile_refuse": form(HR, at="address", hidden=HR_ELSEWHERE),
    "organization:case_list": page(ANY_HR | AUDITOR),
    "organization:case_create": form(HR, at="person", hidden=STRANGERS),
    "organization:case_edit": form(HR, at="case", hidden=STRANGERS | EMPLOYEE),  # the case of another colleague
    # units
    "organization:unit_list": page(HEAD | ANY_HR | AUDITOR),
    "organization:unit_create": form(ANY_HR),
    "organization:unit": page(HEAD | HR | AUDITOR | AUTHORITY, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:unit_change": form(HR, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:unit_close": form(HR, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:quota_edit": form(HEAD | HR, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:minimum_edit": form(HEAD | HR, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:readiness_list": page(ANY_HR),
    "organization:readiness_declare": form(HEAD, at="unit", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    "organization:readiness_confirm": act(HR, at="readiness", hidden=STRANGERS | EMPLOYEE | SUPERVISOR),
    # offices, positions, tasks
    "organization:site_list": page(HR | AUDITOR),
    "organization:site_create": form(HR),
    "organization:site_edit": form(HR, at="site"),
    "organization:position_list": page(HR | AUDITOR),
    "organization:position_create": form(HR),
    "organization:position": page(HR | AUDITOR, at="position"),
    "organization:position_edit": form(HR, at="position"),
    "organization:position_tasks": form(HR, at="position", body={"tasks-TOTAL_FORMS": 0, "tasks-INITIAL_FORMS": 0}),
    "organization:task_type_list": page(HR | AUDITOR),
    "organization:task_type_create": form(HR),
    "organization:task_type_edit": form(HR, at="task type"),
    # roles and standing in
    "organization:role_list": page(HR | AUDITOR),
    "organization:role_grant": form(HR),
    "organization:role_end": act(HR, at="grant"),
    "organization:delegation_list": page(EVERYBODY),
    "organization:delegation_create": form(SUPERVISOR | HEAD | ANY_HR | AUDITOR | AUTHORITY | OFFICER),
    "organization:delegation_end": form(
        HEAD | HR, at="delegation", hidden=STRANGERS | EMPLOYEE | SUPERVISOR | AUTHORITY
    ),
    # calendar
    "organization:calendar": page(EVERYBODY),
    "organization:holiday_create": form(HR),
    "organization:holiday_reseed": act(HR),
    "organization:holiday_edit": form(HR, at="holiday"),
    "organization:holiday_delete": act(HR, at="holiday"),
    "organization:ramadan_create": form(HR),
    "organization:ramadan_edit": form(HR, at="ramadan"),
    "organization:ramadan_delete": act(HR, at="ramadan"),
    # imports
    "organization:import_list": page(HR),
    "organization:import_new": form(HR),
    "organization:import_template": page(HR, at="import template"),
    "organization:import_detail": page(HR, at="import"),
    "organization:import_progress": page(HR, at="import", status=302),  # finished: back to the page
    "organization:import_columns": form(HR, at="import"),
    "organization:import_start": act(HR, at="import"),
    "organization:import_accept": form(HR, at="import row"),
    "organization:import_discard": form(HR, at="import"),
    "organization:import_rejects": page(HR, at="import"),
}

ELIGIBILITY = {
    "eligibility:policy_list": page(EVERYBODY),
    "eligibility:policy_version": page(EVERYBODY, at="policy version"),
    "eligibility:terms": page(EVERYBODY),
    "eligibility:policy_setup": form(HR, status=302),  # done once; leads to the policies
    "eligibility:screening_me": page(STAFF),
    "eligibility:screening": page(
        EMPLOYEE | HR | AUDITOR, at="screening", hidden=COLLEAGUE | OUTSIDER | HR_ELSEWHERE | OFFICER
    ),
    "eligibility:run_list": page(ANY_HR | AUDITOR),
    "eligibility:run_create": form(ANY_HR),
    "eligibility:run": page(HR | AUDITOR, at="run", hidden=HR_ELSEWHERE),
    "eligibility:run_state": page(HR | AUDITOR, at="run", hidden=HR_ELSEWHERE),
    "eligibility:run_export": page(HR, at="run export", hidden=HR_ELSEWHERE),
}

FWA = {
    "fwa:home": page(EVERYBODY),
    # asking
    "fwa:request_list": page(EVERYBODY),
    "fwa:request_new": form(STAFF),
    "fwa:request_preview": act(STAFF),
    "fwa:request_detail": page(READERS, at="sent", hidden=STRANGERS),
    "fwa:request_edit": form(EMPLOYEE, at="draft", hidden=EVERYBODY - EMPLOYEE),
    "fwa:request_renew": form(EMPLOYEE, at="arrangement", hidden=STAFF - EMPLOYEE),
    "fwa:request_preview_of": act(EMPLOYEE, at="draft", hidden=STAFF - EMPLOYEE),
    "fwa:request_circumstance": form(EMPLOYEE, at="draft", hidden=EVERYBODY - EMPLOYEE),
    "fwa:evidence_remove": act(EMPLOYEE, at="draft evidence", hidden=EVERYBODY - EMPLOYEE),
    "fwa:request_delete": form(EMPLOYEE, at="draft", hidden=EVERYBODY - EMPLOYEE),
    "fwa:request_withdraw": form(EMPLOYEE, at="sent", hidden=STRANGERS),
    "fwa:arrangement_end": form(EMPLOYEE | HEAD | HR, at="arrangement", hidden=STRANGERS),
    # deciding
    "fwa:inbox": page(EVERYBODY),
    "fwa:inbox_bulk": form(EVERYBODY, status=302),
    "fwa:step_decide": page(SUPERVISOR, at="sent", hidden=STRANGERS, led_on=READERS - SUPERVISOR),
    "fwa:step_act": act(SUPERVISOR, at="sent", hidden=STRANGERS, body={"step": "@step"}),
    "fwa:step_reject": mixed(
        "sent",
        GET=May(SUPERVISOR, hidden=STRANGERS, led_on=READERS - SUPERVISOR),
        POST=May(SUPERVISOR, hidden=STRANGERS, body=REFUSAL | {"step": "@step"}),
    ),
    "fwa:chain_list": page(EVERYBODY),
    "fwa:chain_default": act(HR),
    # letters
    "fwa:letter_list": page(ANY_HR | AUDITOR),
    "fwa:letter_preview": page(ANY_HR),
    "fwa:letter_preview_pdf": page(ANY_HR),
    "fwa:letter_signed_upload": form(HR, at="letter", hidden=STRANGERS),
    "fwa:letter_download": page(READERS, at="letter", hidden=STRANGERS),
    "fwa:letter_retry": act(HR, at="letter", hidden=STRANGERS),
    "fwa:check": page(PUBLIC, at="check"),
    "fwa:check_file": act(PUBLIC, at="check"),
    # sealed evidence: the applicant and the officer; for everybody else it does not exist
    "fwa:circumstance_list": page(OFFICER),
    "fwa:circumstance_detail": page(EMPLOYEE | OFFICER, at="sent", hidden=EVERYBODY - EMPLOYEE - OFFICER),
    "fwa:circumstance_open": act(OFFICER, at="sent", hidden=EVERYBODY - EMPLOYEE - OFFICER, body=PURPOSE),
    "fwa:evidence_open": act(OFFICER, at="evidence", hidden=EVERYBODY - EMPLOYEE - OFFICER, body=PURPOSE),
    "fwa:ledger": form(AUDITOR),
}

API = {
    # organisation
    "api:me": page(EVERYBODY),
    "api:unit-list": page(HEAD | ANY_HR | AUDITOR),
    "api:unit-detail": page(HEAD | HR | AUDITOR, at="unit", hidden=HR_ELSEWHERE),
    "api:employee-list": page(HEAD | ANY_HR | AUDITOR),
    "api:employee-detail": page(HEAD | HR | AUDITOR, at="person", hidden=HR_ELSEWHERE),
    "api:employee-placements": page(HEAD | HR | AUDITOR, at="person", hidden=HR_ELSEWHERE),
    "api:position-list": page(HR | AUDITOR),
    "api:position-detail": page(HR | AUDITOR, at="position"),
    "api:site-list": page(EVERYBODY),
    "api:site-detail": page(EVERYBODY, at="site"),
    "api:holiday-list": page(EVERYBODY),
    "api:delegation-list": page(EVERYBODY),
    "api:delegation-detail": page(
        HEAD | HR | AUDITOR, at="delegation", hidden=STRANGERS | EMPLOYEE | SUPERVISOR | AUTHORITY
    ),
    "api:role-grant-list": page(HR | AUDITOR),
    "api:role-grant-detail": page(HR | AUDITOR, at="grant"),
    "api:notice-list": page(EVERYBODY),
    "api:notice-read": act(EVERYBODY),
    # eligibility
    "api:policy-list": page(EVERYBODY),
    "api:policy-detail": page(EVERYBODY, at="policy"),
    "api:policy-version": page(EVERYBODY, at="policy version"),
    "api:terms": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:circumstance-kind-list": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:screening-me": page(STAFF),
    "api:screening-list": page(EVERYBODY),
    "api:screening-detail": page(EMPLOYEE | HR | AUDITOR, at="screening", hidden=STRANGERS),
    "api:screening-run-list": mixed(GET=May(ANY_HR | AUDITOR), POST=May(HR, body={"policy": "location"})),
    "api:screening-run-detail": page(HR | AUDITOR, at="run", hidden=HR_ELSEWHERE),
    "api:screening-run-results": page(HR | AUDITOR, at="run", hidden=HR_ELSEWHERE),
    # arrangements
    "api:assignment-list": page(EVERYBODY),
    "api:assignment-detail": page(READERS, at="assignment", hidden=STRANGERS),
    "api:assignment-day-list": page(EVERYBODY),
    # requests
    "api:request-list": mixed(GET=May(EVERYBODY), POST=May(STAFF)),
    "api:request-preview": act(STAFF),
    "api:request-detail": mixed(
        "draft",
        GET=May(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE),
        PUT=May(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE),
        PATCH=May(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE),
        DELETE=May(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE),
    ),
    "api:request-submit": act(EMPLOYEE, at="draft", hidden=EVERYBODY - EMPLOYEE),
    "api:request-withdraw": act(EMPLOYEE, at="sent", hidden=STRANGERS),
    "api:request-end": act(EMPLOYEE | HEAD | HR, at="arrangement", hidden=STRANGERS, body=END),
    "api:request-ledger": page(AUDITOR, at="sent"),
    "api:circumstance": mixed(
        "sent",
        GET=May(EMPLOYEE | OFFICER, hidden=EVERYBODY - EMPLOYEE - OFFICER),
        POST=May(EMPLOYEE, hidden=STRANGERS, body=CLAIM),
    ),
    "api:circumstance-open": act(OFFICER, at="sent", hidden=EVERYBODY - EMPLOYEE - OFFICER, body=PURPOSE),
    "api:evidence": mixed(
        "evidence",
        POST=May(OFFICER, hidden=EVERYBODY - EMPLOYEE - OFFICER, body=PURPOSE),
        DELETE=May(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE - OFFICER),
    ),
    # deciding
    "api:step-list": page(EVERYBODY),
    "api:step-detail": page(READERS, at="step", hidden=STRANGERS),
    "api:step-coverage": page(SUPERVISOR, at="step", hidden=STRANGERS),
    "api:step-approve": act(SUPERVISOR, at="step", hidden=STRANGERS),
    "api:step-approve-many": act(EVERYBODY),
    "api:step-return": act(SUPERVISOR, at="step", hidden=STRANGERS, body={"note": "Lengkapi."}),
    "api:step-reject": act(SUPERVISOR, at="step", hidden=STRANGERS, body=REFUSAL),
    # letters
    "api:letter-list": page(EVERYBODY),
    "api:letter-detail": page(READERS, at="letter", hidden=STRANGERS),
    "api:letter-file": page(READERS, at="letter", hidden=STRANGERS),
    "api:letter-check": mixed("check", GET=May(PUBLIC), POST=May(PUBLIC, body={"sha256": "0" * 64})),
}

TABLE: dict[str, Row] = {**CONFIG, **ALLAUTH, **ORGANIZATION, **ELIGIBILITY, **FWA, **API, **AREAS}

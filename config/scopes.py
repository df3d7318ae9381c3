"""What a token may be used for: one table, address by address. What is not in it is closed to systems.

A scope opens an address; what is seen there still follows the roles of the service user behind the token.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: Final[dict[str, str | Promise]] = {
    "organization:read": _("Read units, people, placements, positions, offices and the calendar"),
    "eligibility:read": _("Read policies, terms, verdicts and screening runs"),
    "eligibility:write": _("Start screening runs"),
    "fwa:read": _("Read requests, their levels, decisions and letters"),
    "fwa:write": _("Keep drafts for employees, send them and take them back"),
    "grants:read": _("Read who is granted which days, and the daily export of it"),
    "attendance:write": _("Send entries of terminals, and keep absences"),
    "attendance:read": _("Read work days, rosters, corrections and recaps of attendance"),
}

#: With any token.
ANY: Final = ""

_ORGANIZATION = {"GET": "organization:read"}
_ELIGIBILITY = {"GET": "eligibility:read"}
_FWA = {"GET": "fwa:read"}
_GRANTS = {"GET": "grants:read"}
_ATTENDANCE = {"GET": "attendance:read"}
_ACT = {"POST": "fwa:write"}

#: Scope by name of the address and method.
SCOPE_OF: Final[dict[str, dict[str, str]]] = {
    "api-schema": {"GET": ANY},
    "api:me": {"GET": ANY},
    "api:unit-list": _ORGANIZATION,
    "api:unit-detail": _ORGANIZATION,
    "api:employee-list": _ORGANIZATION,
    "api:employee-detail": _ORGANIZATION,
    "api:employee-placements": _ORGANIZATION,
    "api:position-list": _ORGANIZATION,
    "api:position-detail": _ORGANIZATION,
    "api:task-type-list": _ORGANIZATION,
    "api:task-type-detail": _ORGANIZATION,
    "api:site-list": _ORGANIZATION,
    "api:site-detail": _ORGANIZATION,
    "api:holiday-list": _ORGANIZATION,
    "api:national-period-list": _ORGANIZATION,
    "api:national-period-detail": _ORGANIZATION,
    "api:national-period-units": _ORGANIZATION,
    "api:national-period-people": _ORGANIZATION,
    "api:delegation-list": _ORGANIZATION,
    "api:delegation-detail": _ORGANIZATION,
    "api:role-grant-list": _ORGANIZATION,
    "api:role-grant-detail": _ORGANIZATION,
    "api:task-mapping-list": _ORGANIZATION,
    "api:task-mapping-detail": _ORGANIZATION,
    "api:unit-capacity": _ORGANIZATION,
    "api:policy-list": _ELIGIBILITY,
    "api:policy-detail": _ELIGIBILITY,
    "api:policy-version": _ELIGIBILITY,
    "api:terms": _ELIGIBILITY,
    "api:terms-history-list": _ELIGIBILITY,
    "api:circumstance-kind-list": _ELIGIBILITY,
    "api:excluded-post-list": _ELIGIBILITY,
    "api:excluded-post-detail": _ELIGIBILITY,
    "api:approval-chain-list": _ELIGIBILITY,
    "api:screening-list": _ELIGIBILITY,
    "api:screening-detail": _ELIGIBILITY,
    "api:screening-run-list": _ELIGIBILITY | {"POST": "eligibility:write"},
    "api:screening-run-detail": _ELIGIBILITY,
    "api:screening-run-results": _ELIGIBILITY,
    "api:simulation-list": _ELIGIBILITY,
    "api:simulation-detail": _ELIGIBILITY,
    "api:simulation-rows": _ELIGIBILITY,
    "api:correction-list": _ATTENDANCE,
    "api:correction-detail": _ATTENDANCE,
    "api:terminal-list": _ATTENDANCE,
    "api:terminal-detail": _ATTENDANCE,
    "api:terminal-pins": _ATTENDANCE,
    "api:terminal-entries": {"POST": "attendance:write"},
    "api:attendance-terms-list": _ATTENDANCE,
    "api:attendance-terms-detail": _ATTENDANCE,
    "api:work-pattern-list": _ATTENDANCE,
    "api:work-pattern-detail": _ATTENDANCE,
    "api:unit-pattern-list": _ATTENDANCE,
    "api:unit-pattern-detail": _ATTENDANCE,
    "api:outage-list": _ATTENDANCE,
    "api:outage-detail": _ATTENDANCE,
    "api:contact-list": _ATTENDANCE,
    "api:contact-detail": _ATTENDANCE,
    "api:recap-list": _ATTENDANCE,
    "api:recap-month-list": _ATTENDANCE,
    "api:recap-month-detail": _ATTENDANCE,
    "api:recap-month-rows": _ATTENDANCE,
    "api:shift-list": _ATTENDANCE,
    "api:shift-detail": _ATTENDANCE,
    "api:rotation-list": _ATTENDANCE,
    "api:rotation-detail": _ATTENDANCE,
    "api:roster-list": _ATTENDANCE,
    "api:roster-detail": _ATTENDANCE,
    "api:roster-entry-list": _ATTENDANCE,
    "api:shift-swap-list": _ATTENDANCE,
    "api:shift-swap-detail": _ATTENDANCE,
    "api:roster-proposal-list": _ATTENDANCE,
    "api:roster-proposal-detail": _ATTENDANCE,
    "api:unit-shortfalls": _ATTENDANCE,
    "api:threshold-list": _ATTENDANCE,
    "api:threshold-detail": _ATTENDANCE,
    "api:employee-accumulated": _ATTENDANCE,
    "api:work-day-list": _ATTENDANCE,
    "api:whereabouts-list": _ATTENDANCE,
    "api:absence-list": _ATTENDANCE | {"POST": "attendance:write"},
    "api:absence-detail": _ATTENDANCE
    | {"PUT": "attendance:write", "PATCH": "attendance:write", "DELETE": "attendance:write"},
    "api:assignment-list": _GRANTS,
    "api:assignment-detail": _GRANTS,
    "api:assignment-day-list": _GRANTS,
    "api:grant-export-list": _GRANTS,
    "api:grant-export-detail": _GRANTS,
    "api:grant-export-csv": _GRANTS,
    "api:grant-export-jsonl": _GRANTS,
    "api:request-list": _FWA | _ACT,
    "api:request-preview": _ACT,
    "api:request-detail": _FWA | {"PUT": "fwa:write", "PATCH": "fwa:write", "DELETE": "fwa:write"},
    "api:request-submit": _ACT,
    "api:request-withdraw": _ACT,
    "api:request-ledger": _FWA,
    "api:step-detail": _FWA,
    "api:review-list": _FWA,
    "api:review-detail": _FWA,
    "api:determination-list": _FWA,
    "api:determination-detail": _FWA,
    "api:determination-members": _FWA,
    "api:determination-coverage": _FWA,
    "api:determination-progress": _FWA,
    "api:letter-list": _FWA,
    "api:letter-detail": _FWA,
    "api:letter-file": _FWA,
}

#: For people only, by decision: systems neither decide nor open what is sealed, and have no inbox of their own.
FOR_PEOPLE: Final = frozenset(
    {
        "api:national-period-end",
        "api:policy-draft-list",
        "api:policy-draft-detail",
        "api:policy-draft-rules",
        "api:policy-draft-rule",
        "api:policy-draft-rule-move",
        "api:policy-draft-request-publication",
        "api:circumstance-kind-detail",
        "api:excluded-post-end",
        "api:approval-chain-detail",
        "api:policy-publish",
        "api:policy-send-back",
        "api:task-mapping-preview",
        "api:task-mapping-set",
        "api:task-proposal-confirm",
        "api:task-proposal-decline",
        "api:task-proposal-detail",
        "api:task-proposal-list",
        "api:task-proposal-withdraw",
        "api:unit-day-people",
        "api:unit-minimum",
        "api:unit-quota",
        "api:notice-list",
        "api:notice-read",
        "api:screening-me",
        "api:request-end",
        "api:circumstance",
        "api:circumstance-open",
        "api:evidence",
        "api:determination-change-members",
        "api:determination-plan",
        "api:determination-decide",
        "api:determination-amendments",
        "api:correction-decide",
        "api:correction-withdraw",
        "api:correction-approve-many",
        "api:roster-findings",
        "api:roster-cells",
        "api:roster-publish",
        "api:shift-swap-answer",
        "api:shift-swap-withdraw",
        "api:shift-swap-decide",
        "api:outage-withdraw",
        "api:integrity-flag-list",
        "api:integrity-flag-detail",
        "api:integrity-flag-answer",
        "api:contact-delivered",
        "api:contact-answer",
        "api:contact-attempt",
        "api:contact-withdraw",
        "api:threshold-acknowledge",
        "api:presence-event-list",
        "api:step-list",
        "api:step-coverage",
        "api:step-approve",
        "api:step-approve-many",
        "api:step-return",
        "api:step-reject",
        "api:review-respond",
        "api:review-decide",
        "api:review-lift",
    }
)
#: Without any login.
PUBLIC: Final = frozenset({"api:letter-check"})


def scope_for(name: str, method: str) -> str | None:
    """Return the scope that a token needs for an address (`ANY`: any token will do); None: closed to systems."""
    methods = SCOPE_OF.get(name, {})
    return methods.get("GET" if method in ("HEAD", "OPTIONS") else method)

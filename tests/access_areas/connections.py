"""Rows of the access table: connections."""

from __future__ import annotations

from tests.access_words import AUDITOR, HR, NONE, PUBLIC, May, Row, act, form, mixed, page

ROWS: dict[str, Row] = {
    "oauth-token": act(PUBLIC),  # without a client it complains
    "oauth-revoke": act(PUBLIC),
    "openid_connect_login": mixed("provider", POST=May(NONE, hidden=PUBLIC)),  # 404 while no provider is configured
    "openid_connect_callback": page(NONE, at="provider", hidden=PUBLIC),
    "organization:connection_list": page(HR),
    "organization:connection_create": form(HR),
    "organization:connection": page(HR, at="connection"),
    "organization:connection_change": form(HR, at="connection"),
    "organization:connection_secret": form(HR, at="connection"),
    "organization:connection_role": form(HR, at="connection"),
    "organization:connection_off": act(HR, at="connection"),
    "organization:connection_on": act(HR, at="connection"),
    "organization:webhook_create": form(HR, at="connection"),
    "organization:webhook": page(HR, at="webhook"),
    "organization:webhook_change": form(HR, at="webhook"),
    "organization:webhook_secret": form(HR, at="webhook"),
    "organization:webhook_off": act(HR, at="webhook"),
    "organization:webhook_on": act(HR, at="webhook"),
    "fwa:grant_exports": page(HR | AUDITOR),
    "fwa:grant_export_file": page(HR | AUDITOR, at="grant export file"),
    "api:grant-export-list": page(HR | AUDITOR),
    "api:grant-export-detail": page(HR | AUDITOR, at="grant export"),
    "api:grant-export-csv": page(HR | AUDITOR, at="grant export"),
    "api:grant-export-jsonl": page(HR | AUDITOR, at="grant export"),
    "organization:webhook_again": act(HR, at="webhook delivery"),
}

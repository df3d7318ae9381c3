"""Who looks after terminals, sends their entries, and enters outages."""

from __future__ import annotations

import rules

from organization.rules import is_agency_hr_admin, is_auditor, is_service

rules.add_perm("attendance.view_terminals", is_agency_hr_admin | is_auditor)
rules.add_perm("attendance.manage_terminals", is_agency_hr_admin & ~is_service)
rules.add_perm("attendance.send_terminal_entries", is_agency_hr_admin)
rules.add_perm("attendance.manage_outages", is_agency_hr_admin & ~is_service)

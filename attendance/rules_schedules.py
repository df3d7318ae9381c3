"""Who reads the terms of attendance and the working hours; HR of the whole agency sets them (`manage_terms`)."""

from __future__ import annotations

import rules

from organization.rules import is_agency_hr_admin, is_auditor

rules.add_perm("attendance.view_terms", is_agency_hr_admin | is_auditor)

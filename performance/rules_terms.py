"""Who reads the terms of performance; HR of the whole agency sets them (`manage_terms`)."""

from __future__ import annotations

import rules

from organization.rules import is_agency_hr_admin, is_auditor

rules.add_perm("performance.view_terms", is_agency_hr_admin | is_auditor)

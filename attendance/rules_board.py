"""Who reads somebody's days."""

import rules

from organization.rules import is_auditor_of_employee, is_hr_admin_of_employee, is_self, leads_employee

rules.add_perm("attendance.view_days", is_self | leads_employee | is_hr_admin_of_employee | is_auditor_of_employee)

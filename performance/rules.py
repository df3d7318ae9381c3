"""Who may do what with plans, reports, reviews and evaluations. The same predicates serve page, API and buttons."""

import rules

from organization.rules import (
    is_agency_hr_admin,
    is_auditor_of_employee,
    is_hr_admin_of_employee,
    is_self,
    is_service,
    leads_employee,
)

rules.add_perm("performance.manage_terms", is_agency_hr_admin & ~is_service)
rules.add_perm("performance.view_work", is_self | leads_employee | is_hr_admin_of_employee | is_auditor_of_employee)
rules.add_perm("performance.write_report", is_self & ~is_service)
rules.add_perm("performance.manage_results", is_self | leads_employee | is_hr_admin_of_employee)
# Who leads never leads themself, nor the officer in whose place they act.
rules.add_perm("performance.review_work", leads_employee & ~is_service)
rules.add_perm("performance.evaluate", leads_employee & ~is_service)

# They register the rest and use the above.
from performance import (  # noqa: E402
    rules_contracts,  # noqa: F401
    rules_evaluations,  # noqa: F401
    rules_results,  # noqa: F401
    rules_reviews,  # noqa: F401  (registers its own)
    rules_terms,  # noqa: F401
)

"""Who gives feedback: the two sides of a piece of work, its author and whoever leads them."""

import rules

from organization.rules import is_self, is_service, leads_employee

rules.add_perm("performance.comment_work", (is_self | leads_employee) & ~is_service)

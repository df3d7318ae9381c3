"""Criteria over organisation facts. Importing this package registers them."""

from eligibility.criteria import agency, employee, place, task, unit

__all__ = ["agency", "employee", "place", "task", "unit"]

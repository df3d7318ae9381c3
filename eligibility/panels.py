"""What eligibility adds to the organisation's pages: the rules in force that the task mapping decides."""

from __future__ import annotations

from datetime import date

from eligibility.models import PolicyVersion, Rule
from organization.extensions import TaskShareRule, register_task_share_rules

# Criterion -> the kind of criteria of a task type that it adds up (Arts 23-24).
FACET_OF_CRITERION = {"location_tasks": "location", "shift_tasks": "shift", "dynamic_tasks": "dynamic"}


@register_task_share_rules
def task_rules(day: date) -> list[TaskShareRule]:
    """One query."""
    rules = Rule.objects.filter(criterion__in=FACET_OF_CRITERION).select_related("version__policy")
    in_force = rules.filter(version__in=PolicyVersion.objects.in_force_on(day)).order_by(
        "version__policy", "order", "pk"
    )
    return [
        TaskShareRule(
            policy=str(rule.version.policy),
            article=rule.article,
            facet=FACET_OF_CRITERION[rule.criterion],
            min_share_pct=rule.params["min_share_pct"],
        )
        for rule in in_force
    ]

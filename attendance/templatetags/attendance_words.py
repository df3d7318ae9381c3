"""Minutes in words."""

from django import template

from attendance.verdict_words import duration

register = template.Library()


@register.simple_tag
def minutes(value: int | None) -> str:
    """7 h 30 min."""
    return duration(value or 0)

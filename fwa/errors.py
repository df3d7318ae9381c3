"""Errors that have a meaning of their own for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

if TYPE_CHECKING:
    from eligibility.screening import ScreeningResult


class AlreadyDecided(TransitionNotAllowed):
    """Somebody decided this step a moment ago; a normal outcome with its own words (409)."""

    for_people = True


class NotEligible(ValidationError):
    """At least one blocking rule is not met; `results` holds every rule of every policy."""

    def __init__(self, results: list[ScreeningResult]) -> None:
        self.results = results
        super().__init__(
            _("You do not meet every condition yet. Each one is listed with its article and what would change it."),
            code="not_eligible",
        )


class NoDateLeft(ValidationError):
    """None of the requested dates passes any more; `problems` maps each date to its problem code."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        text = _("Not one of the requested dates can be granted now. Return or reject the request.")
        super().__init__(text, "no_date")

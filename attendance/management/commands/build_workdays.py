"""Build work days for a period: of everybody, or of a unit with all below it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.services.workdays import build_workdays
from organization.models import Placement, Unit


class Command(BaseCommand):
    help = "Builds the work days of a period from the facts; days that are right already are left as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", required=True, type=date.fromisoformat, help="first day, ISO date")
        parser.add_argument("--to", dest="end", required=True, type=date.fromisoformat, help="last day, ISO date")
        parser.add_argument("--unit", help="code of a unit; without it everybody")

    def handle(self, *args: Any, **options: Any) -> None:
        start, end = options["start"], options["end"]
        if end < start:
            raise CommandError("--to must not be before --from.")
        people = None if options["unit"] is None else _people_of(options["unit"], start, end)
        built = build_workdays(start=start, end=end, employee_ids=people)
        self.stdout.write(f"{built.inserted} days added, {built.updated} changed, {built.deleted} removed")


def _people_of(code: str, start: date, end: date) -> set[int]:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(f"There is no unit with the code {code}.")
    placed = Placement.objects.overlapping(start, end).filter(unit__path__startswith=unit.path)
    return set(placed.values_list("employee_id", flat=True))

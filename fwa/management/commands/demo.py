"""Load the demo agency: deterministic for the same numbers, seed and day."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fwa.demo.build import Plan, load_demo, today
from fwa.demo.reset import NotADemo
from fwa.demo.units import SMALLEST
from organization.shell import DEMO_USERS

FEWEST_MONTHS, MOST_MONTHS = 1, 36


class Command(BaseCommand):
    help = "Load an invented city government with a history; it replaces an earlier demo, and nothing but a demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, default=500, help="how many people (default 500)")
        parser.add_argument("--months", type=int, default=6, help="months of history (default 6)")
        parser.add_argument("--seed", type=int, default=1, help="which invented city (default 1)")
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="the day that is today (YYYY-MM-DD)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.DEMO):
            raise CommandError("The demo is only for a system with DEMO=1 or DEBUG=1.")
        if options["employees"] < SMALLEST:
            raise CommandError(f"The story needs at least {SMALLEST} employees.")
        if not FEWEST_MONTHS <= options["months"] <= MOST_MONTHS:
            raise CommandError(f"Between {FEWEST_MONTHS} and {MOST_MONTHS} months of history.")
        started = time.monotonic()
        plan = Plan(options["employees"], options["months"], options["seed"], options["as_of"] or today())
        try:
            summary = load_demo(plan)
        except NotADemo:
            raise CommandError(
                "There is an agency in this database that is not the demo; nothing was changed. "
                "Use other data beside it: DATA_DIR=.local2 make run"
            ) from None
        self.stdout.write(
            f"Demo as of {plan.as_of}: {summary.employees} employees, {summary.units} units, "
            f"{summary.requests} requests, {summary.days} days, in {time.monotonic() - started:.0f} s."
        )
        names = ", ".join(name for name, _label, _text in DEMO_USERS)
        self.stdout.write(f"Log in as {names} with the password {settings.DEMO_PASSWORD}")

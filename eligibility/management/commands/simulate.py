"""simulate --policy CODE --version N [--as-of DATE] [--format csv|json] [--out FILE]: who gains and who loses."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from eligibility.enums import PolicyCode
from eligibility.models import PolicyVersion
from eligibility.services.simulations import default_day
from eligibility.simulation import SimulatedPerson, base_of, simulated_people

FIELDS = (
    "nip", "name", "unit", "change", "verdict_before", "verdict_after", "failed_before", "failed_after", "running",
)  # fmt: skip


class Command(BaseCommand):
    help = "Judge everybody who serves on a day by a version and by the one it would replace. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", required=True, choices=PolicyCode.values)
        # Django's own --version prints the version of Django; here the number of the policy version is meant.
        parser.add_argument("--version", dest="number", type=int, required=True, help="number of a draft or version")
        parser.add_argument("--as-of", type=date.fromisoformat, help="YYYY-MM-DD, default: its first day, or today")
        parser.add_argument("--format", choices=("csv", "json"), default="csv")
        parser.add_argument("--out", type=Path, help="default: standard output")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = PolicyVersion.objects.with_rules()
        version = rows.filter(policy__code=options["policy"], number=options["number"]).first()
        if version is None:
            raise CommandError(f"The policy {options['policy']} has no version {options['number']}.")
        on = options["as_of"] or default_day(version)
        base = base_of(version, on)
        people = simulated_people(version, base, on)
        write = _write_csv if options["format"] == "csv" else _write_json
        target = options["out"].open("w", newline="", encoding="utf-8") if options["out"] else nullcontext(self.stdout)
        with target as stream:
            count = write(stream, people)
        if options["out"]:
            beside = f"v{base.number}" if base else "no version"
            self.stdout.write(f"{count} people: {options['policy']} v{version.number} beside {beside} as of {on}.")


def _write_csv(stream: Any, people: Iterator[SimulatedPerson]) -> int:
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    count = 0
    for person in people:
        count += 1
        values = asdict(person)
        writer.writerow([" ".join(values[name]) if name.startswith("failed") else values[name] for name in FIELDS])
    return count


def _write_json(stream: Any, people: Iterator[SimulatedPerson]) -> int:
    """One array, one record a line, so that a large agency neither fills memory nor one line."""
    count = 0
    stream.write("[")
    for person in people:
        count += 1
        stream.write((",\n" if count > 1 else "\n") + json.dumps(asdict(person), ensure_ascii=False))
    stream.write("\n]\n")
    return count

"""screen --policy CODE [--version N] [--as-of DATE] [--format csv|json] [--out FILE]: everybody's verdict."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eligibility.enums import PolicyCode
from eligibility.exports import screening_record
from eligibility.models import PolicyVersion
from eligibility.screening import ask_of_policy, screen_many
from eligibility.services.screenings import chosen_version
from organization.models import Employee

FIELDS = ("nip", "name", "verdict", "failed")


class Command(BaseCommand):
    help = "Screen everybody who serves on a day. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", required=True, choices=PolicyCode.values)
        # Django's own --version prints the version of Django; here the number of the policy version is meant.
        parser.add_argument("--version", dest="number", type=int, help="default: the version in force on the day")
        parser.add_argument("--as-of", type=date.fromisoformat, help="YYYY-MM-DD, default: today")
        parser.add_argument("--format", choices=("csv", "json"), default="csv")
        parser.add_argument("--out", type=Path, help="default: standard output")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["as_of"] or timezone.localdate()
        try:
            version = chosen_version(options["policy"], options["number"], on)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        write = _write_csv if options["format"] == "csv" else _write_json
        target = options["out"].open("w", newline="", encoding="utf-8") if options["out"] else nullcontext(self.stdout)
        with target as stream:
            count = write(stream, _records(version, on))
        if options["out"]:
            self.stdout.write(f"{count} people screened by {version.policy.code} v{version.number} as of {on}.")


def _records(version: PolicyVersion, on: date) -> Iterator[dict[str, Any]]:
    people = Employee.objects.serving_on(on)
    names = {pk: (nip, name) for pk, nip, name in people.values_list("pk", "nip", "name")}
    for result in screen_many(people, version, on=on, ask=ask_of_policy(version.policy.code)):
        nip, name = names[result.employee_id]
        yield screening_record(result, nip=nip, name=name)


def _write_csv(stream: Any, records: Iterator[dict[str, Any]]) -> int:
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    count = 0
    for record in records:
        count += 1
        writer.writerow([record["nip"], record["name"], record["verdict"], " ".join(record["failed"])])
    return count


def _write_json(stream: Any, records: Iterator[dict[str, Any]]) -> int:
    """One array, one record a line, so that a large agency neither fills memory nor one line."""
    count = 0
    stream.write("[")
    for record in records:
        stream.write((",\n" if count else "\n") + json.dumps(record, ensure_ascii=False))
        count += 1
    stream.write("\n]\n")
    return count

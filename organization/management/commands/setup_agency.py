"""Set an empty agency up: profile, root unit, holidays, default policies, and one HR admin."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from organization.models import AgencyProfile
from organization.models.units import ZONES
from organization.services.accounts import CODE_SIGNS
from organization.services.agency import AgencyExists, set_up_agency

PASSWORD_LENGTH = 16


class Command(BaseCommand):
    help = "Set an empty agency up with one HR admin; the password comes from SETUP_ADMIN_PASSWORD or is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where an agency exists already")
        parser.add_argument("--name", default="Instansi Pemerintah", help="name of the agency")
        parser.add_argument("--unit-code", default="INSTANSI", help="code of the root unit, as imports name it")
        parser.add_argument("--zone", default="", help="time zone of the agency (default: TIME_ZONE)")
        parser.add_argument("--admin-username", default="admin")
        parser.add_argument("--admin-email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and AgencyProfile.objects.exists():
            return
        password = settings.SETUP_ADMIN_PASSWORD or "".join(
            secrets.choice(CODE_SIGNS.lower()) for _index in range(PASSWORD_LENGTH)
        )
        with translation.override(settings.LANGUAGE_CODE):
            self._set_up(options, password)
        self.stdout.write(f"The agency is set up. HR admin: {options['admin_username']}")
        if not settings.SETUP_ADMIN_PASSWORD:
            self.stdout.write(f"Password, shown this once: {password}")
        self.stdout.write(f"Log in at {settings.BASE_URL}/accounts/login/ and follow the checklist at /setup/.")

    def _set_up(self, options: dict[str, Any], password: str) -> None:
        known = [zone for zone, _label in ZONES]
        zone = options["zone"] or (settings.TIME_ZONE if settings.TIME_ZONE in known else known[0])
        if zone not in known:
            raise CommandError(f"Unknown time zone {zone}; one of {', '.join(known)}.")
        try:
            set_up_agency(
                name=options["name"],
                unit_code=options["unit_code"],
                admin_username=options["admin_username"],
                admin_email=options["admin_email"],
                password=password,
                zone=zone,
                on=timezone.localdate(),
            )
        except AgencyExists:
            raise CommandError("There is an agency in this database already; set-up happens once.") from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error

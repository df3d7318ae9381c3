"""Fill the database of a fault test: the tables, the small agency of the tests, and passwords to log in with."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.config.fault_settings"
    django.setup()

    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from organization.models import User
    from tests.world import make_world

    call_command("migrate", verbosity=0, interactive=False)
    make_world()
    User.objects.update(password=make_password(os.environ["FAULT_PASSWORD"]))


if __name__ == "__main__":
    main()

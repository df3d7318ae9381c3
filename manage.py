#!/usr/bin/env python
"""Django's command line. Where no DATABASE_URL is set it brings the embedded servers along for its own duration."""

import os
import sys

#: Commands that need no server.
OFFLINE = {"help", "version", "--help", "--version", "-h", "makemessages", "compilemessages", "collectstatic", "check"}


def main() -> int:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if not os.environ["DJANGO_SETTINGS_MODULE"].endswith(".dev") or command in OFFLINE:
        execute_from_command_line(sys.argv)
        return 0

    from config.embedded import servers
    from config.embedded.paths import EmbeddedError, Home

    try:
        lease = servers.lease_for_process(Home())
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for line in lease.told if lease else []:
        sys.stderr.write(f"{line}\n")
    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())

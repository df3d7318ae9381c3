"""Print DATABASE_URL and REDIS_URL of a private pair of servers, started first and kept running.

``eval "$(python -m config.embedded.env --name mine)"`` sets both in a shell;
``python -m config.embedded.ctl --name mine stop`` ends the servers.
"""

from __future__ import annotations

import argparse
import shlex
import sys

from config.embedded import ctl
from config.embedded.paths import EmbeddedError, Home


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="dev")
    home = Home(parser.parse_args().name)
    try:
        ctl.start(home, list(ctl.SERVERS), keep=True)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"export DATABASE_URL={shlex.quote(home.database_url)}")
    print(f"export REDIS_URL={shlex.quote(home.redis_url)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Start, stop and look at embedded servers by hand: ``python -m config.embedded.ctl [--name NAME] start|stop|status``.

``stop redis`` under a running ``make run`` shows how the system does without it; ``start redis`` brings it back.
"""

from __future__ import annotations

import argparse
import sys

from config.embedded import postgres, redis, servers
from config.embedded.paths import EmbeddedError, Home

SERVERS = {"postgres": postgres, "redis": redis}


def held_back(home: Home, server: str) -> bool:
    """Tell whether a server was stopped on purpose, so that the supervisor leaves it stopped."""
    return (home.root / f"{server}.stopped").exists()


def start(home: Home, names: list[str], *, keep: bool) -> None:
    """Start servers; with ``keep`` they stay until they are stopped by hand."""
    with servers.changing(home):
        if keep:
            servers.pin(home)
        for name in names:
            (home.root / f"{name}.stopped").unlink(missing_ok=True)
            for line in SERVERS[name].start(home):
                print(line, file=sys.stderr)


def stop(home: Home, names: list[str]) -> None:
    """Stop servers, also where commands use them."""
    with servers.changing(home):
        servers.unpin(home)
        for name in names:
            (home.root / f"{name}.stopped").touch()
            SERVERS[name].stop(home)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="dev", help="which pair of servers (default: dev)")
    parser.add_argument("action", choices=["start", "stop", "restart", "status"])
    parser.add_argument("server", nargs="?", choices=sorted(SERVERS), help="only this one")
    options = parser.parse_args()
    home = Home(options.name)
    names = [options.server] if options.server else list(SERVERS)
    try:
        if options.action in {"stop", "restart"}:
            stop(home, names)
        if options.action in {"start", "restart"}:
            start(home, names, keep=options.server is None)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    for name in names:
        print(f"{name}: {'running' if SERVERS[name].is_running(home) else 'stopped'}")
    print(f"folder: {home.root}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

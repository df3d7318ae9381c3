"""Run every benchmark on a pair of embedded servers of its own: `make bench`, or `python -m benchmarks --help`.

Screening and imports make their data inside a transaction that is rolled back; the pages have two databases of their
own, which are dropped. So the servers' data stay small and empty.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys

from config.embedded import ctl
from config.embedded.paths import EmbeddedError, Home


def main() -> int:
    """Run the command line; return the first exit code that is not 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=50_000, help="size of the large agency")
    parser.add_argument("--rows", type=int, default=20_000, help="length of the imported lists")
    options = parser.parse_args()
    home = Home("bench")
    try:
        ctl.start(home, list(ctl.SERVERS), keep=True)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": home.database_url,
        "REDIS_URL": home.redis_url,
    }
    commands = [
        ["manage.py", "migrate", "--verbosity", "0"],
        ["-m", "benchmarks.bench_screening", "--employees", str(options.employees)],
        ["-m", "benchmarks.bench_imports", "--rows", str(options.rows)],
        ["-m", "benchmarks.bench_rotation"],
        ["-m", "benchmarks.bench_determination"],
        ["-m", "benchmarks.bench_pages", "--employees", str(options.employees)],
    ]
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start"
    )
    try:
        for command in commands:
            print(f"\n{' '.join(command)}", flush=True)
            code = subprocess.run([sys.executable, *command], env=environment, check=False).returncode
            if code:
                return code
    finally:
        ctl.stop(home, list(ctl.SERVERS))
    return 0


if __name__ == "__main__":
    sys.exit(main())

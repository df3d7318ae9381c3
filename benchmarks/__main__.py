"""Run every benchmark on a pair of embedded servers of its own: `make bench`, or `python -m benchmarks --help`.

Builds agencies of 1,000, 10,000 and 50,000 employees, measures pages, screening, simulation and determination against
the bars, prints one table and writes it into docs/benchmarks.md. Everything but the pages makes its data inside a
transaction that is rolled back; the pages have a database per size, dropped at the end unless they are to be kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import table
from config.embedded import ctl
from config.embedded.paths import REPOSITORY, EmbeddedError, Home

DOCUMENT = REPOSITORY / "docs" / "benchmarks.md"
#: Parts that are asked once per size, with the option that names it; rotation and roster have no agency.
MODULES = {
    "screening": ("benchmarks.bench_screening", "--employees"),
    "simulation": ("benchmarks.bench_simulation", "--employees"),
    "determination": ("benchmarks.bench_determination", "--employees"),
    "rotation": ("benchmarks.bench_rotation", None),
    "letters": ("benchmarks.bench_letters", None),
    "roster": ("benchmarks.bench_roster", None),
    "workdays": ("benchmarks.bench_workdays", "--employees"),
    "integrity": ("benchmarks.bench_integrity", None),
}
PARTS = ("pages", *MODULES, "imports", "checkin")


def main() -> int:
    """Run the command line; return 1 when a part failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,50000", help="employees of each agency")
    parser.add_argument("--parts", default=",".join(PARTS), help="what is measured")
    parser.add_argument("--rows", type=int, default=20_000, help="length of the imported lists")
    parser.add_argument("--requests", type=int, default=60, help="requests per page and size")
    parser.add_argument("--checkin-seconds", type=int, default=600, help="how long entries of presence are sent")
    parser.add_argument("--keep", action="store_true", help="keep the agencies of the pages for the next time")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    parts = options.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    home = Home("bench")
    try:
        ctl.start(home, list(ctl.SERVERS), keep=True)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    load = os.getloadavg()[0]
    try:
        lines, failed = _measure(_environment(home), sizes, parts, options)
    finally:
        ctl.stop(home, list(ctl.SERVERS))
    text = f"{table.machine(load)}\n\n{table.markdown(lines, sizes)}"
    print(f"\n{text}")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    if not options.no_write:
        table.write_between_markers(DOCUMENT, text)
    return 0


def _environment(home: Home) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": home.database_url,
        "REDIS_URL": home.redis_url,
    }


def _measure(
    environment: dict[str, str], sizes: list[int], parts: list[str], options: argparse.Namespace
) -> tuple[list[table.Line], list[str]]:
    """The lines of all parts, and the parts that failed."""
    lines: list[table.Line] = []
    failed: list[str] = []

    def run(part: str, *words: str) -> str:
        print(f"\n{' '.join(words)}", flush=True)
        done = subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(part)
        return done.stdout

    run("migrate", "manage.py", "migrate", "--verbosity", "0")
    if "pages" in parts:
        lines += _pages(run, options)
    for part in (part for part in MODULES if part in parts):
        module, option = MODULES[part]
        # The agency of a group determination holds more people than are determined.
        wanted = [size for size in sizes if part != "determination" or size >= 10_000] if option else sizes[-1:]
        outputs = {size: run(part, "-m", module, *([option, str(size)] if option else [])) for size in wanted}
        lines += table.lines_of(part, outputs)
    if "imports" in parts:
        run("imports", "-m", "benchmarks.bench_imports", "--rows", str(options.rows))
    if "checkin" in parts:
        text = run("checkin", "-m", "benchmarks.bench_checkin", "--seconds", str(options.checkin_seconds))
        lines += (found := table.lines_of("checkin", {sizes[-1]: text}))
        if any(line.figures for line in found):
            failed = [part for part in failed if part != "checkin"]  # a bar that is missed stands in the table
    return lines, failed


def _pages(run: Callable[..., str], options: argparse.Namespace) -> list[table.Line]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.json"
        words = ["--sizes", options.sizes, "--requests", str(options.requests), "--json", str(file)]
        run("pages", "-m", "benchmarks.bench_pages", *words, *(["--keep"] if options.keep else []))
        return table.lines_of_pages(json.loads(file.read_text())) if file.exists() else []


if __name__ == "__main__":
    sys.exit(main())

"""System libraries that no Python package brings: checked first, installed as root, otherwise named in one line."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

#: Library of WeasyPrint (letters as PDF) -> Debian package.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


def missing() -> list[str]:
    """Return the Debian packages of libraries that cannot be loaded."""
    absent = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append(package)
    return absent


def main() -> int:
    """Install what is missing as root, or print the one line that does; return the exit code."""
    packages = missing()
    if not packages:
        return 0
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing system libraries for PDF letters: {' '.join(packages)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update", "-q"], command):
            done = subprocess.run(step, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode and step is command:
                print(done.stdout.decode(errors="replace")[-2000:], file=sys.stderr)
        if not missing():
            return 0
    print(
        "System libraries for PDF letters are missing. Install them, then run this again:\n"
        f"    sudo apt-get install -y {' '.join(packages)}\n"
        "(other systems: Pango with HarfBuzz and Fontconfig)",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())

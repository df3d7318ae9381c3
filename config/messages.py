"""Compile the translations (``.po`` to ``.mo``) without GNU gettext, which a bare machine does not have."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polib


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue under ``folder`` that is newer than its result; return those compiled."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)  # at once: a reader never meets half a file
        compiled.append(target)
    return compiled


if __name__ == "__main__":
    for path in compile_all(Path(__file__).resolve().parent.parent / "locale"):
        sys.stdout.write(f"{path}\n")

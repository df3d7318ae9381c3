"""The Indonesian catalogue is complete: every text of the code is in it, translated, with its placeholders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from config.embedded.paths import REPOSITORY

CATALOGUE = Path("locale", "id", "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdifr]|%[sd%]|\{\w*\}")
# Folders that hold no text of ours.
SKIPPED = (".*", "__pycache__", "node_modules", "media", "static", "tests", "benchmarks", "docs")


@pytest.fixture(scope="module")
def catalogue() -> list[polib.POEntry]:
    """Entries in use."""
    return [entry for entry in polib.pofile(str(REPOSITORY / CATALOGUE)) if not entry.obsolete]


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return (entry.msgctxt or "", entry.msgid)


def _translation(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def test_every_entry_is_translated_for_certain(catalogue: list[polib.POEntry]) -> None:
    assert [_key(entry) for entry in catalogue if not _translation(entry).strip() or entry.fuzzy] == []


def test_translations_keep_their_placeholders(catalogue: list[polib.POEntry]) -> None:
    """Where both numbers share one Indonesian text, it has the placeholders of the plural."""
    different = [
        (_translation(entry), entry.msgid_plural or entry.msgid)
        for entry in catalogue
        if sorted(PLACEHOLDER.findall(_translation(entry)))
        != sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert different == []


def test_translations_begin_and_end_as_their_texts_do(catalogue: list[polib.POEntry]) -> None:
    """Spaces that join texts, and the dots of buttons that lead to another page."""

    def edges(text: str) -> tuple[bool, bool, bool]:
        return text[:1].isspace(), text[-1:].isspace(), text.endswith("…")

    assert [_key(entry) for entry in catalogue if edges(_translation(entry)) != edges(entry.msgid)] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="no gettext on this machine")
def test_catalogue_holds_every_text(catalogue: list[polib.POEntry], tmp_path: Path) -> None:
    """What extraction finds in a copy of the code is in the catalogue; else: make messages, then translate."""
    copy = tmp_path / "code"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*SKIPPED), symlinks=True)
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "id", "--no-wrap"]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {_key(entry) for entry in polib.pofile(str(copy / CATALOGUE)) if not entry.obsolete}
    assert len(found) > 1000
    assert sorted(found - {_key(entry) for entry in catalogue}) == []

"""A worker knows the text of every notice, although it has called nothing of the app that wrote it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

APPS = ("organization", "eligibility", "attendance", "performance", "fwa")
SAY = "import django; django.setup(); from organization.notices import _texts; print('\\n'.join(_texts))"


def test_every_notice_is_known_in_a_bare_process() -> None:
    sources = (path.read_text() for app in APPS for path in Path(app).rglob("*.py"))
    written = {code for text in sources for code in re.findall(r'register_notice\(\s*"([a-z_.]+)"', text)}
    said = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True, timeout=120)
    assert len(written) > 60
    assert written <= set(said.stdout.split())

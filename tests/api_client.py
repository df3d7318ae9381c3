"""A client of the API, generated from its own schema as an integrator would do it."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGE = "fleksibel_client"
# It knows no PDF, CSV or JSON Lines: files are bytes. Integrators do the same (docs/api.md).
CONFIG = {
    "content_type_overrides": dict.fromkeys(
        ("application/pdf", "text/csv", "application/jsonl"), "application/octet-stream"
    )
}
GENERATOR = shutil.which("openapi-python-client", path=str(Path(sys.executable).parent))


def generate(schema: dict[str, Any], folder: Path) -> str:
    """Write the package into `folder`, put it on the path, and return what the generator said."""
    assert GENERATOR
    (folder / "schema.json").write_text(json.dumps(schema))
    (folder / "config.json").write_text(json.dumps(CONFIG))
    command = [GENERATOR, "generate", "--path", str(folder / "schema.json"), "--meta", "none"]
    command += ["--config", str(folder / "config.json"), "--output-path", str(folder / PACKAGE)]
    where = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | where)
    assert (folder / PACKAGE / "client.py").exists(), done.stdout + done.stderr
    return done.stdout + done.stderr


def part(name: str) -> Any:
    """A module of the generated package."""
    return importlib.import_module(f"{PACKAGE}.{name}")

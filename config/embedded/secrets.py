"""Secrets of a development machine: made once, kept in DATA_DIR/secrets.env for its owner only (0600)."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from config.embedded.paths import EmbeddedError, data_dir, make_private


def new_key() -> str:
    """Return 32 random bytes in url-safe base64, as LEDGER_KEY and EVIDENCE_KEY want them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _file() -> Path:
    return data_dir() / "secrets.env"


def ensure() -> Path:
    """Create the file of secrets unless it is there; two commands at once create one file."""
    path = _file()
    if path.exists():
        return path
    make_private(path.parent)
    draft = path.with_name(f"secrets.env.{os.getpid()}")
    lines = [f"SECRET_KEY={secrets.token_urlsafe(50)}", f"LEDGER_KEY={new_key()}", f"EVIDENCE_KEY={new_key()}"]
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write("\n".join(lines) + "\n")
    try:
        os.link(draft, path)  # fails when another command was quicker; its file is as good
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def load() -> None:
    """Put the secrets into the environment where it does not name them itself."""
    try:
        text = ensure().read_text()
    except PermissionError as error:
        raise EmbeddedError(
            f"{_file()} belongs to another user. Run as that user, or use a folder of yours: DATA_DIR=/path make run"
        ) from error
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if value and not os.environ.get(name):
            os.environ[name] = value


if __name__ == "__main__":
    print(new_key())

"""Save and load everything that cannot be made again: database, private media, ledger anchors, as one tar file.

Secrets are not in it: whoever holds the backup must not be able to read evidence or forge the ledger. Keep
DATA_DIR/secrets.env (or the variables of your deployment) apart; without them a backup cannot be read back in full.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from config.embedded import postgres, servers
from config.embedded.paths import REPOSITORY, EmbeddedError, Home, make_private

DUMP = "database.dump"
FOLDERS = ("media", "anchors")


def _address(home: Home) -> str:
    return os.environ.get("DATABASE_URL") or home.database_url


def _program(name: str) -> str:
    # The newest client reads every older server; the system's is the second choice.
    try:
        return str(postgres.programs() / name)
    except EmbeddedError:
        found = shutil.which(name)
        if not found:
            raise EmbeddedError(f"{name} was not found. Install the PostgreSQL client programs.") from None
        return found


def _without_password(address: str) -> tuple[str, dict[str, str]]:
    """Move the password from an address into the environment: command lines can be read by everybody."""
    parts = urlsplit(address)
    if not parts.password:
        return address, {}
    login, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login.partition(':')[0]}@{host}")), {
        "PGPASSWORD": unquote(parts.password)
    }


def _run(home: Home, program: str, *options: str) -> None:
    address, secret = _without_password(_address(home))
    command = [_program(program), *options, "--no-owner", "--no-acl", f"--dbname={address}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | secret)
    if done.returncode:
        raise EmbeddedError(f"{program} failed:\n{done.stderr.strip()[-2000:]}")


def _folders() -> dict[str, Path]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.conf import settings  # only here: the settings want the addresses first

    return {"media": Path(settings.MEDIA_ROOT), "anchors": Path(settings.LEDGER_ANCHOR_DIR)}


def save(home: Home, target: Path) -> Path:
    """Write a backup and return its path; a file that exists is never overwritten."""
    if target.exists():
        raise EmbeddedError(f"{target} exists already. Choose another name: make backup FILE=other.tar")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            dump = Path(folder) / DUMP
            _run(home, "pg_dump", "--format=custom", f"--file={dump}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
                archive.add(dump, DUMP)
                for name, path in _folders().items():
                    if path.is_dir():
                        archive.add(path, name)
        draft.rename(target)
    except OSError as error:
        raise EmbeddedError(f"The backup could not be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return target


def load(home: Home, source: Path) -> None:
    """Replace database, media and anchors by those of a backup; on failure everything stays as it was."""
    if not source.is_file():
        raise EmbeddedError(f"There is no file {source}.")
    folders = _folders()
    with tempfile.TemporaryDirectory(dir=make_private(folders["media"].parent)) as name:
        folder = Path(name)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise EmbeddedError(f"{source} is not a backup of this system.") from error
        if not (folder / DUMP).is_file():
            raise EmbeddedError(f"{source} is not a backup of this system: {DUMP} is not in it.")
        # One transaction: a dump that fails in the middle changes nothing.
        _run(home, "pg_restore", "--clean", "--if-exists", "--single-transaction", str(folder / DUMP))
        for part in FOLDERS:
            _replace(folders[part], folder / part)


def _replace(current: Path, new: Path) -> None:
    if not new.is_dir():
        return
    make_private(current)
    for old in current.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(new, current, dirs_exist_ok=True)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["save", "load"])
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    home = Home()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    try:
        if options.action == "load" and options.file is None:
            raise EmbeddedError("Which backup? make restore FILE=backups/fleksibel-….tar")
        lease = servers.lease_for_process(home)
        target = (options.file or REPOSITORY / "backups" / f"fleksibel-{stamp}.tar").resolve()
        where = urlsplit(_address(home)).path.lstrip("/")
        if options.action == "save":
            save(home, target)
            print(f"Saved database {where}, media and anchors: {target} ({target.stat().st_size / 1e6:.1f} MB)")
        else:
            load(home, target)
            print(f"Restored database {where}, media and anchors from {target}. Restart `make run` if it is running.")
        if lease:
            lease.release()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

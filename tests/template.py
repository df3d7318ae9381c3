"""The migrated, empty database that test databases are copied from: migrating takes a minute, copying a moment.

Its name says what it was made of. The suite's own server keeps it for the next run, which makes a new one when a
migration, a model, a setting, a library or the server has changed, and drops those that nobody uses any more; any
other server is left as it was found. Django still migrates each copy, so that nothing is missing in it whatever the
name did not say.
"""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from config.embedded import postgres
from config.embedded.paths import REPOSITORY, Home

PREFIX = "fleksibel_template_"


@contextmanager
def template(*, is_kept: bool) -> Iterator[str]:
    """The name of the template, which is there as long as the block runs; without `is_kept` the last one drops it."""
    with _server() as server:
        name = PREFIX + _digest(server)
        _share(server, name)
        while not _exists(server, name):
            server.execute("SELECT pg_advisory_unlock_shared(hashtextextended(%s, 0))", [name])
            server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
            if not _exists(server, name):  # nobody else was quicker
                _make(server, name)
                _drop_unused(server, name)
            server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
            _share(server, name)
        try:
            yield name
        finally:
            server.execute("SELECT pg_advisory_unlock_shared(hashtextextended(%s, 0))", [name])
            if not is_kept:
                _drop_unused(server, "")


def fill(home: Home, name: str) -> None:
    """Copy the template into the empty database of another server, if the embedded programs fit the template's."""
    with _server() as server:
        if server.info.server_version // 10000 != int(postgres.MAJOR):
            return
        copy = f"test_{name}_{os.getpid()}"  # a template is copied only while nobody is connected to it
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(copy)))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(copy), Identifier(name)))
        try:
            values = _parameters(copy)
            source = psycopg.conninfo.make_conninfo(**values)
            target = psycopg.conninfo.make_conninfo(host=str(home.sockets), user=postgres.ROLE, dbname=postgres.ROLE)
            folder = postgres.programs()
            dump = [str(folder / "pg_dump"), "--no-owner", "--no-acl", "--dbname", source]
            load = [str(folder / "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", target]
            with subprocess.Popen(dump, stdout=subprocess.PIPE) as reading:
                subprocess.run(load, stdin=reading.stdout, stdout=subprocess.DEVNULL, check=True)
            assert reading.returncode == 0
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(copy)))


def _parameters(database: str) -> dict[str, str]:
    known = connection.get_connection_params()
    named = {key: known[key] for key in ("host", "port", "user", "password") if known.get(key)}
    return named | {"dbname": database}


def _server() -> psycopg.Connection:
    return psycopg.connect(**_parameters("postgres"), autocommit=True)  # type: ignore[arg-type]


def _share(server: psycopg.Connection, name: str) -> None:
    server.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [name])


def _exists(server: psycopg.Connection, name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _make(server: psycopg.Connection, name: str) -> None:
    draft = f"{name}_draft"  # renamed when complete
    server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(draft)))
    server.execute(SQL("CREATE DATABASE {}").format(Identifier(draft)))
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = draft
    usually = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)  # looking for garbage after every few models takes a quarter of the time
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        gc.set_threshold(*usually)
        connection.close()
        connection.settings_dict["NAME"] = usual
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(name)))


def _drop_unused(server: psycopg.Connection, current: str) -> None:
    """Drop the templates whose lock nobody holds."""
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    for (name,) in rows:
        locked = [name.removesuffix("_draft")]
        free = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        if name != current and server.execute(free, locked).fetchone() == (True,):
            server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
            server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", locked)


def _digest(server: psycopg.Connection) -> str:
    """What the tables are made from: migrations, models and settings, the libraries, and the server."""
    made_from = hashlib.sha256(str(server.info.server_version).encode())
    for line in sorted(f"{found.name} {found.version}" for found in metadata.distributions()):
        made_from.update(line.encode())
    for path in sorted(_sources()):
        made_from.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return made_from.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield from (REPOSITORY / "config" / "settings").glob("*.py")
    for app in apps.get_app_configs():
        yield from (Path(app.path) / "migrations").rglob("*.py")
        if Path(app.path).parent == REPOSITORY:
            yield Path(app.path) / "apps.py"
            yield from (Path(app.path) / "models").rglob("*.py")

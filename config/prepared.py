"""Statements asked thousands of times a minute: written down once, and planned once per connection.

Django composes the text of a query anew each time and puts the values into it, so that the server plans it anew, too;
for one row by its key that costs several times what the row does. Behind a pooler nothing is prepared (the connection
says so), and everything else is the same.
"""

from __future__ import annotations

import select as sockets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import is_psycopg3

if not is_psycopg3:
    raise ImportError("Statements are prepared by psycopg 3.")

from django.db.backends.postgresql.base import ServerBindingCursor  # psycopg 3 only

M = TypeVar("M", bound=models.Model)


def ask(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of one statement. What pghistory puts in front of others is left out: only for tables without history."""
    _check_health()
    connection.ensure_connection()
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        plain = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
        with connection._prepare_cursor(plain) as cursor:  # type: ignore[attr-defined]
            cursor.execute(sql, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    finally:
        connection.execute_wrappers = wrappers


def _check_health() -> None:
    """Once a request, as Django does, but without asking a server that has said nothing: one that went away has.

    A closed connection and a last message alike make the socket readable; then Django's own check decides.
    """
    own: Any = connection  # the fields of the check are missing in Django's types
    if own.connection is not None and own.health_check_enabled and not own.health_check_done:
        poll = sockets.poll()
        poll.register(own.connection.fileno(), sockets.POLLIN)
        own.health_check_done = not poll.poll(0)
    connection.close_if_health_check_failed()


def select(model: type[M], where: str, values: Sequence[Any], also: str = "") -> list[M]:
    """Objects of a model by a condition in SQL; `also` is one more column, "expression AS name", set on the object."""
    sql, names, extra = _statement(model, where, also)
    found = []
    for row in ask(sql, values):
        made = model.from_db("default", names, row[: len(names)])
        if extra:
            setattr(made, extra, row[-1])
        found.append(made)
    return found


@cache
def _statement(model: type[models.Model], where: str, also: str) -> tuple[str, list[str], str]:
    fields = model._meta.concrete_fields
    table = model._meta.db_table
    for field in fields:
        if field.get_db_converters(connection) or connection.ops.get_db_converters(field.get_col(table)):
            raise TypeError(f"{field} is converted when it is read; ask Django for it.")
    columns = [f'"{table}"."{field.column}"' for field in fields]
    text = ", ".join([*columns, also] if also else columns)
    names = [field.attname for field in fields]
    return f'SELECT {text} FROM "{table}" WHERE {where}', names, also.rpartition(" ")[2]  # noqa: S608 - our own words

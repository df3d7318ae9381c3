"""Emptying the tables for a fresh demo. It happens to an agency that says itself that it is a demo, and to no other."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import FileField, Model

from organization.models import AgencyProfile, Employee, User

APPS = ("organization", "eligibility", "attendance", "performance", "fwa", "sessions")
LOCK_KEY = 20250417  # any number of our own: two loads of a demo wait for each other


class NotADemo(Exception):
    """There is an agency in this database that the demo did not make."""


def lock_and_check() -> bool:
    """Wait for another load, then say whether there is a demo to clear. Raises NotADemo.

    Call it inside the transaction that clears and loads.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
    profile = AgencyProfile.objects.first()
    if profile is not None and profile.is_demo:
        return True
    if profile is not None or Employee.objects.exists() or User.objects.exists():
        raise NotADemo
    return False


def clear(*, was_demo: bool) -> None:
    """Empty every table of ours, count ids from 1 again, and remove the old demo's files once this is committed.

    TRUNCATE passes by the triggers that protect rows: those guard against changing a record, not against another demo.
    """
    files = list(_file_names())
    connection.check_constraints()  # TRUNCATE refuses while checks of this transaction are still to come
    tables = ", ".join(sorted(connection.ops.quote_name(model._meta.db_table) for model in _models()))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    if was_demo:
        transaction.on_commit(lambda: _remove(files))


def _models() -> Iterator[type[Model]]:
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                yield model


def _file_names() -> Iterator[str]:
    for model in _models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                yield from model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)


def _remove(files: list[str]) -> None:
    """Files of the old rows, and the anchors of the old ledger, which the new one could never agree with."""
    for name in files:
        default_storage.delete(name)
    for path in settings.LEDGER_ANCHOR_DIR.glob("anchor-*.json"):
        path.unlink(missing_ok=True)

"""One stage for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from django.utils import translation

from tests.access_stage import Stage, make_stage


@contextmanager
def lasting_stage(media: Path) -> Iterator[Stage]:
    """A stage on which nobody leaves a trace: each test runs inside a savepoint of its own."""
    language = translation.override(settings.LANGUAGE_CODE)
    with override_settings(MEDIA_ROOT=media), language, transaction.atomic():
        yield make_stage()
        transaction.set_rollback(True)

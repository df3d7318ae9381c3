"""Every entry of the clock's schedule is a task that exists; a renamed one would fail silently, night after night."""

import pytest
from django.conf import settings

from config.celery import app


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE.keys())
def test_entry_is_a_task_that_takes_its_arguments(entry):
    app.loader.import_default_modules()
    task = app.tasks[entry["task"]]
    task.__header__(*entry.get("args", ()), **entry.get("kwargs", {}))

"""The settings of the test suite for a worker of its own beside the live server: its clock looks every second."""

from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BEAT_SCHEDULE

CELERY_TASK_ALWAYS_EAGER = False
CELERY_BEAT_SCHEDULE = {
    "relay-outbox": CELERY_BEAT_SCHEDULE["relay-outbox"] | {"schedule": 1.0},
    "drain-stale-days": CELERY_BEAT_SCHEDULE["drain-stale-days"] | {"schedule": 2.0},
}

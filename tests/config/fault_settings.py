"""The settings of `make run`, without collected static files and with a quicker clock: for tests of faults only."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import CELERY_BEAT_SCHEDULE, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CELERY_BEAT_SCHEDULE["relay-outbox"]["schedule"] = 1.0

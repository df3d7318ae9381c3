"""`make run` and manage.py on a person's machine: embedded servers, secrets made once, mail as files."""

import os

from config.embedded import secrets
from config.embedded.paths import Home, data_dir

secrets.load()
for _name, _value in {
    "DATABASE_URL": Home().database_url,
    "REDIS_URL": Home().redis_url,
    "DEMO": "1",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "BASE_URL": f"http://127.0.0.1:{os.environ.get('PORT') or 8000}",
    "EMAIL_URL": f"filemail://{data_dir() / 'mail'}",
}.items():
    if not os.environ.get(_name):
        os.environ[_name] = _value

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DEBUG, STORAGES  # noqa: E402

if DEBUG:
    # Files as they lie in static/, without collectstatic after each change.
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True

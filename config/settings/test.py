"""The test suite: only the addresses of database and Redis come from outside."""

import os

from config.embedded.paths import Home

_home = Home("test")
os.environ.setdefault("DATABASE_URL", _home.database_url)
os.environ.setdefault("REDIS_URL", _home.redis_url)
os.environ.update(
    {
        "SECRET_KEY": "test-only-secret-key-of-no-value-anywhere-else-0123456789",
        "LEDGER_KEY": "dGVzdC1vbmx5LWxlZGdlci1rZXktMzItYnl0ZXMtLS0=",
        "EVIDENCE_KEY": "dGVzdC1vbmx5LWV2aWRlbmNlLWtleS0zMi1ieXRlcy0=",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "BASE_URL": "http://testserver",
        "EMAIL_URL": "memorymail://",
        "DEBUG": "0",
        "DEMO": "1",
        "DEMO_PASSWORD": "fleksibel-demo",
        "TIME_ZONE": "Asia/Makassar",
        "LOG_LEVEL": "WARNING",
        "SENTRY_DSN": "",
        "TRUSTED_PROXIES": "",
        "TRUSTED_METRICS": "127.0.0.0/8,::1",
        "METRICS_TOKEN": "",
        "DATABASE_CONN_MAX_AGE": "0",
    }
)

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import ACCOUNT_RATE_LIMITS, INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
WHITENOISE_USE_FINDERS = True  # browser tests get the files as they lie in static/
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# N+1 queries fail the test that causes them.
INSTALLED_APPS += ["zeal"]
MIDDLEWARE.insert(0, "tests.zeal_on_reads.zeal_on_reads")
ZEAL_RAISE = True
ZEAL_SHOW_ALL_CALLERS = True
# Tests log in by the hundred from one address.
ACCOUNT_RATE_LIMITS["login"] = "100000/1m/ip"

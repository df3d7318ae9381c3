"""What every test can use. The people with their roles are in ``tests/people.py``."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import translation

from config import messages
from config.embedded import servers
from config.embedded.paths import REPOSITORY, EmbeddedError, Home
from tests.template import template

if importlib.util.find_spec("tests.people"):
    pytest_plugins = ["tests.people"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    """Start the suite's own servers once, in the controlling process; xdist's workers inherit the addresses."""
    if hasattr(config, "workerinput"):
        return
    messages.compile_all(REPOSITORY / "locale")  # a fresh clone has none, and pages would speak English there
    # The settings have filled in the address of the embedded servers; anything else is a server of the user's own.
    home = Home("test")
    need_postgres = os.environ["DATABASE_URL"] == home.database_url
    need_redis = os.environ["REDIS_URL"] == home.redis_url
    if not need_postgres and not need_redis:
        return
    try:
        lease = servers.lease(home, need_postgres=need_postgres, need_redis=need_redis)
    except EmbeddedError as error:
        pytest.exit(str(error), returncode=3)
    config.add_cleanup(lease.release)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no Chromium, unless REQUIRE_BROWSER=1 makes that an error."""
    if chromium() is not None:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit("REQUIRE_BROWSER=1, but no Chromium was found (apt-get install chromium).", returncode=3)
    skip = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


def chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def template_name(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> Iterator[str]:
    """Name of the migrated, empty database; made here when no other process has done it."""
    is_kept = os.environ["DATABASE_URL"] == Home("test").database_url
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            name = stack.enter_context(template(is_kept=is_kept))
        yield name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_use_migrations: bool,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> None:
    """Let Django copy its test database from the template, unless it goes on with one of an earlier run."""
    if django_db_use_migrations and (django_db_createdb or not django_db_keepdb):
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = request.getfixturevalue("template_name")


@pytest.fixture(autouse=True)
def _speaks_indonesian() -> Iterator[None]:
    """A page asked for in English leaves its language behind; every test begins in the product's own."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the Chromium for browser tests (mark them ``browser``)."""
    found = chromium()
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Give every test an empty cache: login throttles count in it."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def redis_url() -> str:
    """Address of the real Redis, as redis-py and Django's cache name it."""
    url: str = settings.REDIS_URLS.client
    return url

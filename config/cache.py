"""A Redis cache that fails open: while Redis is away every read is a miss and every write is skipped.

Redis only carries messages and speeds things up; nobody may be kept from working because it is down.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: Seconds during which a Redis that just failed is not asked again, so that a page pays one time-out, not ten.
REST_SECONDS = 2.0


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache without its exceptions."""

    _asleep_until = 0.0

    def _call(self, answer: Any, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._asleep_until:
            return answer
        try:
            return method(*args, **kwargs)
        except (RedisError, OSError) as error:
            type(self)._asleep_until = time.monotonic() + REST_SECONDS
            logger.warning("cache.unavailable", extra={"error": type(error).__name__})
            return answer

    def add(self, key, value, *args, **kwargs):
        # True, not False: callers use add() as a lock (the login throttle does), and a lock nobody can take shuts
        # everyone out.
        return self._call(True, super().add, key, value, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return self._call(default, super().get, key, default, version)

    def set(self, *args, **kwargs):
        return self._call(None, super().set, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._call(False, super().touch, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._call(False, super().delete, *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._call({}, super().get_many, *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._call(False, super().has_key, *args, **kwargs)

    def incr(self, key, delta=1, version=None):
        return self._call(delta, super().incr, key, delta, version)

    def set_many(self, *args, **kwargs):
        return self._call([], super().set_many, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self._call(None, super().delete_many, *args, **kwargs)

    def clear(self):
        return self._call(None, super().clear)

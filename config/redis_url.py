"""One address, ``REDIS_URL``, in the three spellings its users want.

Celery (kombu) writes a Unix socket as ``redis+socket:///path?virtual_host=N``, redis-py and Django as
``unix:///path?db=N``; addresses over TCP are the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit


@dataclass(frozen=True)
class RedisUrls:
    """The same Redis database as Celery, and as redis-py and Django's cache, name it."""

    celery: str
    client: str


def derive(url: str) -> RedisUrls:
    """Derive every spelling from a ``redis://``, ``rediss://``, ``unix://`` or ``redis+socket://`` address.

    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in {"redis", "rediss"}:
        if not parts.hostname:
            raise ValueError("REDIS_URL names no host")
        database = parts.path.strip("/") or "0"
        plain = urlunsplit((parts.scheme, parts.netloc, f"/{int(database)}", parts.query, ""))
        return RedisUrls(celery=plain, client=plain)
    if parts.scheme in {"unix", "redis+socket"}:
        path = unquote(parts.path)
        if not path.startswith("/") or parts.hostname:
            raise ValueError("REDIS_URL names no absolute socket path")
        query = parse_qs(parts.query)
        number = int((query.get("db") or query.get("virtual_host") or ["0"])[0])
        login = f":{quote(unquote(parts.password), safe='')}@" if parts.password else ""
        return RedisUrls(
            celery=f"redis+socket://{login}{path}?virtual_host={number}",
            client=f"unix://{login}{path}?db={number}",
        )
    raise ValueError("REDIS_URL must start with redis://, rediss:// or unix://")

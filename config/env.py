"""The one reader of environment variables: every value is typed, named and listed in ``KNOWN``.

A missing or malformed value stops the start with the variable's name, so that a typing error in a deployment is
never read as a default.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE: Final = frozenset({"1", "true", "yes", "on"})
FALSE: Final = frozenset({"0", "false", "no", "off"})
REQUIRED: Final[Any] = object()

#: Every variable read so far: name -> default as text (None = required). README's table is tested against it.
KNOWN: dict[str, str | None] = {}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _read(name: str, default: Any, parse: Callable[[str], Any], expected: str) -> Any:
    KNOWN[name] = None if default is REQUIRED else str(default)
    raw = os.environ.get(name)
    if raw is None or (raw.strip() == "" and default is not REQUIRED):
        if default is REQUIRED:
            raise ImproperlyConfigured(f"Environment variable {name} is not set. Expected: {expected}.")
        return default
    try:
        return parse(raw.strip())
    except (ValueError, KeyError, binascii.Error, environ.ImproperlyConfigured) as error:
        # The value itself may be a secret, so only its name and the expectation are shown.
        raise ImproperlyConfigured(f"Environment variable {name} is not valid. Expected: {expected}.") from error


def text(name: str, default: Any = REQUIRED) -> str:
    """Return a text value; an empty required value is refused."""

    def parse(raw: str) -> str:
        if not raw:
            raise ValueError(name)
        return raw

    return _read(name, default, parse, "a text that is not empty")


def boolean(name: str, default: Any = REQUIRED) -> bool:
    """Return a boolean; anything but 1/0, true/false, yes/no, on/off is refused."""

    def parse(raw: str) -> bool:
        word = raw.lower()
        if word not in TRUE | FALSE:
            raise ValueError(name)
        return word in TRUE

    return _read(name, default, parse, "1, true, yes, on or 0, false, no, off")


def integer(name: str, default: Any = REQUIRED, *, minimum: int = 0) -> int:
    """Return a whole number not below ``minimum``."""

    def parse(raw: str) -> int:
        value = int(raw)
        if value < minimum:
            raise ValueError(name)
        return value

    return _read(name, default, parse, f"a whole number from {minimum}")


def choice(name: str, default: Any, *, of: tuple[str, ...]) -> str:
    """Return one word of a closed set (compared in upper case)."""

    def parse(raw: str) -> str:
        if raw.upper() not in of:
            raise ValueError(name)
        return raw.upper()

    return _read(name, default, parse, "one of " + ", ".join(of))


def words(name: str, default: Any = REQUIRED) -> list[str]:
    """Return a list from a text separated by commas."""
    value = _read(name, default, lambda raw: raw, "a list separated by commas")
    return [word.strip() for word in value.split(",") if word.strip()]


def networks(name: str, default: Any = REQUIRED) -> list[Network]:
    """Return IP networks from addresses or CIDR ranges separated by commas."""

    def parse(raw: str) -> list[Network]:
        return [ipaddress.ip_network(word.strip(), strict=False) for word in raw.split(",") if word.strip()]

    value = _read(name, default, parse, "IP addresses or CIDR ranges separated by commas")
    return parse(value) if isinstance(value, str) else value


def rate(name: str, default: Any = REQUIRED) -> str:
    """Return a rate such as ``20/5m``: a number of tries, a slash, a span in s, m, h or d."""

    def parse(raw: str) -> str:
        amount, span = raw.split("/")
        if int(amount) < 1 or span[-1:] not in "smhd" or (span[:-1] and float(span[:-1]) <= 0):
            raise ValueError(name)
        return f"{int(amount)}/{span}"

    return _read(name, default, parse, "a rate such as 20/5m (tries/span in s, m, h or d)")


def key_bytes(name: str, default: Any = REQUIRED) -> str:
    """Return a key as url-safe base64 text that decodes to exactly 32 bytes (Fernet's format)."""

    def parse(raw: str) -> str:
        if len(base64.urlsafe_b64decode(raw)) != 32:
            raise ValueError(name)
        return raw

    return _read(name, default, parse, "32 random bytes in url-safe base64 (make one with `make key`)")


def database(name: str, default: Any = REQUIRED) -> dict[str, Any]:
    """Return Django's database dictionary from a ``postgresql://`` address; sockets may be percent-encoded hosts."""

    def parse(raw: str) -> dict[str, Any]:
        parsed: dict[str, Any] = environ.Env.db_url_config(raw)
        if "postgresql" not in parsed.get("ENGINE", "") or not parsed.get("NAME"):
            raise ValueError(name)
        parsed["HOST"] = unquote(parsed["HOST"])  # a socket folder is written as %2Frun%2Fpostgresql
        return parsed

    value = _read(name, default, parse, "postgresql://user:password@host:port/name")
    return parse(value) if isinstance(value, str) else value


def email(name: str, default: Any = REQUIRED) -> dict[str, Any]:
    """Return Django's EMAIL_* values from an address such as ``smtp+tls://user:password@host:587``."""

    def parse(raw: str) -> dict[str, Any]:
        parsed: dict[str, Any] = environ.Env.email_url_config(raw)
        if raw.startswith("filemail:"):
            parsed["EMAIL_FILE_PATH"] = unquote(urlsplit(raw).path)  # the library drops the leading slash
        return {key: value for key, value in parsed.items() if value is not None}

    value = _read(name, default, parse, "smtp+tls://user:password@host:587, filemail:///folder or consolemail://")
    return parse(value) if isinstance(value, str) else value

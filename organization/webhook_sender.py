"""One HTTP request to an address that a user typed: signed, checked, and never led anywhere else.

Signature: Standard Webhooks (HMAC-SHA256 over id, timestamp and body). The name is resolved once, every address of it
is checked, and the connection goes to a checked address, so that no name can point inside after the check.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 5
SECRET_PREFIX = "whsec_"  # noqa: S105  # how a secret begins, not one
PORTS = {"https": 443, "http": 80}
# IPv6 ranges that carry an IPv4 address inside, which would have to be checked by itself: nobody serves from there.
WRAPPED = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")]


class Blocked(Exception):
    """The address may not be called; the text is a code."""


@dataclass(frozen=True)
class Answer:
    """`status` of the answer, or the code of what went wrong on the way."""

    status: int | None
    error: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def shown_secret(secret: bytes) -> str:
    """The secret as libraries for Standard Webhooks take it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header webhook-signature."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def check_url(url: str) -> SplitResult:
    """The parts of an address that webhooks may go to. Raises Blocked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Blocked("bad_url") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.fragment or port == 0:
        raise Blocked("bad_url")
    if parts.scheme == "http" and not settings.WEBHOOK_ALLOW_HTTP:
        raise Blocked("not_https")
    return parts


def checked_address(host: str, port: int) -> str:
    """An address of `host` to connect to, when every one of its addresses may be called. Raises Blocked, OSError."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(_is_allowed(address) for address in found):
        raise Blocked("private_address")
    return min(found)


def _is_allowed(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in network for network in settings.WEBHOOK_PRIVATE_NETWORKS):
        return True
    return address.is_global and not address.is_multicast and not any(address in network for network in WRAPPED)


class _Connection(http.client.HTTPConnection):
    """Goes to the checked address and asks for the host by its name."""

    def __init__(self, host: str, port: int, *, address: str, with_tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address, self._with_tls = address, with_tls
        self.default_port = PORTS["https" if with_tls else "http"]

    def connect(self) -> None:
        sock = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        try:
            self.sock = (
                ssl.create_default_context().wrap_socket(sock, server_hostname=self.host) if self._with_tls else sock
            )
        except BaseException:
            sock.close()
            raise


def send(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Post once, without following redirects or reading the body. Never raises for what a receiver does."""
    try:
        parts = check_url(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address = checked_address(host, port)
    except Blocked as error:
        return Answer(None, str(error))
    except (OSError, UnicodeError):
        return Answer(None, "unknown_host")
    connection = _Connection(host, port, address=address, with_tls=parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body=body, headers=headers)
        return Answer(connection.getresponse().status)
    except TimeoutError:
        return Answer(None, "timeout")
    except ssl.SSLError:
        return Answer(None, "tls")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(None, "no_answer")
    finally:
        connection.close()

"""Uploaded files and malware: a port with two adapters, `none` and `clamav` (setting MALWARE_SCANNER).

`none` says of every file that it is clean: the agency has chosen to go without. `clamav` asks clamd (INSTREAM, over
TCP or a socket) and fails closed: what could not be looked at is not taken. Bytes are judged in memory, never stored.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from enum import Enum
from urllib.parse import urlsplit

import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

CHUNK_BYTES = 64 * 1024
ANSWER_BYTES = 4096
DEFAULT_PORT = 3310


class Verdict(Enum):
    """What a scanner says of a file; `UNKNOWN` means that it could not be asked or did not know."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


def scan(content: bytes) -> Verdict:
    """Ask the configured scanner."""
    return ADAPTERS[settings.MALWARE_SCANNER.lower()](content)


def _none(content: bytes) -> Verdict:
    return Verdict.CLEAN


def _clamav(content: bytes) -> Verdict:
    try:
        answer = _ask_clamd(content)
    except (OSError, ValueError) as error:
        logger.error("scanner.unavailable", error=type(error).__name__)
        return Verdict.UNKNOWN
    if answer.endswith(": OK"):
        return Verdict.CLEAN
    if answer.endswith(" FOUND"):
        logger.warning("scanner.found", signature=answer.removesuffix(" FOUND").rpartition(": ")[2])
        return Verdict.INFECTED
    logger.error("scanner.unclear", answer=answer[:80])
    return Verdict.UNKNOWN


def _ask_clamd(content: bytes) -> str:
    """Send the bytes in chunks, each led by its length; an empty chunk ends them (clamd manual, INSTREAM)."""
    with _connect() as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK_BYTES):
            chunk = content[start : start + CHUNK_BYTES]
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < ANSWER_BYTES:
            part = connection.recv(ANSWER_BYTES)
            if not part:
                break
            answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _connect() -> socket.socket:
    """`tcp://host:port` or `unix:///path`. Raises OSError, ValueError."""
    address = urlsplit(settings.CLAMD_ADDRESS)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(settings.CLAMD_SECONDS)
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    if address.scheme != "tcp" or not address.hostname:
        raise ValueError("CLAMD_ADDRESS")
    return socket.create_connection((address.hostname, address.port or DEFAULT_PORT), timeout=settings.CLAMD_SECONDS)


ADAPTERS: dict[str, Callable[[bytes], Verdict]] = {"none": _none, "clamav": _clamav}

"""The port to a malware scanner: what clamd answers, and that silence is never taken for clean."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from threading import Thread

import pytest

from organization.scanning import CHUNK_BYTES, Verdict, scan


@contextmanager
def clamd(answer: bytes, received: list[bytes]):
    """A server that reads one INSTREAM and answers it."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while (length := struct.unpack("!L", stream.read(4))[0]) > 0:
                received.append(stream.read(length))
            connection.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        thread.join(5)
        server.close()


@pytest.fixture(autouse=True)
def use_clamav(settings):
    settings.MALWARE_SCANNER, settings.CLAMD_SECONDS = "CLAMAV", 5


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: OK\0", Verdict.CLEAN),
        (b"stream: Eicar-Signature FOUND\0", Verdict.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict.UNKNOWN),
        (b"", Verdict.UNKNOWN),
    ],
)
def test_what_clamd_answers(settings, answer, verdict):
    received: list[bytes] = []
    content = b"x" * (CHUNK_BYTES + 7)
    with clamd(answer, received) as settings.CLAMD_ADDRESS:
        assert scan(content) is verdict
    assert b"".join(received) == content


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:///tidak/ada.sock", "http://x", "omong kosong"])
def test_who_cannot_be_asked_clears_nothing(settings, address):
    settings.CLAMD_ADDRESS = address
    assert scan(b"isi") is Verdict.UNKNOWN


def test_an_agency_may_go_without(settings):
    settings.MALWARE_SCANNER = "NONE"
    assert scan(b"isi") is Verdict.CLEAN

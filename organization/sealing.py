"""Sealed data: AES-256-GCM with a key from the environment, bound to its owner so that rows cannot be swapped."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class SealBroken(Exception):
    """The sealed bytes were changed, moved to another owner, or the key is not the one that sealed them."""


def _cipher() -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(settings.EVIDENCE_KEY))


def seal(content: bytes, *, owner: str) -> bytes:
    """Encrypt `content` for `owner` (for example "request:12"); returns nonce and ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, content, owner.encode())


def unseal(sealed: bytes, *, owner: str) -> bytes:
    """Decrypt what `seal` made for the same owner. Raises SealBroken."""
    raw = bytes(sealed)
    try:
        return _cipher().decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode())
    except InvalidTag as error:
        raise SealBroken from error

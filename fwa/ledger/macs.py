"""Keyed digests of ledger rows. Each covers a label of its own, so that none can stand in for another kind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from fwa.models import LedgerEntry, LedgerHead


@dataclass(frozen=True)
class Position:
    """Where an entry stands: its number in the chain and the mac it follows."""

    seq: int
    previous_mac: str


def keyed(label: str, content: Any) -> str:
    """HMAC-SHA256 in hex over the canonical JSON of `content`, under a label per kind of row."""
    key = base64.urlsafe_b64decode(settings.LEDGER_KEY)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, f"{label}\n{text}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def entry_mac(entry: LedgerEntry, position: Position | None = None) -> str:
    """The mac that the row's columns call for; with `position`, as if it stood there."""
    at: datetime = entry.at
    content = {
        "chain": entry.chain,
        "seq": position.seq if position else entry.seq,
        "previous_mac": position.previous_mac if position else entry.previous_mac,
        "code": entry.code,
        "actor": entry.actor_id,
        "acting_for": entry.acting_for_id,
        "payload": entry.payload,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return keyed("entry", content)


def head_mac(head: LedgerHead) -> str:
    return keyed("head", {"chain": head.chain, "seq": head.seq, "mac": head.mac})


def head_is_sound(head: LedgerHead) -> bool:
    return same(head.head_mac, head_mac(head))

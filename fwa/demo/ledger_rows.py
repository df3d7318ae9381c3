"""Ledger entries for mass rows: the same chains and digests as `fwa.ledger.append` writes one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fwa.ledger.chain import CHAIN_OPENED, REGISTRY, chain_of
from fwa.ledger.macs import entry_mac, head_mac
from fwa.models import LedgerEntry, LedgerHead, Request

BATCH = 2000


@dataclass(frozen=True)
class Fact:
    """One entry to come."""

    code: str
    at: datetime
    by: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


class LedgerRows:
    """Collects chains and writes them with the registry and all heads. Only for an empty ledger."""

    def __init__(self) -> None:
        self._entries: list[LedgerEntry] = []
        self._heads: dict[str, LedgerHead] = {}

    def add(self, fwa_request: Request, facts: Iterable[Fact]) -> None:
        chain = chain_of(fwa_request)
        for number, fact in enumerate(facts):
            if number == 0:
                self._append(REGISTRY, Fact(CHAIN_OPENED, fact.at, payload={"chain": chain}))
            self._append(chain, fact)

    def _append(self, chain: str, fact: Fact) -> None:
        head = self._heads.setdefault(chain, LedgerHead(chain=chain, seq=0, mac=""))
        entry = LedgerEntry(
            chain=chain,
            seq=head.seq + 1,
            previous_mac=head.mac,
            code=fact.code,
            actor_id=fact.by,
            payload=fact.payload,
            at=fact.at,
        )
        entry.mac = entry_mac(entry)
        head.seq, head.mac = entry.seq, entry.mac
        self._entries.append(entry)

    def save(self) -> None:
        for head in self._heads.values():
            head.head_mac = head_mac(head)
        LedgerEntry.objects.bulk_create(self._entries, batch_size=BATCH)
        LedgerHead.objects.bulk_create(self._heads.values(), batch_size=BATCH)

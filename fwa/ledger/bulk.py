"""Many chains begun with one decision: the same rows as `append` writes one by one, in a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from fwa.ledger.chain import CHAIN_OPENED, REGISTRY, _locked_head, _plain, _restore_head
from fwa.ledger.macs import entry_mac, head_is_sound, head_mac
from fwa.models import LedgerEntry, LedgerHead

if TYPE_CHECKING:
    from organization.models import User

BATCH = 2000


def open_chains(
    code: str,
    payloads: Mapping[str, Mapping[str, Any]],
    *,
    by: User | None,
    acting_for: User | None = None,
    at: datetime,
) -> None:
    """Begin a chain for each name in `payloads` with one entry. Call it last in the transaction of the decision.

    A chain that exists already raises IntegrityError; a payload with blanks ValueError.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("ledger entries belong into the transaction of their decision")
    registry, _is_new = _locked_head(REGISTRY)
    if not head_is_sound(registry):
        _restore_head(registry, at)
    entries, heads = [], []
    for chain, payload in payloads.items():
        head = LedgerHead(chain=chain, seq=0, mac="")
        entries.append(_next(registry, CHAIN_OPENED, payload={"chain": chain}, at=at))
        entries.append(
            _next(
                head,
                code,
                actor_id=by.pk if by else None,
                acting_for_id=acting_for.pk if acting_for else None,
                payload=_plain(dict(payload)),
                at=at,
            )
        )
        heads.append(head)
    for head in (registry, *heads):
        head.head_mac = head_mac(head)
    LedgerEntry.objects.bulk_create(entries, batch_size=BATCH)
    LedgerHead.objects.bulk_create(heads, batch_size=BATCH)
    registry.save(update_fields=["seq", "mac", "head_mac"])


def _next(head: LedgerHead, code: str, **columns: Any) -> LedgerEntry:
    entry = LedgerEntry(chain=head.chain, seq=head.seq + 1, code=code, previous_mac=head.mac, **columns)
    entry.mac = entry_mac(entry)
    head.seq, head.mac = entry.seq, entry.mac
    return entry

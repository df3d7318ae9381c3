"""Appending: one entry per decision, in the caller's transaction, under the lock of the chain's head row.

Append last, after every other lock: the heads are the innermost locks, first the request's, then the registry's.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fwa.ledger.macs import entry_mac, head_is_sound, head_mac
from fwa.models import LedgerEntry, LedgerHead

if TYPE_CHECKING:
    from fwa.models import Request
    from organization.models import User

REGISTRY = "registry"
CHAIN_OPENED = "chain.opened"
HEAD_RESTORED = "ledger.head_restored"
# Codes, ids, dates and digests have no blanks: free text, and with it personal data, cannot get in by mistake.
_PLAIN = re.compile(r"[^\s]{0,128}")


def chain_of(fwa_request: Request) -> str:
    return f"request:{fwa_request.pk}"


def chain_of_determination(determination_id: int) -> str:
    """One chain for a decree and all amendments of its annex, under the id of the first."""
    return f"determination:{determination_id}"


def digest(text: str, salt: str) -> str:
    """Salted SHA-256 of a text that itself stays outside the ledger and may be erased."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def append(
    fwa_request: Request,
    code: str,
    *,
    by: User | None,
    acting_for: User | None = None,
    payload: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> LedgerEntry:
    """Add one entry to the request's chain. Call it inside the transaction of the decision that it records.

    `payload` holds codes, ids, dates and salted digests only; a text with blanks raises ValueError.
    """
    return append_to(chain_of(fwa_request), code, by=by, acting_for=acting_for, payload=payload, at=at)


def append_to(
    chain: str,
    code: str,
    *,
    by: User | None,
    acting_for: User | None = None,
    payload: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> LedgerEntry:
    """The same for a chain by its name, such as that of a group determination."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a ledger entry belongs into the transaction of its decision")
    return _append_to(
        chain,
        code,
        actor_id=by.pk if by else None,
        acting_for_id=acting_for.pk if acting_for else None,
        payload=_plain(payload or {}),
        at=at or timezone.now(),
    )


def _append_to(
    chain: str, code: str, *, actor_id: int | None, acting_for_id: int | None, payload: dict[str, Any], at: datetime
) -> LedgerEntry:
    head, is_new = _locked_head(chain)
    if is_new and chain != REGISTRY:
        _append_to(REGISTRY, CHAIN_OPENED, actor_id=None, acting_for_id=None, payload={"chain": chain}, at=at)
    if not head_is_sound(head):
        _restore_head(head, at)
    return _write(head, code, actor_id=actor_id, acting_for_id=acting_for_id, payload=payload, at=at)


def _locked_head(chain: str) -> tuple[LedgerHead, bool]:
    """The chain's head row, locked, so that appends to one chain queue up; a first one is made on the way."""
    locked = LedgerHead.objects.select_for_update()
    head = locked.filter(chain=chain).first()
    if head is None:
        fresh = LedgerHead(chain=chain, seq=0, mac="")
        fresh.head_mac = head_mac(fresh)
        LedgerHead.objects.bulk_create([fresh], ignore_conflicts=True)
        head = locked.get(chain=chain)
    if head.seq == 0 and LedgerEntry.objects.filter(chain=chain).exists():
        head.head_mac = ""  # somebody removed the head of a chain that has entries
        return head, False
    return head, head.seq == 0


def _restore_head(head: LedgerHead, at: datetime) -> None:
    """Go on after a head row that somebody changed, and say so in the chain.

    Signing it as it stands would make the change good; refusing would stop the agency's work. `verify` names the entry.
    """
    found = {"seq": head.seq, "mac": head.mac[:64]}
    last = LedgerEntry.objects.filter(chain=head.chain).order_by("-seq").first()
    head.seq, head.mac = (last.seq, last.mac) if last else (0, "")
    _write(head, HEAD_RESTORED, actor_id=None, acting_for_id=None, payload=found, at=at)


def _write(head: LedgerHead, code: str, **columns: Any) -> LedgerEntry:
    entry = LedgerEntry(chain=head.chain, seq=head.seq + 1, code=code, previous_mac=head.mac, **columns)
    entry.mac = entry_mac(entry)
    entry.save(force_insert=True)
    head.seq, head.mac = entry.seq, entry.mac
    head.head_mac = head_mac(head)
    head.save(update_fields=["seq", "mac", "head_mac"])
    return entry


def _plain(value: Any) -> Any:
    """The payload as JSON keeps it. Raises ValueError for what may not stand in the ledger."""
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(item) for item in items]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return int(value)
    text = str(value) if isinstance(value, UUID) else value
    if not isinstance(text, str) or not _PLAIN.fullmatch(text):
        raise ValueError("the ledger holds codes, ids, dates and digests, never texts")
    return text

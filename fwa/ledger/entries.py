"""A request's entries as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fwa.ledger.chain import chain_of
from fwa.models import LedgerEntry
from organization.models import User

if TYPE_CHECKING:
    from fwa.models import Request


@dataclass(frozen=True)
class EntryRow:
    """One line: number, moment, code, who (and for whom), and the beginning of the mac for comparing."""

    seq: int
    at: datetime
    code: str
    actor: str
    acting_for: str
    mac: str


def entries_of(fwa_request: Request) -> list[EntryRow]:
    """The request's chain in order; two queries."""
    entries = list(LedgerEntry.objects.filter(chain=chain_of(fwa_request)).order_by("seq"))
    pairs = [(entry.actor_id, entry.acting_for_id) for entry in entries]
    ids = {user_id for pair in pairs for user_id in pair if user_id is not None}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids).only("name", "username")}
    return [
        EntryRow(
            seq=entry.seq,
            at=entry.at,
            code=entry.code,
            actor=names.get(entry.actor_id or 0, ""),
            acting_for=names.get(entry.acting_for_id or 0, ""),
            mac=entry.mac[:12],
        )
        for entry in entries
    ]

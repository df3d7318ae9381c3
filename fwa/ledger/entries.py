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
    ids = {entry.actor_id for entry in entries} | {entry.acting_for_id for entry in entries}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids - {None}).only("name", "username")}
    return [
        EntryRow(
            seq=entry.seq,
            at=entry.at,
            code=entry.code,
            actor=names.get(entry.actor_id, ""),
            acting_for=names.get(entry.acting_for_id, ""),
            mac=entry.mac[:12],
        )
        for entry in entries
    ]

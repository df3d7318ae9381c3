"""Verifying: every chain is read once, and the first thing wrong with it is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fwa.ledger.anchors import Anchor, AnchorBroken, read_anchor
from fwa.ledger.chain import CHAIN_OPENED, HEAD_RESTORED, REGISTRY
from fwa.ledger.macs import Position, entry_mac, head_is_sound, same
from fwa.models import LedgerEntry, LedgerHead

# In longer chains a moved row is looked for near its place only; the broken place is named either way.
SEARCH_LIMIT = 40
ANCHOR_CHAIN = "anchor"


class FindingKind(models.TextChoices):
    INSERTED = "inserted", gettext_lazy("inserted")
    UPDATED = "updated", gettext_lazy("changed")
    DELETED = "deleted", gettext_lazy("deleted")
    REORDERED = "reordered", gettext_lazy("moved")
    HEAD = "head", gettext_lazy("head changed")
    ANCHOR = "anchor", gettext_lazy("anchor not genuine")


@dataclass(frozen=True)
class Finding:
    """The first broken place of a chain: `seq` is the entry that was inserted, changed, moved or is missing."""

    chain: str
    seq: int
    kind: FindingKind
    message: str


def verify(anchor: Path | None = None) -> list[Finding]:
    """Check every entry, head and, where given, the anchor. An empty list means: nothing was touched.

    Without an anchor a whole ledger replaced by an older copy of itself cannot be told from the older ledger.
    """
    anchored, forged = _anchored(anchor)
    heads = {head.chain: head for head in LedgerHead.objects.all()}
    found: dict[str, Finding] = {}
    registered: Counter[str] = Counter()
    seen: set[str] = set()
    for chain, rows in _chains():
        seen.add(chain)
        if chain == REGISTRY:
            registered.update(row.payload["chain"] for row in rows if row.code == CHAIN_OPENED and _is_intact(row))
        finding = _check_chain(chain, rows, heads.get(chain), anchored.get(chain))
        if finding:
            found[chain] = finding
    if seen and REGISTRY not in seen:
        found[REGISTRY] = _gone(REGISTRY)
    if REGISTRY not in found:
        found |= {chain: _not_registered(chain) for chain in seen - set(registered) - {REGISTRY}}
    found |= {chain: _opened_again(chain) for chain, times in registered.items() if times > 1}
    found |= {chain: _gone(chain) for chain in (set(registered) | set(heads) | set(anchored)) - seen}
    return forged + sorted(found.values(), key=lambda finding: finding.chain)


def _anchored(path: Path | None) -> tuple[dict[str, tuple[int, str]], list[Finding]]:
    if path is None:
        return {}, []
    try:
        anchor: Anchor = read_anchor(path)
    except AnchorBroken as error:
        return {}, [Finding(ANCHOR_CHAIN, 0, FindingKind.ANCHOR, str(error))]
    return anchor.heads, []


def _chains() -> Iterator[tuple[str, list[LedgerEntry]]]:
    """Chain by chain; only one is in memory at a time."""
    rows = LedgerEntry.objects.order_by("chain", "seq", "pk").iterator(chunk_size=2000)
    for chain, members in groupby(rows, key=lambda row: row.chain):
        yield chain, list(members)


def _check_chain(
    chain: str, rows: list[LedgerEntry], head: LedgerHead | None, anchored: tuple[int, str] | None
) -> Finding | None:
    broken = _first_broken(chain, rows, head) or _check_end(chain, rows, head)
    if broken is None and anchored:
        broken = _check_anchor(chain, rows, anchored)
    return broken or _restored_head(chain, rows)


def _is_intact(row: LedgerEntry) -> bool:
    return same(row.mac, entry_mac(row))


def _first_broken(chain: str, rows: list[LedgerEntry], head: LedgerHead | None) -> Finding | None:
    previous_mac = ""
    for index, row in enumerate(rows):
        seq = index + 1
        if row.seq != seq:
            return _missing_at(chain, rows, seq)
        if not _is_intact(row):
            return _explain(chain, rows, row, head)
        if not same(row.previous_mac, previous_mac):
            return Finding(
                chain, seq - 1, FindingKind.UPDATED, _("The entry is not the one that the next entry follows.")
            )
        previous_mac = row.mac
    return None


def _missing_at(chain: str, rows: list[LedgerEntry], seq: int) -> Finding:
    moved = next((row for row in rows if row.seq != seq and _home(row, rows) == seq), None)
    if moved is not None:
        text = _("The entry of this place stands at %(seq)s.") % {"seq": moved.seq}
        return Finding(chain, seq, FindingKind.REORDERED, text)
    return Finding(chain, seq, FindingKind.DELETED, _("The entry is missing."))


def _explain(chain: str, rows: list[LedgerEntry], row: LedgerEntry, head: LedgerHead | None) -> Finding:
    """What happened to a row whose mac does not fit: moved, put in, or changed; or the one before it was removed."""
    home = _home(row, rows)
    others = {_home(other, rows) for other in rows if other is not row}
    if row.seq not in others and (head is not None and head_is_sound(head) and row.seq > head.seq):
        return Finding(chain, row.seq, FindingKind.INSERTED, _("The entry stands after the head of the chain."))
    if home is None or home == row.seq or (home in others and row.seq not in others):
        if row.seq in others:
            return Finding(chain, row.seq, FindingKind.INSERTED, _("The entry was not written by this system."))
        return Finding(chain, row.seq, FindingKind.UPDATED, _("The entry was changed after it was written."))
    if row.seq in others:
        text = _("The entry belongs at %(seq)s.") % {"seq": home}
        return Finding(chain, row.seq, FindingKind.REORDERED, text)
    return Finding(chain, row.seq, FindingKind.DELETED, _("The entry is missing; later ones were moved up."))


def _home(row: LedgerEntry, rows: list[LedgerEntry]) -> int | None:
    """The number under which the row's content was written, or None when no mac of the chain fits it."""
    if _is_intact(row):
        return row.seq
    macs = {other.mac: other.seq for other in rows}
    if len(rows) <= SEARCH_LIMIT:
        seqs = set(range(1, len(rows) + 2))
        previous = {"", *macs, *(other.previous_mac for other in rows)}
    else:
        seqs = {row.seq - 1, row.seq + 1, macs.get(row.previous_mac, 0) + 1}
        previous = {row.previous_mac}
    places = (Position(seq, mac) for seq in sorted(seqs) for mac in previous)
    return next((place.seq for place in places if entry_mac(row, place) in macs), None)


def _check_end(chain: str, rows: list[LedgerEntry], head: LedgerHead | None) -> Finding | None:
    last = rows[-1]
    if head is None:
        return Finding(chain, last.seq, FindingKind.HEAD, _("The head of the chain is missing."))
    if not head_is_sound(head):
        return Finding(chain, head.seq, FindingKind.HEAD, _("The head of the chain was changed."))
    if last.seq < head.seq:
        text = _("The last %(count)s entries are missing.") % {"count": head.seq - last.seq}
        return Finding(chain, last.seq + 1, FindingKind.DELETED, text)
    if last.seq > head.seq:
        return Finding(chain, head.seq + 1, FindingKind.INSERTED, _("The entry stands after the head of the chain."))
    if not same(last.mac, head.mac):
        return Finding(chain, last.seq, FindingKind.UPDATED, _("The last entry is not the one the head names."))
    return None


def _check_anchor(chain: str, rows: list[LedgerEntry], anchored: tuple[int, str]) -> Finding | None:
    seq, mac = anchored
    if seq > len(rows):
        text = _("The anchor knows %(count)s more entries.") % {"count": seq - len(rows)}
        return Finding(chain, len(rows) + 1, FindingKind.DELETED, text)
    if seq and not same(rows[seq - 1].mac, mac):
        return Finding(chain, seq, FindingKind.UPDATED, _("The entry is not the one the anchor names."))
    return None


def _restored_head(chain: str, rows: list[LedgerEntry]) -> Finding | None:
    marker = next((row for row in rows if row.code == HEAD_RESTORED), None)
    if marker is None:
        return None
    return Finding(chain, marker.seq, FindingKind.HEAD, _("The head of the chain had been changed before this entry."))


def _not_registered(chain: str) -> Finding:
    return Finding(chain, 1, FindingKind.INSERTED, _("The chain is not in the registry; it was put in by hand."))


def _opened_again(chain: str) -> Finding:
    return Finding(chain, 1, FindingKind.DELETED, _("The chain was begun again; its first entries are missing."))


def _gone(chain: str) -> Finding:
    return Finding(chain, 1, FindingKind.DELETED, _("The whole chain is missing."))

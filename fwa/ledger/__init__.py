"""The ledger of decisions: append to it, verify it, and write its daily anchor.

A copy of the database can neither forge an entry (the key is not in it) nor lose one unseen (heads, registry, anchor).
"""

from fwa.ledger.anchors import AnchorBroken, latest_anchor, read_anchor, write_anchor
from fwa.ledger.bulk import open_chains
from fwa.ledger.chain import REGISTRY, append, append_to, chain_of, chain_of_determination, digest
from fwa.ledger.check import Finding, verify
from fwa.ledger.entries import EntryRow, entries_of

__all__ = [
    "REGISTRY",
    "AnchorBroken",
    "EntryRow",
    "Finding",
    "append",
    "append_to",
    "chain_of",
    "chain_of_determination",
    "digest",
    "entries_of",
    "latest_anchor",
    "open_chains",
    "read_anchor",
    "verify",
    "write_anchor",
]

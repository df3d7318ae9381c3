"""The daily anchor: all heads in one keyed file outside the database.

Whoever can write the database could put back an older state of it, heads included; the anchor shows that.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from fwa.ledger.macs import keyed, same
from fwa.models import LedgerHead

log = structlog.get_logger(__name__)


class AnchorBroken(Exception):
    """The file is no anchor, or not one that this system wrote."""


@dataclass(frozen=True)
class Anchor:
    """All heads at the end of a day: chain -> (number of its last entry, its mac)."""

    day: str
    heads: dict[str, tuple[int, str]]
    total: int


def write_anchor(on: date) -> Path:
    """Write the anchor of a day and return its path; the ledger is verified first against the one before.

    A chain that is broken keeps the head of the anchor before, so that tomorrow's anchor cannot make it good.
    """
    from fwa.ledger.check import verify  # the check reads anchors

    heads = {chain: (seq, mac) for chain, seq, mac in LedgerHead.objects.values_list("chain", "seq", "mac")}
    before = latest_anchor()
    findings = verify(before)
    if findings:
        log.error("ledger.broken", chains=[f"{finding.chain}#{finding.seq}:{finding.kind}" for finding in findings])
        kept = read_anchor(before).heads if before else {}
        heads |= {finding.chain: kept[finding.chain] for finding in findings if finding.chain in kept}
    return _write(on, heads)


def _write(on: date, heads: dict[str, tuple[int, str]]) -> Path:
    content = {
        "day": on.isoformat(),
        "heads": {chain: list(head) for chain, head in sorted(heads.items())},
        "total": sum(seq for seq, _mac in heads.values()),
    }
    folder: Path = settings.LEDGER_ANCHOR_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"anchor-{on.isoformat()}.json"
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content | {"mac": keyed("anchor", content)}, indent=1))
    draft.replace(path)
    return path


def read_anchor(path: Path) -> Anchor:
    """Read an anchor and check its mac. Raises AnchorBroken with the reason."""
    try:
        content = json.loads(path.read_text())
        mac = content.pop("mac")
        anchor = Anchor(
            day=content["day"],
            heads={chain: (int(seq), str(last)) for chain, (seq, last) in content["heads"].items()},
            total=content["total"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnchorBroken(_("%(name)s is not an anchor file.") % {"name": path.name}) from error
    if not isinstance(mac, str) or not same(mac, keyed("anchor", content)):
        raise AnchorBroken(_("%(name)s was not written by this system, or was changed.") % {"name": path.name})
    return anchor


def latest_anchor() -> Path | None:
    """The newest genuine anchor; a forged one is passed over and logged."""
    for path in sorted(settings.LEDGER_ANCHOR_DIR.glob("anchor-*.json"), reverse=True):
        try:
            read_anchor(path)
        except AnchorBroken:
            log.error("ledger.anchor_broken", file=path.name)
        else:
            return path
    return None

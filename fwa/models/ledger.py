"""The ledger of decisions: a keyed chain per request, append-only by trigger, with a table of heads.

Rows hold codes, ids and salted digests only; texts live in erasable rows. The key is not in the database.
"""

from __future__ import annotations

import pgtrigger
from django.db import models


class LedgerEntry(models.Model):
    """Entry `seq` of a chain; `mac` covers the previous mac and every column of this row."""

    chain = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    acting_for_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="ledger_entry_once")]
        triggers = [
            pgtrigger.Protect(name="ledger_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class LedgerHead(models.Model):
    """The last entry of each chain, itself keyed, so that a deleted tail or chain shows."""

    chain = models.CharField(max_length=60, unique=True)
    seq = models.PositiveIntegerField()
    mac = models.CharField(max_length=64)
    head_mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain"]
        triggers = [pgtrigger.Protect(name="ledger_head_is_never_deleted", operation=pgtrigger.Delete)]

"""What of an output counts as delivered: put on record by hand, plus the accepted lines that name it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from organization.changes import facts_changed
from organization.enums import ChangeCause
from performance.models import Output, OutputContract

LOCK = "SELECT id FROM performance_output WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"

# One statement for any number of outputs. The day of delivery is the first on which the running sum reaches the target.
SUMS = """
WITH amounts AS (
    SELECT o.id AS output_id, o.recorded AS amount, coalesce(o.recorded_on, o.due_on) AS day
      FROM performance_output o
     WHERE o.id = ANY(%(ids)s) AND o.recorded > 0
    UNION ALL
    SELECT l.output_id, l.amount, r.day
      FROM performance_reportline l
      JOIN performance_dailyreport r ON r.id = l.report_id AND r.status = 'accepted'
     WHERE l.output_id = ANY(%(ids)s) AND l.amount > 0
), running AS (
    SELECT output_id, day, sum(amount) OVER (PARTITION BY output_id ORDER BY day) AS total FROM amounts
), reached AS (
    SELECT o.id,
           coalesce(max(running.total), 0) AS total,
           min(running.day) FILTER (WHERE running.total >= o.target) AS reached_on
      FROM performance_output o
      LEFT JOIN running ON running.output_id = o.id
     WHERE o.id = ANY(%(ids)s)
     GROUP BY o.id
)
UPDATE performance_output o
   SET delivered = reached.total, delivered_on = reached.reached_on
  FROM reached
 WHERE reached.id = o.id
   AND (o.delivered, o.delivered_on) IS DISTINCT FROM (reached.total, reached.reached_on)
RETURNING o.id, o.contract_id
"""


def recount(output_ids: Collection[int]) -> int:
    """Bring `delivered` and `delivered_on` of these outputs up to date; how many changed. Call it in the transaction
    that accepted or reopened a report, with the reports locked. Whoever rests on the outputs looks again."""
    if not output_ids:
        return 0
    ids = sorted(output_ids)
    with connection.cursor() as cursor:
        # Locked before the sums are read: of two reports accepted at once the second sees the first.
        cursor.execute(LOCK, {"ids": ids})
        cursor.execute(SUMS, {"ids": ids})
        changed = cursor.fetchall()
    outputs_changed([contract_id for _output, contract_id in changed], key=f"output:{ids[0]}")
    return len(changed)


def outputs_changed(contract_ids: Collection[int], *, key: str) -> None:
    """Say that what is promised or delivered in these contracts is another; nothing where there are none."""
    if not contract_ids:
        return
    people = OutputContract.objects.filter(pk__in=contract_ids).values_list("employee_id", flat=True)
    facts_changed(cause=ChangeCause.OUTPUTS, employee_ids=set(people), on=timezone.localdate(), key=key)


OVERDUE_DAYS = 7


@transaction.atomic
def tell_overdue(*, on: date) -> int:
    """Outputs whose day is over without them are a new fact about the person; how many people. Twice is once: whoever
    looks again finds what was decided. A week back, so that a day on which nothing ran is made up for."""
    missing = Output.objects.due().filter(
        due_on__range=(on - timedelta(days=OVERDUE_DAYS), on - timedelta(days=1)), delivered__lt=F("target")
    )
    people = set(missing.order_by().values_list("contract__employee_id", flat=True))
    facts_changed(cause=ChangeCause.OUTPUTS, employee_ids=people, on=on, key=f"overdue:{on}")
    return len(people)

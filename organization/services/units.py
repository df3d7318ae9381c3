"""Units: today's index is rebuilt from the dated versions by one recursive statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from organization.models import Unit

# The version that counts for the index: the one in force, else the latest past one, else the first to come.
_REBUILD = """
WITH RECURSIVE chosen AS (
    SELECT DISTINCT ON (unit_id) unit_id, name, parent_id
      FROM organization_unitversion
     ORDER BY unit_id, (valid_from <= %(day)s) DESC,
              CASE WHEN valid_from <= %(day)s THEN valid_from END DESC, valid_from
), tree AS (
    SELECT unit_id, name, parent_id, unit_id || '/' AS path, 1 AS depth FROM chosen WHERE parent_id IS NULL
    UNION ALL
    SELECT c.unit_id, c.name, c.parent_id, t.path || c.unit_id || '/', t.depth + 1
      FROM chosen c JOIN tree t ON c.parent_id = t.unit_id
)
UPDATE organization_unit u
   SET path = t.path, depth = t.depth, name = t.name, parent_id = t.parent_id
  FROM tree t
 WHERE u.id = t.unit_id
   AND (u.path, u.depth, u.name, u.parent_id) IS DISTINCT FROM (t.path, t.depth, t.name, t.parent_id)
"""


class UnitCycle(Exception):
    """A unit would stand below itself."""


@transaction.atomic
def rebuild_unit_index(on: date | None = None) -> int:
    """Bring name, parent, path and depth of every unit to the versions of `on` (default today).

    Returns how many units changed. Raises UnitCycle when versions lead in a circle.
    """
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_REBUILD, {"day": day})
        changed = cursor.rowcount
        cursor.execute(
            "SELECT count(*) FROM organization_unit u WHERE u.path = ''"
            " AND EXISTS (SELECT 1 FROM organization_unitversion v WHERE v.unit_id = u.id)"
        )
        (unreached,) = cursor.fetchone()
    if unreached:
        raise UnitCycle
    return changed


def lock_units(unit: Unit) -> list[Unit]:
    """Lock the unit and all above it, root first, so that two commands never wait for each other in a ring.

    As with `lock_employee`, rows that only refer to a unit are not held up.
    """
    rows = Unit.objects.filter(pk__in=unit.path_ids).order_by("depth", "pk").select_for_update(no_key=True)
    return list(rows)


def lock_units_above(unit_ids: Collection[int]) -> list[Unit]:
    """Lock all these units and every one above them, in the order of `lock_units`."""
    paths = Unit.objects.filter(pk__in=unit_ids).values_list("path", flat=True)
    ids = {int(part) for path in paths for part in path.split("/") if part}
    return list(Unit.objects.filter(pk__in=ids).order_by("depth", "pk").select_for_update(no_key=True))

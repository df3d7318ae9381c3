"""What a user may see and for whom they act: computed once per user object, used by every scope.

A user acts as themself and as every officer they stand in for today (Plh./Plt.). The scope of these identities is:
themselves, their direct reports, the subtree of units they head, and the subtrees of granted roles.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from organization.enums import OVERSIGHT_ROLES, Role
from organization.querysets import under_paths_q

if TYPE_CHECKING:
    from organization.models import User

WHOLE_AGENCY = ""


@dataclass(frozen=True)
class ActingFor:
    """One delegation in force: whose place is taken, and in which form."""

    user_id: int
    name: str
    kind: str
    valid_to: date | None


class Grant(NamedTuple):
    """A role of one of the user's identities in a unit subtree.

    Roles follow a delegation like everything else the officer decides, except the right to open sealed evidence and to
    audit, which are given by name.
    """

    user_id: int
    role: str
    path: str


@dataclass(frozen=True)
class Access:
    """A user's reach on one day. Paths are unit path prefixes; the empty path is the whole agency."""

    user_id: int
    on: date
    own_employee_id: int | None
    identity_ids: tuple[int, ...]
    acting_for: tuple[ActingFor, ...]
    headed_paths: tuple[str, ...]
    own_headed_paths: tuple[str, ...]
    grants: tuple[Grant, ...] = ()
    has_reports: bool = False

    def paths_of_role(self, role: str) -> tuple[str, ...]:
        return tuple(grant.path for grant in self.grants if grant.role == role)

    def has_role(self, role: str, path: str | None = None) -> bool:
        """The role anywhere, or over the unit with `path`."""
        paths = self.paths_of_role(role)
        return bool(paths) if path is None else any(path.startswith(granted) for granted in paths)

    def heads(self, path: str) -> bool:
        """Whether the user (or somebody they stand in for) heads the unit with `path` or one above it."""
        return any(path.startswith(headed) for headed in self.headed_paths)

    @property
    def has_own_role(self) -> bool:
        """Whether a role is granted to the user in person."""
        return any(grant.user_id == self.user_id for grant in self.grants)

    def officer_with_role(self, role: str, path: str, *, but: int | None = None) -> ActingFor | None:
        """In whose place the user acts with `role` over the unit with `path`; none when it is in their own right.

        `but`: an account whose grants do not count here, such as the applicant's.
        """
        fitting = [grant for grant in self.grants if grant.role == role and path.startswith(grant.path)]
        holders = {grant.user_id for grant in fitting} - {but}
        if self.user_id in holders:
            return None
        return next((officer for officer in self.acting_for if officer.user_id in holders), None)

    @property
    def oversight_paths(self) -> tuple[str, ...]:
        return tuple(path for role in OVERSIGHT_ROLES for path in self.paths_of_role(role))

    @property
    def unit_paths(self) -> tuple[str, ...]:
        return (*self.headed_paths, *self.oversight_paths)

    def employees_q(self, prefix: str = "") -> Q:
        """Condition for employees in reach; `prefix` leads from the queried model to the employee."""
        from organization.models import Placement  # models import the querysets, which import this file

        own = Q(**{f"{prefix}user_id__in": self.identity_ids})
        if self.reaches_all:
            return Q(**{f"{prefix}pk__isnull": False}) if prefix else Q(pk__isnull=False)
        if not self.reaches_most:
            return Q(**{f"{prefix}pk__in": self._employee_ids()})
        reports = Q(supervisor__user_id__in=self.identity_ids)
        placed = Placement.objects.active_on(self.on).filter(reports | under_paths_q(self.unit_paths, "unit__"))
        return own | Q(Exists(placed.filter(employee=OuterRef(f"{prefix}pk"))))

    @property
    def reaches_all(self) -> bool:
        """Whether everybody is in reach, whether placed or not."""
        return WHOLE_AGENCY in self.unit_paths

    @property
    def reaches_most(self) -> bool:
        """Whether the reach is the agency or what stands under its top unit: then asking row by row finds a page at
        once. Everybody else reaches few, who are looked up first."""
        return any(path.count("/") <= 1 for path in self.unit_paths)

    def _employee_ids(self) -> QuerySet[Any]:
        from organization.models import Employee, Placement

        placed = Placement.objects.active_on(self.on).order_by().values("employee_id")
        parts = [placed.filter(unit__path__startswith=path) for path in self.unit_paths]
        if self.has_reports:
            parts.append(placed.filter(supervisor__user_id__in=self.identity_ids))
        own = Employee.objects.filter(user_id__in=self.identity_ids).order_by().values("pk")
        return own.union(*parts) if parts else own


# The whole reach of a user in one statement, whatever the size of the agency. The identities are the user and every
# officer they stand in for. The rows are `_Row`s, the newest delegation first.
_REACH = """
WITH delegated AS (
    SELECT d.id, d.principal_id AS user_id, d.kind, d.valid_from, d.valid_to
      FROM organization_delegation d
     WHERE d.delegate_id = %(user)s AND d.valid_from <= %(on)s AND (d.valid_to IS NULL OR d.valid_to >= %(on)s)
), identity AS (
    SELECT %(user)s::bigint AS user_id UNION SELECT user_id FROM delegated
), person AS (
    SELECT e.id, e.user_id FROM identity i JOIN organization_employee e ON e.user_id = i.user_id
)
SELECT 'acting', d.valid_from, d.id, d.user_id, COALESCE(NULLIF(u.name, ''), u.username), d.kind, d.valid_to
  FROM delegated d JOIN organization_user u ON u.id = d.user_id
 UNION ALL
SELECT 'person', NULL, id, user_id, '', '', NULL FROM person
 UNION ALL
SELECT 'heads', p.valid_from, p.id, e.user_id, u.path, '', NULL
  FROM person e
  JOIN organization_placement p ON p.employee_id = e.id
  JOIN organization_unit u ON u.id = p.unit_id
 WHERE p.is_head AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
 UNION ALL
SELECT 'reports', NULL, 0, 0, '', '', NULL
 WHERE EXISTS (
       SELECT FROM person e JOIN organization_placement p ON p.supervisor_id = e.id
        WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s))
 UNION ALL
SELECT 'role', g.valid_from, g.id, g.user_id, COALESCE(u.path, ''), g.role, NULL
  FROM identity i
  JOIN organization_rolegrant g ON g.user_id = i.user_id
  LEFT JOIN organization_unit u ON u.id = g.unit_id
 WHERE g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to >= %(on)s)
 ORDER BY 1, 2 DESC, 3
"""

# Whoever stands in for an officer does not get these.
BY_NAME_ONLY = (Role.EVIDENCE_OFFICER, Role.AUDITOR)


class _Row(NamedTuple):
    what: str
    since: date | None
    pk: int
    user_id: int
    text: str
    kind: str
    until: date | None


def build_access(user: User, on: date) -> Access:
    """Read the reach of `user` on a day: one query."""
    found: dict[str, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"user": user.pk, "on": on})
        for row in map(_Row._make, cursor.fetchall()):
            found[row.what].append(row)
    acting = tuple(ActingFor(row.user_id, row.text, row.kind, row.until) for row in found["acting"])
    return Access(
        user_id=user.pk,
        on=on,
        own_employee_id=next((row.pk for row in found["person"] if row.user_id == user.pk), None),
        identity_ids=(user.pk, *(item.user_id for item in acting)),
        acting_for=acting,
        headed_paths=tuple(row.text for row in found["heads"]),
        own_headed_paths=tuple(row.text for row in found["heads"] if row.user_id == user.pk),
        grants=tuple(
            Grant(row.user_id, row.kind, row.text)
            for row in found["role"]
            if row.user_id == user.pk or row.kind not in BY_NAME_ONLY
        ),
        has_reports=bool(found["reports"]),
    )


def access_for(user: User, on: date | None = None) -> Access:
    """The reach of `user`, cached on the user object for the life of the web request or task."""
    day = on or timezone.localdate()
    cached: Access | None = getattr(user, "_access", None)
    if cached is None or cached.on != day:
        cached = build_access(user, day)
        user._access = cached  # type: ignore[attr-defined]
    return cached

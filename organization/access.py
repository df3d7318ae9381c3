"""What a user may see and for whom they act: computed once per user object, used by every scope.

A user acts as themself and as every officer they stand in for today (Plh./Plt.). The scope of these identities is:
themselves, their direct reports, the subtree of units they head, and the subtrees of granted roles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
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
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own_roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    has_reports: bool = False

    def paths_of_role(self, role: str) -> tuple[str, ...]:
        return self.roles.get(role, ())

    def has_role(self, role: str, path: str | None = None) -> bool:
        """The role anywhere, or over the unit with `path`."""
        paths = self.paths_of_role(role)
        return bool(paths) if path is None else any(path.startswith(granted) for granted in paths)

    def heads(self, path: str) -> bool:
        """Whether the user (or somebody they stand in for) heads the unit with `path` or one above it."""
        return any(path.startswith(headed) for headed in self.headed_paths)

    @property
    def oversight_paths(self) -> tuple[str, ...]:
        return tuple(path for role in OVERSIGHT_ROLES for path in self.paths_of_role(role))

    @property
    def unit_paths(self) -> tuple[str, ...]:
        return (*self.headed_paths, *self.oversight_paths)

    def employees_q(self, prefix: str = "") -> Q:
        """Condition for employees in reach; `prefix` leads from the queried model to the employee."""
        from organization.models import Placement  # models import the querysets, which import this file

        paths = self.unit_paths
        own = Q(**{f"{prefix}user_id__in": self.identity_ids})
        if WHOLE_AGENCY in paths:
            return Q(**{f"{prefix}pk__isnull": False}) if prefix else Q(pk__isnull=False)
        reports = Q(supervisor__user_id__in=self.identity_ids)
        placed = Placement.objects.active_on(self.on).filter(reports | under_paths_q(paths, "unit__"))
        return own | Q(Exists(placed.filter(employee=OuterRef(f"{prefix}pk"))))


def _acting_for(user: User, on: date) -> tuple[ActingFor, ...]:
    from organization.models import Delegation  # see employees_q

    rows = Delegation.objects.active_on(on).filter(delegate=user).select_related("principal")
    return tuple(ActingFor(row.principal_id, str(row.principal), row.kind, row.valid_to) for row in rows)


def _role_paths(user_ids: tuple[int, ...], on: date) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Granted subtrees per role, with what is delegated and without.

    Roles follow a delegation like everything else the officer decides, except the right to open sealed evidence and
    audit, which are given by name.
    """
    from organization.models import RoleGrant  # see employees_q

    by_name_only = (Role.EVIDENCE_OFFICER, Role.AUDITOR)
    paths: dict[str, list[str]] = {}
    own: dict[str, list[str]] = {}
    grants = RoleGrant.objects.active_on(on).filter(user_id__in=user_ids).select_related("unit")
    for grant in grants:
        if grant.role in by_name_only and grant.user_id != user_ids[0]:
            continue
        path = grant.unit.path if grant.unit else WHOLE_AGENCY
        paths.setdefault(grant.role, []).append(path)
        if grant.user_id == user_ids[0]:
            own.setdefault(grant.role, []).append(path)
    return _frozen(paths), _frozen(own)


def _frozen(paths: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {role: tuple(found) for role, found in paths.items()}


def build_access(user: User, on: date) -> Access:
    """Read the reach of `user` on a day: four queries whatever the size of the agency."""
    from organization.models import Placement  # see employees_q

    acting = _acting_for(user, on)
    identities = (user.pk, *(item.user_id for item in acting))
    rows = list(
        Placement.objects.active_on(on)
        .filter(Q(employee__user_id__in=identities))
        .values_list("employee_id", "employee__user_id", "is_head", "unit__path")
    )
    headed = tuple(path for _, _, is_head, path in rows if is_head)
    own_headed = tuple(path for _, user_id, is_head, path in rows if is_head and user_id == user.pk)
    own = next((employee_id for employee_id, user_id, _, _ in rows if user_id == user.pk), None)
    if own is None:
        employee = getattr(user, "employee", None)
        own = employee.pk if employee else None
    has_reports = Placement.objects.active_on(on).filter(supervisor__user_id__in=identities).exists()
    roles, own_roles = _role_paths(identities, on)
    return Access(
        user_id=user.pk,
        on=on,
        own_employee_id=own,
        identity_ids=identities,
        acting_for=acting,
        headed_paths=headed,
        own_headed_paths=own_headed,
        roles=roles,
        own_roles=own_roles,
        has_reports=has_reports,
    )


def access_for(user: User, on: date | None = None) -> Access:
    """The reach of `user`, cached on the user object for the life of the web request or task."""
    day = on or timezone.localdate()
    cached: Access | None = getattr(user, "_access", None)
    if cached is None or cached.on != day:
        cached = build_access(user, day)
        user._access = cached  # type: ignore[attr-defined]
    return cached

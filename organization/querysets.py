"""The vocabulary of reads over the organisation. Days are passed in; only `visible_to` looks at the user."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from organization.models import Unit, User


def active_on_q(day: date, prefix: str = "") -> Q:
    """Rows whose period (both ends inclusive, open end = null) holds `day`."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


def under_paths_q(paths: Iterable[str], prefix: str) -> Q:
    """Rows whose unit path lies under one of `paths`; the empty path means the whole agency."""
    condition = Q(pk__in=[])
    for path in paths:
        if path == "":
            return Q()
        condition |= Q(**{f"{prefix}path__startswith": path})
    return condition


def in_path(unit_id: str | models.F, path: str | models.F) -> models.Func:
    """Condition: the unit with that id is the one with `path` or one above it. By id, so that an index finds them."""
    ids = models.Func(path, template="string_to_array(trim(trailing '/' from %(expressions)s), '/')::bigint[]")
    return models.Func(
        unit_id, ids, template="(%(expressions)s))", arg_joiner=" = ANY (", output_field=models.BooleanField()
    )


class DatedQuerySet(models.QuerySet):
    def active_on(self, day: date) -> Self:
        return self.filter(active_on_q(day))

    def overlapping(self, start: date, end: date | None) -> Self:
        """Rows whose period touches start..end."""
        rows = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start))
        return rows if end is None else rows.filter(valid_from__lte=end)


class UnitQuerySet(models.QuerySet):
    def subtree(self, unit: Unit) -> Self:
        return self.filter(path__startswith=unit.path)

    def ancestors(self, unit: Unit, *, include_self: bool = True) -> Self:
        """Root first; a path is the ids from the root, so no query is needed to know them."""
        ids = unit.path_ids if include_self else unit.path_ids[:-1]
        return self.filter(pk__in=ids).order_by("depth", "pk")

    def open_on(self, day: date) -> Self:
        return self.filter(active_on_q(day, "versions__"))

    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        access = access_for(user)
        return self.filter(under_paths_q(access.unit_paths, ""))


class PlacementQuerySet(DatedQuerySet):
    def in_subtree(self, unit: Unit) -> Self:
        return self.filter(unit__path__startswith=unit.path)

    def heads(self) -> Self:
        return self.filter(is_head=True)


class EmployeeQuerySet(models.QuerySet):
    def serving_on(self, day: date) -> Self:
        """Active staff: a placement holds that day and the employee has not left."""
        from organization.models import Placement  # models import this file

        placed = Placement.objects.active_on(day).filter(employee=models.OuterRef("pk"))
        return self.filter(models.Exists(placed))

    def in_subtree_on(self, unit: Unit, day: date) -> Self:
        from organization.models import Placement  # models import this file

        placed = Placement.objects.active_on(day).in_subtree(unit)
        return self.filter(pk__in=placed.values("employee_id"))

    def with_placement_on(self, day: date) -> Self:
        """Adds the relation `current`: the placement of that day, or nothing. One join for any number of people."""
        rows = self.annotate(current=models.FilteredRelation("placements", condition=active_on_q(day, "placements__")))
        return rows.alias(current_pk=models.F("current__pk"))  # conditions on it use this join, not one of their own

    def placed(self) -> Self:
        """Those with a placement on the day given to `with_placement_on`."""
        return self.filter(current_pk__isnull=False)

    def unplaced(self) -> Self:
        """Those without a placement on the day given to `with_placement_on`."""
        return self.filter(current_pk__isnull=True)

    def visible_to(self, user: User, on: date | None = None) -> Self:
        """Existence for this user: self, direct reports, headed units, granted subtrees, and what is delegated."""
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user, on).employees_q())

    def for_list(self, day: date) -> Self:
        return (
            self.with_placement_on(day)
            .annotate(
                unit_name=models.F("current__unit__name"),
                position_name=models.F("current__position__name"),
                supervisor_name=models.F("current__supervisor__name"),
            )
            .order_by("name", "pk")
        )


class PositionQuerySet(models.QuerySet):
    def with_mapped_share_on(self, day: date) -> Self:
        """Adds `mapped_pct`: how much of the working time is mapped to task types that day; null when none is."""
        from organization.models import PositionTask  # models import this file

        tasks = PositionTask.objects.active_on(day).filter(position=models.OuterRef("pk")).order_by()
        total = tasks.values("position").annotate(total=models.Sum("share_pct")).values("total")
        return self.annotate(mapped_pct=models.Subquery(total, output_field=models.IntegerField()))

    def mapped(self) -> Self:
        """Those with a share from `with_mapped_share_on`."""
        return self.filter(mapped_pct__isnull=False)

    def unmapped(self) -> Self:
        """Those without a share from `with_mapped_share_on`."""
        return self.filter(mapped_pct__isnull=True)

"""Whose result a result serves: what may be chosen, and the small tree of a person's year. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from organization.models import Employee, Placement, User
from performance.models import WorkResult

LEVELS_UP = 3
SERVING_SHOWN = 200
_ABOVE = ["__".join(["supports"] * level + ["employee"]) for level in range(1, LEVELS_UP + 1)]


@dataclass
class Node:
    """A result with those that serve it. `is_own`: of the person whose plan is shown."""

    result: WorkResult
    is_own: bool
    children: list[Node] = field(default_factory=list)


def superiors_of(employee: Employee, *, on: date) -> QuerySet[Employee]:
    """Who leads the person on a day: the direct supervisor, and the heads of the unit and of those above it."""
    placed = Placement.objects.active_on(on).filter(employee=employee).values_list("unit__path", "supervisor_id")
    path, supervisor = placed.first() or ("", None)
    unit_ids = [int(part) for part in path.split("/") if part]
    heads = Placement.objects.active_on(on).heads().filter(unit_id__in=unit_ids).order_by().values("employee_id")
    people: QuerySet[Employee] = Employee.objects.filter(Q(pk__in=heads) | Q(pk=supervisor)).exclude(pk=employee.pk)
    return people


def in_plan(rows: QuerySet[WorkResult]) -> QuerySet[WorkResult]:
    """Without those that were withdrawn."""
    return rows.filter(withdrawn_at__isnull=True)


def supportable_results(employee: Employee, start: date, end: date, *, on: date) -> QuerySet[WorkResult]:
    """Results that one of the employee may serve: of a superior's plan, for a period that overlaps."""
    rows = in_plan(WorkResult.objects.filter(starts_on__lte=end, ends_on__gte=start))
    found: QuerySet[WorkResult] = rows.filter(employee__in=superiors_of(employee, on=on)).select_related("employee")
    return found.order_by("employee__name", "employee_id", "-starts_on", "number", "pk")


def results_of_year(employee: Employee, year: int) -> QuerySet[WorkResult]:
    """The person's results whose period touches the year, withdrawn ones too; each with its superior's chain."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = WorkResult.objects.filter(employee=employee, starts_on__lte=last, ends_on__gte=first)
    found: QuerySet[WorkResult] = rows.select_related("employee", "recorded_by", *_ABOVE)
    return found.order_by("starts_on", "-ends_on", "number", "pk")


def serving(results: Iterable[WorkResult], reader: User) -> dict[int, list[WorkResult]]:
    """By result: those of people in the reader's reach that serve it; one query."""
    rows = in_plan(WorkResult.objects.visible_to(reader)).filter(supports__in=[row.pk for row in results])
    found: dict[int, list[WorkResult]] = defaultdict(list)
    for row in rows.select_related("employee").order_by("employee__name", "number", "pk")[:SERVING_SHOWN]:
        found[row.supports_id or 0].append(row)
    return found


def tree_of(results: Iterable[WorkResult], below: dict[int, list[WorkResult]]) -> list[Node]:
    """The results as a forest: what they serve above (up to three levels), what serves them below. Pure.

    A person sees the titles of the superiors' results that the own ones serve: that is what they are for.
    """
    roots: list[Node] = []
    nodes: dict[int, Node] = {}
    for result in results:
        node = nodes.setdefault(result.pk, Node(result, is_own=True))
        node.is_own = True
        node.children += [Node(row, is_own=False) for row in below.get(result.pk, [])]
        _hang(node, nodes, roots)
    return roots


def _hang(node: Node, nodes: dict[int, Node], roots: list[Node]) -> None:
    """Put the node under what it serves, making the nodes above where they are not there yet.

    An imported plan may hold a ring; it is cut where it would close.
    """
    on_the_way = {node.result.pk}
    for _level in range(LEVELS_UP):
        above = node.result.supports
        if above is None or above.pk in on_the_way:
            break
        on_the_way.add(above.pk)
        known = nodes.get(above.pk)
        parent = nodes.setdefault(above.pk, Node(above, is_own=False))
        parent.children.append(node)
        if known is not None:
            return
        node = parent
    roots.append(node)

"""Plan, presence and output of a day: cases by hand, laws over every combination, and what the page reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.enums import DayState, MatchedPlace, Whereabouts
from fwa.reconciliation import ABSENT, DayFacts, Finding, Weight, reconcile, verdict_of
from fwa.reconciliation_reads import sides_of
from organization.models import Employee
from performance.enums import ReportStatus
from performance.models import DailyReport, Output, ReportLine
from performance.services.contracts import OutputSpec, create_output_contract
from tests.attendance.board_kit import at, work_day
from tests.world import make_world

DAY = date(2026, 10, 6)
AT_HOME: dict[str, Any] = {
    "whereabouts": "home", "source": "arrangement", "is_flexible": True, "state": "present", "place": "home",
    "has_plan": True, "report": "accepted", "lines": 2, "lines_done": 2,
}  # fmt: skip
OFFICE: dict[str, Any] = {"whereabouts": "office", "source": "unit", "state": "present", "place": "placement"}


def found(base: dict[str, Any], **changes: Any) -> list[str]:
    values: dict[str, Any] = {"day": DAY, "is_over": True} | base | changes
    facts = DayFacts(**values)
    return [f"{row.weight}:{row.finding}" for row in reconcile(facts)]


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        # Everything agrees.
        (AT_HOME, {}, []),
        (OFFICE, {}, []),
        (OFFICE, {"whereabouts": "shift", "source": "roster"}, []),
        (AT_HOME, {"whereabouts": "field", "place": "elsewhere"}, []),
        (AT_HOME, {"place": "placement"}, []),
        (AT_HOME, {"source": "period", "place": "elsewhere"}, []),
        (AT_HOME, {"outputs_due": 2, "outputs_on_time": 2, "outputs_delivered": 2}, []),
        (AT_HOME, {"plan_required": False, "has_plan": False, "report": ""}, []),
        # Presence.
        (OFFICE, {"state": "no_entry", "place": ""}, ["gap:no_entry"]),
        (OFFICE, {"state": "no_entry", "place": "", "is_excused": True}, ["explained:entry_excused"]),
        (OFFICE, {"state": "incomplete"}, ["gap:entry_missing"]),
        (OFFICE, {"state": "incomplete", "is_excused": True}, ["explained:entry_missing"]),
        (OFFICE, {"place": "elsewhere"}, ["gap:other_place"]),
        (OFFICE, {"place": "home"}, ["gap:other_place"]),
        (OFFICE, {"place": "unknown"}, ["note:place_unsure"]),
        (AT_HOME, {"place": "home_unconfirmed"}, ["note:place_unsure"]),
        (AT_HOME, {"place": "granted"}, ["gap:other_place"]),
        (OFFICE, {"short_min": 15}, ["gap:short"]),
        (OFFICE, {"state": "running", "is_over": False}, ["open:entry_still_possible"]),
        # Plan and report of a flexible day.
        (AT_HOME, {"has_plan": False}, ["gap:no_plan"]),
        (AT_HOME, {"is_plan_late": True}, ["note:plan_late"]),
        (AT_HOME, {"report": "planned"}, ["gap:no_report"]),
        (AT_HOME, {"report": "planned", "is_report_due": False}, ["open:report_open"]),
        (AT_HOME, {"report": "reported"}, ["open:waiting"]),
        (AT_HOME, {"report": "returned"}, ["gap:returned"]),
        (AT_HOME, {"is_report_late": True}, ["note:report_late"]),
        (AT_HOME, {"lines_done": 0}, ["gap:nothing_done"]),
        (AT_HOME, {"state": "no_entry", "place": ""}, ["gap:no_entry", "gap:done_without_entry"]),
        (
            AT_HOME,
            {"state": "planned", "is_over": False, "has_plan": False, "report": "", "is_plan_due": False,
             "is_report_due": False, "place": ""},
            ["open:entry_still_possible", "open:plan_open", "open:report_open"],
        ),
        # A late sync is an entry like any other; a half day of leave asks for the other half.
        (AT_HOME, {"is_half_absent": True, "has_plan": False, "report": ""}, ["gap:no_plan", "gap:no_report"]),
        # An office day needs no plan; a report of one is still reviewed.
        (OFFICE, {"report": "returned", "lines_done": 1}, ["gap:returned"]),
        # Days without work.
        ({"whereabouts": "leave", "source": "leave", "state": "away"}, {}, []),
        ({"whereabouts": "sick", "state": "away"}, {"report": "reported"},
         ["note:report_while_absent", "open:waiting"]),
        ({"whereabouts": "travel", "state": "away"}, {"report": "accepted", "lines_done": 1}, []),
        ({"whereabouts": "off", "source": "holiday", "state": "off"}, {}, []),
        ({"whereabouts": "off", "source": "holiday", "state": "worked_off"}, {}, ["note:worked_off"]),
        ({"whereabouts": "off", "source": "roster", "state": "off"}, {"is_flexible": True}, []),  # swapped away
        ({}, {"report": "accepted"}, []),
        # Outputs.
        (OFFICE, {"outputs_due": 2, "outputs_on_time": 1, "outputs_delivered": 1}, ["gap:output_missing"]),
        (OFFICE, {"outputs_due": 2, "outputs_on_time": 1, "outputs_delivered": 2}, ["note:output_late"]),
        (OFFICE, {"outputs_due": 1, "is_over": False, "state": "running"}, ["open:entry_still_possible"]),
        ({"whereabouts": "leave", "state": "away"}, {"outputs_due": 1}, ["gap:output_missing"]),
    ],
)  # fmt: skip
def test_cases_by_hand(base: dict[str, Any], changes: dict[str, Any], expected: list[str]) -> None:
    assert found(base, **changes) == expected


def test_laws_over_every_combination() -> None:
    """Free days are never short of presence or paper, an outage is never a gap, and each gap says what to do."""
    flags = list(product([False, True], repeat=4))
    reports = ["", *ReportStatus.values]
    places = ["", *MatchedPlace.values]
    cases = 0
    for whereabouts, state, report, place in product(["", *Whereabouts.values], DayState.values, reports, places):
        for is_over, is_flexible, has_plan, is_excused in flags:
            facts = DayFacts(
                day=DAY, is_over=is_over, whereabouts=whereabouts, state=state, report=report, place=place,
                is_flexible=is_flexible, has_plan=has_plan, is_excused=is_excused, lines=1,
                lines_done=int(report == "accepted"),
            )  # fmt: skip
            rows = reconcile(facts)
            gaps = {row.finding for row in rows if row.weight == Weight.GAP}
            if whereabouts in ("", "off", *ABSENT):
                assert gaps <= {Finding.RETURNED}
            if is_excused:
                assert not gaps & {Finding.NO_ENTRY, Finding.ENTRY_MISSING, Finding.DONE_WITHOUT_ENTRY}
            if not is_flexible:
                assert not gaps & {Finding.NO_PLAN, Finding.NO_REPORT}
            assert all(row.remedy for row in rows if row.weight == Weight.GAP)
            assert len({row.finding for row in rows}) == len(rows)
            assert (verdict_of(rows) is None) == (not rows)
            cases += 1
    assert cases == 12 * 8 * 5 * 8 * 16


def report(employee: Employee, day: date, status: str = "reported", **values: Any) -> DailyReport:
    now = timezone.now()
    made = DailyReport.objects.create(
        employee=employee, day=day, status=status, plan_due_at=now, planned_at=now, report_due_at=now,
        reported_at=now, review_due_on=day, **values,
    )  # fmt: skip
    ReportLine.objects.create(report=made, plan="Bab satu", done="Bab satu selesai", status="done")
    ReportLine.objects.create(report=made, plan="Bab dua")
    return made


@pytest.mark.django_db
def test_the_page_reads_all_three_sides() -> None:
    employee = make_world().employees["emp"]
    work_day(employee, DAY, "home", source="arrangement", state="present", place="home",
             first_in=at(DAY, 7, 25), first_out=at(DAY, 16, 5))  # fmt: skip
    report(employee, DAY)
    contract = create_output_contract(
        employee_id=employee.pk, reference="FW-1", valid_from=DAY, valid_to=DAY,
        outputs=[OutputSpec("Naskah", "bab", Decimal(2), DAY)],
    )  # fmt: skip
    later = datetime.combine(DAY + timedelta(days=2), datetime.min.time(), tzinfo=timezone.get_default_timezone())
    side = sides_of([employee.pk], DAY, DAY, now=later)[employee.pk, DAY]
    assert (side.facts.lines, side.facts.lines_done, side.happened) == (2, 1, "07.25–16.05")
    assert [row.finding for row in side.found] == [Finding.WAITING, Finding.OUTPUT_MISSING]
    Output.objects.filter(contract=contract).update(delivered=2, delivered_on=DAY + timedelta(days=1))
    side = sides_of([employee.pk], DAY, DAY, now=later)[employee.pk, DAY]
    assert [row.finding for row in side.found] == [Finding.WAITING, Finding.OUTPUT_LATE]
    assert side.verdict == Weight.OPEN


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    world = make_world()
    people = list(world.employees.values())
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    client.force_login(world.users["head"])
    counts = []
    for some in (people[:1], people[:3], people):
        for one in some:
            if not one.work_days.exists():
                work_day(one, monday, "home", source="arrangement", state="no_entry")
                report(one, monday)
        client.get(reverse("fwa:reconciliation_team"))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("fwa:reconciliation_team")).status_code == 200
        counts.append(len(caught))
    assert len(set(counts)) == 1
    assert counts[0] <= 15


@pytest.mark.django_db
def test_own_month_and_team_show_the_same_findings(client: Client) -> None:
    world = make_world()
    employee = world.employees["emp"]
    today = timezone.localdate()
    day = today - timedelta(days=today.weekday())
    if day == today:
        day -= timedelta(days=7)
    work_day(employee, day, "home", source="arrangement", state="no_entry")
    words = str(Finding.NO_ENTRY.label)
    client.force_login(world.users["emp"])
    own = client.get(reverse("fwa:reconciliation"), {"month": f"{day:%Y-%m}"})
    assert words in own.content.decode()
    client.force_login(world.users["sup"])
    team = client.get(reverse("fwa:reconciliation_team"), {"week": day.isoformat()})
    assert words in team.content.decode()
    one = client.get(reverse("fwa:reconciliation_person", args=[employee.pk]), {"month": f"{day:%Y-%m}"})
    assert words in one.content.decode()
    client.force_login(world.users["col1"])
    assert client.get(reverse("fwa:reconciliation_person", args=[employee.pk])).status_code == 404

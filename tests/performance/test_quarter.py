"""A quarter in the life of a team of twelve, through the pages: reports, reviews, ratings, evaluations. By hand:

Three outputs each, target 4, one unit a week, due 31 July, 28 August and 25 September 2026. Four people deliver all of
it in time; four have the second week returned once and send it again; four leave out the last week of August and make
up for it on 29 September, and the last of these delivers nothing in September.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from organization.models import Employee, User
from performance.enums import Behaviour
from performance.matrix import MATRIX
from performance.models import DailyReport, Evaluation, OfficialPredicate, Output
from performance.selectors import track_record
from performance.services.contracts import OutputSpec, create_output_contract
from tests.organization.cast import make_employee
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Makassar")
START, END = date(2026, 7, 1), date(2026, 9, 30)
TUESDAYS = [date(2026, 7, 7) + timedelta(weeks=week) for week in range(13)]
DUE = [date(2026, 7, 31), date(2026, 8, 28), date(2026, 9, 25)]
MONTH_OF_WEEK = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
LEFT_OUT, MADE_UP, RETURNED = 7, 12, 1
SIZE = 12


@dataclass(frozen=True)
class Member:
    """Somebody of the team, with the outputs in the order of their due days."""

    number: int
    employee: Employee
    user: User
    outputs: list[Output]

    @property
    def is_late(self) -> bool:
        return self.number % 3 == 2

    @property
    def is_returned(self) -> bool:
        return self.number % 3 == 1

    @property
    def stops_in_september(self) -> bool:
        return self.number == SIZE - 1

    def reports_in(self, week: int) -> int | None:
        """Index of the output that this week's unit belongs to; None for a week without a report."""
        if self.is_late and week == LEFT_OUT:
            return None
        if week == MADE_UP:
            return 1 if self.is_late else None
        if self.stops_in_september and week >= 8:
            return None
        return MONTH_OF_WEEK[week]

    @property
    def expected(self) -> tuple[int, int, int]:
        """On time, late, missing."""
        if self.stops_in_september:
            return 1, 1, 1
        return (2, 1, 0) if self.is_late else (3, 0, 0)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def make_team(world: World) -> list[Member]:
    names = ["emp", "col1", "col2"]
    people = [world.employees[name] for name in names]
    people += [make_employee(f"anggota{n}", world.law, supervisor=world.employees["sup"]) for n in range(SIZE - 3)]
    team = []
    for number, employee in enumerate(people):
        contract = create_output_contract(
            employee_id=employee.pk, reference=f"FW-Q3-{number}", valid_from=START, valid_to=END,
            outputs=[OutputSpec(f"Kajian {n}", "dokumen", Decimal(4), due) for n, due in enumerate(DUE, start=1)],
        )  # fmt: skip
        assert employee.user is not None
        team.append(Member(number, employee, employee.user, list(contract.outputs.order_by("due_on"))))
    return team


def write(client: Client, member: Member, day: date, output: Output, *, version: int = 0) -> None:
    """Fill in the page of the day and send the report."""
    client.force_login(member.user)
    body = {
        "action": "report",
        "version": str(version),
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-plan": f"Menyusun {output.title}",
        "lines-0-done": "Satu dokumen selesai",
        "lines-0-status": "done",
        "lines-0-serves": f"o:{output.pk}",
        "lines-0-amount": "1",
    }
    if version:
        line = DailyReport.objects.get(employee=member.employee, day=day).lines.get()
        body |= {"lines-INITIAL_FORMS": "1", "lines-0-client_id": str(line.client_id)}
    page = client.post(reverse("performance:day", args=[day]), body)
    assert page.status_code == 302, page.content.decode()[:3000]


def review(client: Client, supervisor: User, team: list[Member], week: int) -> int:
    """What the supervisor does on Wednesday: return what has to be returned, accept the rest at once. Interactions."""
    client.force_login(supervisor)
    acts = 1
    waiting = DailyReport.objects.filter(status="reported")
    assert client.get(reverse("performance:review_list")).status_code == 200
    if week == RETURNED:
        for report in waiting.filter(employee__in=[one.employee for one in team if one.is_returned]):
            body = {"reason": "Lampirkan daftar pustaka.", "version": str(report.version)}
            page = client.post(reverse("performance:report_return", args=[report.public_id]), body)
            assert page.status_code == 302
            acts += 1
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        client.post(reverse("performance:review_accept_many"), {"which": "shown", "shown": ids, "rating": ""})
        acts += 1
    assert not DailyReport.objects.filter(status="reported").exists()
    return acts


def live_through(client: Client, world: World, team: list[Member]) -> int:
    """Every week of the quarter; the most interactions that one review took."""
    most = 0
    for week, tuesday in enumerate(TUESDAYS):
        with time_machine.travel(at(tuesday, 15), tick=False):
            for member in team:
                place = member.reports_in(week)
                if place is not None:
                    write(client, member, tuesday, member.outputs[place])
        with time_machine.travel(at(tuesday + timedelta(days=1), 9), tick=False):
            most = max(most, review(client, world.users["sup"], team, week))
        if week == RETURNED:
            with time_machine.travel(at(tuesday + timedelta(days=2), 9), tick=False):
                for member in team:
                    if member.is_returned:
                        report = DailyReport.objects.get(employee=member.employee, day=tuesday)
                        write(client, member, tuesday, member.outputs[0], version=report.version)
                review(client, world.users["sup"], team, week=-1)
    return most


def rate_above(client: Client, supervisor: User, output: Output) -> None:
    client.force_login(supervisor)
    body = {"rating": "above", "reason": "Dipakai sebagai rujukan kota lain.", "replaces": "0"}
    assert client.post(reverse("performance:output_rate", args=[output.public_id]), body).status_code == 302


def evaluate(client: Client, world: World, team: list[Member]) -> None:
    """Open all at once, then write and share each; the first nine go through the cells of the matrix."""
    client.force_login(world.users["sup"])
    body = {"kind": "quarter", "year": "2026", "number": "3", "people": [one.employee.pk for one in team]}
    assert client.post(reverse("performance:evaluation_open"), body).status_code == 302
    cells = list(MATRIX)
    for member in team:
        evaluation = Evaluation.objects.get(employee=member.employee)
        results, behaviour = cells[member.number % 9]
        values = {f"value_{value}": behaviour for value in Behaviour.values}
        body = {"action": "share", "results_rating": results, "rating_reason": "Menurut dialog kinerja.", **values}
        page = client.post(reverse("performance:evaluation", args=[evaluation.public_id]), body)
        assert page.status_code == 302, page.content.decode()[:3000]


def answer_and_close(client: Client, world: World, team: list[Member]) -> None:
    """All but one acknowledge; one objects and the head lets it stand. Then the supervisor closes all."""
    for member in team:
        identity = Evaluation.objects.get(employee=member.employee).public_id
        client.force_login(member.user)
        assert client.get(reverse("performance:evaluation", args=[identity])).status_code == 200
        if member.number == 0:
            client.post(reverse("performance:evaluation_object", args=[identity]), {"reason": "Mohon ditinjau."})
            client.force_login(world.users["head"])
            settled = {"send_back": "no", "answer": "Sudah sesuai."}
            client.post(reverse("performance:evaluation_settle", args=[identity]), settled)
        else:
            client.post(reverse("performance:evaluation_acknowledge", args=[identity]))
        client.force_login(world.users["sup"])
        client.post(reverse("performance:evaluation_close", args=[identity]))


def test_a_quarter_of_a_team_of_twelve(client: Client) -> None:
    world = make_world()
    team = make_team(world)
    most = live_through(client, world, team)
    assert most < 40
    with time_machine.travel(at(date(2026, 10, 1), 9), tick=False):
        rate_above(client, world.users["sup"], team[0].outputs[0])
        evaluate(client, world, team)
        answer_and_close(client, world, team)
        for member in team:
            check(member)
        client.force_login(world.users["sup"])
        figures = client.get(reverse("performance:figures_team"), {"months": "6"}).content.decode()
        assert all(member.employee.name in figures for member in team)
    assert not OfficialPredicate.objects.exists()


def check(member: Member) -> None:
    """The evaluation and the record for the next request against the hand calculation."""
    on_time, late, missing = member.expected
    evaluation = Evaluation.objects.get(employee=member.employee)
    sums = evaluation.arithmetic
    assert (sums["due"], sums["on_time"], sums["late"], sums["missing"]) == (3, on_time, late, missing), member.number
    assert sums["on_time_pct"] == on_time * 100 // 3
    suggestion = "above" if member.number == 0 else "meets" if on_time == 3 else "below"
    assert evaluation.suggested_rating == suggestion, member.number
    results, behaviour = list(MATRIX)[member.number % 9]
    assert evaluation.predicate == MATRIX[results, behaviour]
    assert evaluation.status == "closed"
    record = track_record(employee_id=member.employee.pk, on=date(2026, 10, 1))
    assert (record.due, record.on_time) == (3, on_time)
    if member.is_late:
        assert Output.objects.get(pk=member.outputs[1].pk).delivered_on == TUESDAYS[MADE_UP]

"""Races, a hundred rounds each on real connections: one winner, the other reads why, and nobody meets a deadlock."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from attendance.models import Absence, AssignmentDay
from fwa import ledger
from fwa.data import OutputData
from fwa.enums import DecisionKind, StepStatus
from fwa.errors import AlreadyDecided, NoDateLeft
from fwa.models import Decision, Request, Step
from fwa.services.decisions import approve_step, reject_step
from fwa.services.requests import save_draft, submit_request, withdraw_request
from organization.models import (
    Delegation,
    Placement,
    RoleGrant,
    Unit,
    UnitReadiness,
    UnitVersion,
    User,
)
from organization.services.units import rebuild_unit_index
from tests.fwa.racing import ROUNDS, Rows, pair
from tests.organization.importing import import_rows
from tests.world import SINCE, World, draft, make_world, next_monday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = make_world()
    User.objects.update(email="")  # mails are sent at once in tests, and these races are not about them
    for user in made.users.values():
        user.email = ""
    return made


@pytest.fixture
def racers():
    with pair() as found:
        yield found


def one_week(weeks_ahead: int, **changes) -> dict:
    """A week of the asked-for pattern: few dates make quick rounds."""
    monday = next_monday() + timedelta(weeks=weeks_ahead)
    sunday = monday + timedelta(days=6)
    output = OutputData("Naskah akademik", "bab", Decimal(1), sunday)
    return {"valid_from": monday, "valid_to": sunday, "outputs": (output,), **changes}


def drafted(world: World, name: str, *, weeks_ahead: int = 0, **changes) -> Request:
    return save_draft(by=world.users[name], data=draft(**one_week(weeks_ahead, **changes)))


def sent(world: World, name: str, **changes) -> Request:
    return submit_request(by=world.users[name], request_id=drafted(world, name, **changes).pk)


def agreed(world: World, fwa_request: Request, *names: str) -> Request:
    for name in names:
        approve_step(by=world.users[name], step_id=current(fwa_request))
    return fwa_request


def current(fwa_request: Request) -> int:
    return Step.objects.current().get(request=fwa_request).pk


@dataclass(frozen=True)
class Approve:
    """One person agrees to one step."""

    by: User
    step_id: int

    def __call__(self) -> Decision:
        return approve_step(by=self.by, step_id=self.step_id)


def one_of_each(results, winner: type, loser: type):
    """The one exception of the race, after making sure that the other one won."""
    lost = [result for result in results if isinstance(result, Exception)]
    assert [type(result) for result in lost] == [loser], results
    assert sum(isinstance(result, winner) for result in results) == 1, results
    return lost[0]


def away_on(unit_path: str) -> dict:
    """People away per day in a unit and below."""
    rows = AssignmentDay.objects.filter(unit__path__startswith=unit_path, is_away=True)
    found: dict = {}
    for day, employee_id in rows.values_list("day", "employee_id"):
        found.setdefault(day, set()).add(employee_id)
    return {day: len(people) for day, people in found.items()}


def test_the_last_place_of_a_unit_goes_to_one(world, racers):
    first, second = (agreed(world, sent(world, name), "sup") for name in ("emp", "col1"))
    steps, head = [current(first), current(second)], world.users["head"]
    rows, winners = Rows(), set()

    for _round in range(ROUNDS):
        results = racers.run(*(Approve(head, step) for step in steps))

        lost = one_of_each(results, Decision, NoDateLeft)
        assert set(lost.problems.values()) == {"unit_full"}
        assert lost.messages == ["Not one of the requested dates can be granted now. Return or reject the request."]
        assert set(away_on(world.law.path).values()) == {1}
        winners.add(Request.objects.get(assignment__isnull=False).employee.name)
        rows.restore()

    assert winners <= {"emp", "col1"}
    assert ledger.verify() == []


def two_units_under_one_office(world: World) -> None:
    """A second section with people of its own; the office above both has one place."""
    root, old = Unit.objects.get(code="R"), world.law
    other = Unit.objects.create(code="O", name="Organisasi")
    UnitVersion.objects.filter(unit=root).update(quota_pct=1)
    UnitVersion.objects.filter(unit=old).update(quota_pct=100)
    UnitVersion.objects.create(unit=other, name="Organisasi", parent=root, quota_pct=100, valid_from=SINCE)
    rebuild_unit_index()
    UnitReadiness.objects.update(unit=root)
    Placement.objects.filter(employee=world.employees["col2"]).update(unit=other, is_head=True, supervisor=None)
    Placement.objects.filter(employee=world.employees["col1"]).update(
        unit=other, supervisor=world.employees["col2"]
    )  # fmt: skip


def test_two_units_under_one_office_quota_share_its_last_place(world, racers):
    two_units_under_one_office(world)
    here, there = agreed(world, sent(world, "emp"), "sup"), sent(world, "col1")  # there the head is the supervisor
    first, second = Approve(world.users["head"], current(here)), Approve(world.users["col2"], current(there))
    rows = Rows()

    for _round in range(ROUNDS):
        lost = one_of_each(racers.run(first, second), Decision, NoDateLeft)

        assert set(lost.problems.values()) == {"unit_full"}
        assert set(away_on(Unit.objects.get(code="R").path).values()) == {1}
        rows.restore()


def test_two_requests_of_one_person_in_one_week_keep_the_cap(world, racers):
    by = world.users["emp"]
    two, one = drafted(world, "emp", weekdays=(2, 4)), drafted(world, "emp", weekdays=(3,))
    rows = Rows()

    for _round in range(ROUNDS):
        results = racers.run(
            lambda: submit_request(by=by, request_id=two.pk), lambda: submit_request(by=by, request_id=one.pk)
        )

        lost = one_of_each(results, Request, ValidationError)
        dates = lost.message_dict["dates"]
        assert len(dates) in (1, 2)
        assert all("over the weekly cap" in line for line in dates)
        assert Request.objects.filter(status="submitted").count() == 1
        rows.restore()


def test_a_hold_and_a_leave_import_of_the_same_days(world, racers):
    monday = next_monday()
    fwa_request = agreed(world, sent(world, "emp"), "sup")
    hold = Approve(world.users["head"], current(fwa_request))
    leave = {
        "NIP": world.employees["emp"].nip,
        "JENIS": "cuti",
        "NOMOR SURAT": "1",
        "MULAI": f"{monday:%d-%m-%Y}",
        "SAMPAI": f"{monday + timedelta(days=4):%d-%m-%Y}",
    }
    rows, holds = Rows(), 0

    for number in range(ROUNDS):
        ahead = {0: 1.5, 1: -1.5}.get(number, (number % 10 - 2) / 100)  # each side surely wins one of the first two
        held, imported = racers.run(hold, lambda: import_rows([leave], kind="absences"), head_start=ahead)

        if isinstance(held, Decision):
            holds += 1
            assert [item.code for item in imported.rejects] == ["absence_on_flexible_day"]
            assert imported.rejects[0].params["reference"] == fwa_request.number
            assert (AssignmentDay.objects.count(), Absence.objects.count()) == (2, 0)
        else:
            assert isinstance(held, NoDateLeft)
            assert set(held.problems.values()) == {"absent"}
            assert imported.rejects == []
            assert (AssignmentDay.objects.count(), Absence.objects.count()) == (0, 1)
        rows.restore()
    assert 0 < holds < ROUNDS


def test_two_tabs_that_send_the_same_draft_send_one_request(world, racers):
    by, fwa_request = world.users["emp"], drafted(world, "emp")
    rows = Rows()

    for _round in range(ROUNDS):
        first, second = racers.run(*[lambda: submit_request(by=by, request_id=fwa_request.pk)] * 2)

        assert (first.pk, first.number) == (second.pk, second.number)
        assert Decision.objects.filter(kind=DecisionKind.SUBMIT).count() == 1
        assert fwa_request.steps.filter(status=StepStatus.CURRENT).count() == 1
        assert fwa_request.steps.count() == 4
        assert len(set(fwa_request.dates.values_list("day", "facet"))) == fwa_request.dates.count() > 0
        rows.restore()


SECOND_READS = "Somebody decided this step a moment ago. The page shows how it stands now."


def test_two_hr_admins_deciding_the_same_step(world, racers):
    RoleGrant.objects.create(user=world.users["col2"], role="hr_admin", valid_from=SINCE)
    fwa_request = agreed(world, sent(world, "emp"), "sup", "head")
    step = current(fwa_request)
    rows = Rows()

    for number in range(ROUNDS):
        no = lambda: reject_step(  # noqa: E731
            by=world.users["col2"], step_id=step, ground="task", reason="Perlu.", alternative="Lain."
        )
        second = no if number % 2 else Approve(world.users["col2"], step)
        lost = one_of_each(racers.run(Approve(world.users["hr"], step), second), Decision, AlreadyDecided)

        assert str(lost) == SECOND_READS
        assert Decision.objects.filter(step_id=step).count() == 1
        rows.restore()


def test_the_supervisor_and_their_stand_in_deciding_the_same_step(world, racers):
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.users["sup"], delegate=world.users["col2"], kind="plh", valid_from=today, valid_to=today,
        created_by=world.users["sup"],
    )  # fmt: skip
    step = current(sent(world, "emp"))
    rows = Rows()

    for _round in range(ROUNDS):
        results = racers.run(Approve(world.users["sup"], step), Approve(world.users["col2"], step))

        assert str(one_of_each(results, Decision, AlreadyDecided)) == SECOND_READS
        rows.restore()


def test_withdrawing_what_is_being_approved(world, racers):
    by, fwa_request = world.users["emp"], agreed(world, sent(world, "emp"), "sup")
    approve, rows = Approve(world.users["head"], current(fwa_request)), Rows()

    for number in range(ROUNDS):
        approved, withdrawn = racers.run(
            approve, lambda: withdraw_request(by=by, request_id=fwa_request.pk), head_start=number % 10 / 100
        )

        assert withdrawn.status == "withdrawn"  # before or after the approval, nothing stays held
        assert isinstance(approved, (Decision, AlreadyDecided))
        assert not AssignmentDay.objects.exists()
        assert not fwa_request.dates.live().exists()
        rows.restore()


def test_two_approvals_and_a_new_request_of_one_person_never_lock_each_other_out(world, racers):
    """Both approvals write rows of the employee before they take the unit's lock, and sending takes them the other
    way round: with locks that exclude foreign keys this ends in a deadlock."""
    first, second = (agreed(world, sent(world, "emp", weeks_ahead=number), "sup") for number in (0, 2))
    third = drafted(world, "emp", weeks_ahead=4)
    head, by = world.users["head"], world.users["emp"]
    approvals = [Approve(head, current(first)), Approve(head, current(second))]
    rows = Rows()

    for number in range(ROUNDS):
        other = approvals[1] if number % 2 else lambda: submit_request(by=by, request_id=third.pk)
        results = racers.run(approvals[0], other)

        assert not [result for result in results if isinstance(result, Exception)], results
        rows.restore()

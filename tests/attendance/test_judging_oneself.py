"""Nobody judges themselves: not in the place of an officer, not through one who stands in for them."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import Correction, HomePoint, IntegrityFlag, ThresholdFlag
from attendance.services.corrections import decide_correction
from attendance.services.flags import judge_flag, raise_flag
from organization.models import Delegation, Domicile, Employee, RoleGrant, User
from tests.organization.cast import Cast, days, make_cast, make_employee
from tests.world import SINCE

# Principal and delegate of each delegation in force; then who judges whom.
OWN = ({("sup", "emp")}, "emp", "emp")
OF_THE_OFFICER = ({("head", "col1")}, "col1", "head")
OF_THE_HR_OFFICER = ({("clerk", "col1")}, "col1", "clerk")
OWN_AS_HR = ({("hr", "emp")}, "emp", "emp")
CHAIN = ({("head", "sup"), ("sup", "col1")}, "col1", "head")
CHAIN_BACK = ({("head", "sup"), ("sup", "head")}, "sup", "head")
FOR_BOTH = ({("head", "col1"), ("sup", "col1")}, "col1", "sup")
FOR_HR_AND_SUPERVISED = ({("hr", "col1"), ("head", "col1")}, "col1", "head")
REFUSED = [
    OWN, OF_THE_OFFICER, OF_THE_HR_OFFICER, OWN_AS_HR, CHAIN, CHAIN_BACK, FOR_BOTH, FOR_HR_AND_SUPERVISED,
]  # fmt: skip
# In the own right, or for a third person.
ALLOWED = [
    ({("sup", "col1")}, "col1", "emp"),
    ({("head", "col1")}, "col1", "sup"),
    ({("sup", "head")}, "head", "sup"),
    ({("clerk", "hr")}, "hr", "clerk"),
    ({("hr", "col1")}, "col1", "head"),
]


@pytest.fixture
def cast(db: None) -> Cast:
    """With `clerk`, an HR officer of the agency who is an employee too."""
    made = make_cast()
    clerk = made.employees["clerk"] = make_employee("clerk", made.law)
    assert clerk.user
    made.users["clerk"] = clerk.user
    RoleGrant.objects.create(user=clerk.user, role="hr_admin", valid_from=SINCE)
    return made


def delegated(cast: Cast, delegations: set[tuple[str, str]], name: str) -> User:
    for principal, delegate in sorted(delegations):
        Delegation.objects.create(
            principal=cast.users[principal], delegate=cast.users[delegate], kind="plh", valid_from=days(-1)
        )
    return User.objects.get(pk=cast.users[name].pk)


def flag_of(employee: Employee) -> IntegrityFlag:
    return raise_flag(employee_id=employee.pk, day=days(-1), kind="clock", detail={"minutes": 30})


def correction_of(employee: Employee) -> Correction:
    assert employee.user
    return Correction.objects.create(
        employee=employee, day=days(-1), reason="forgotten", explanation="Lupa.", submitted_by=employee.user,
        submitted_at=timezone.now(), check_in=timezone.make_aware(datetime.combine(days(-1), time(7, 30))),
    )  # fmt: skip


def point_of(employee: Employee) -> HomePoint:
    return HomePoint.objects.create(
        employee=employee, domicile=Domicile.objects.get(employee=employee), set_at=timezone.now(), valid_from=days(-1)
    )


@pytest.mark.parametrize(("delegations", "judge", "of"), REFUSED)
def test_refused(client: Client, cast: Cast, delegations: set[tuple[str, str]], judge: str, of: str) -> None:
    by, employee = delegated(cast, delegations, judge), cast.employees[of]
    flag, correction = flag_of(employee), correction_of(employee)
    with pytest.raises(PermissionDenied):
        judge_flag(by=by, flag_id=flag.pk, uphold=False, reason="Tidak apa-apa.")
    with pytest.raises(PermissionDenied):
        decide_correction(by=by, correction_id=correction.pk, approve=True)
    step = ThresholdFlag(employee=employee, year=2026, days=3, label="x")
    assert not by.has_perm("attendance.acknowledge_threshold", step)
    assert not by.has_perm("attendance.lead_employee", employee)
    assert not by.has_perm("attendance.confirm_home", point_of(employee).employee)
    client.force_login(by)
    judged = client.post(
        reverse("attendance:flag_judge", args=[flag.pk]), {"verdict": "dismiss", "judgement": "Tidak apa-apa."}
    )
    assert judged.status_code in (403, 404)


@pytest.mark.parametrize(("delegations", "judge", "of"), ALLOWED)
def test_allowed(cast: Cast, delegations: set[tuple[str, str]], judge: str, of: str) -> None:
    by, employee = delegated(cast, delegations, judge), cast.employees[of]
    flag, correction = flag_of(employee), correction_of(employee)
    assert judge_flag(by=by, flag_id=flag.pk, uphold=False, reason="Sudah jelas.").judged_by == by
    assert decide_correction(by=by, correction_id=correction.pk, approve=True).status == "approved"

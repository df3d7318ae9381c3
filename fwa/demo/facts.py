"""What the rules look at: roles, readiness, official predicates, discipline cases, and who is absent."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from attendance.enums import AbsenceKind
from attendance.models import Absence
from fwa.demo.clock import Days
from fwa.demo.people import CAST
from fwa.demo.staff import BATCH, Agency
from organization.enums import DisciplineStatus, ReadinessStatus, Role, SanctionLevel
from organization.models import DisciplineCase, RoleGrant, UnitReadiness
from performance.enums import PREDICATE_RANK, Predicate
from performance.models import OfficialPredicate

ROLES = (
    ("kepegawaian", Role.HR_ADMIN),
    ("kepegawaian", Role.EVIDENCE_OFFICER),
    ("kabid-sdm", Role.HR_ADMIN),  # who drafts a policy does not publish it
    ("pimpinan", Role.AUTHORITY),
    ("pengawas", Role.AUDITOR),
)
PREDICATES = ((Predicate.GOOD, 0.86), (Predicate.VERY_GOOD, 0.09), (Predicate.NEEDS_IMPROVEMENT, 0.04))
# People of the story with another predicate than "good".
STORY_PREDICATES = {"nurhayati": Predicate.NEEDS_IMPROVEMENT, "kom-2": Predicate.VERY_GOOD}
DISCIPLINE_SHARE, ABSENT_SHARE = 0.02, 0.03
COURSE_WEEK, COURSE_WEEKDAY = 2, 4
COURSE = ("nurhayati", "irwan", "dewi", "wahyu")  # away for training on one day of the law section


def save_roles(agency: Agency, *, since: date) -> None:
    RoleGrant.objects.bulk_create(RoleGrant(user=agency.users[key], role=role, valid_from=since) for key, role in ROLES)


def save_readiness(agency: Agency, *, since: date) -> None:
    """Declared by the head, confirmed by HR for most units; some still wait for HR."""
    rows = []
    for plan in agency.plans.values():
        if not plan.ready or plan.code == "KOTA":
            continue
        confirmed = plan.ready == ReadinessStatus.CONFIRMED
        rows.append(
            UnitReadiness(
                unit=agency.units[plan.code],
                technology=True,
                supervision=True,
                status=plan.ready,
                declared_by=agency.users[agency.head_of(plan.code)],
                declared_at=timezone.now(),
                confirmed_by=agency.users["kepegawaian"] if confirmed else None,
                confirmed_at=timezone.now() if confirmed else None,
                valid_from=since,
            )
        )
    UnitReadiness.objects.bulk_create(rows, batch_size=BATCH)


def save_predicates(agency: Agency, *, as_of: date, seed: int) -> None:
    """The two last whole years, as e-Kinerja would give them."""
    chance = Random(f"predicates:{seed}")
    rows: list[OfficialPredicate] = []
    for key, employee in agency.employees.items():
        for year in (as_of.year - 2, as_of.year - 1):
            predicate = STORY_PREDICATES.get(key, Predicate.GOOD) if key in CAST else _drawn(chance)
            rows.append(
                OfficialPredicate(
                    employee=employee,
                    year=year,
                    quarter=0,
                    predicate=predicate,
                    rank=PREDICATE_RANK[predicate],
                    period_end=date(year, 12, 31),
                    reference=f"EKIN-{year}-{len(rows) + 1:05d}",
                )
            )
    OfficialPredicate.objects.bulk_create(rows, batch_size=BATCH)


def _drawn(chance: Random) -> Predicate:
    draw = chance.random()
    for predicate, share in PREDICATES:
        if draw < share:
            return predicate
        draw -= share
    return Predicate.POOR


def save_discipline(agency: Agency, *, as_of: date, seed: int) -> None:
    """One examination and one sanction in the story, and some among everybody else."""
    chance = Random(f"discipline:{seed}")
    rows = [
        _examination(agency, "wahyu", as_of - timedelta(days=20), 1),
        _sanction(agency, "kom-3", as_of - timedelta(days=120), as_of + timedelta(days=200), 2),
    ]
    for key in agency.employees:
        if key in CAST or agency.seats[key].head or chance.random() >= DISCIPLINE_SHARE:
            continue
        opened = as_of - timedelta(days=chance.randrange(30, 400))
        number = len(rows) + 1
        kind = chance.randrange(3)
        if kind == 0:
            rows.append(_examination(agency, key, opened, number))
        elif kind == 1:
            rows.append(_sanction(agency, key, opened, opened + timedelta(days=365), number))
        else:
            rows.append(_case(agency, key, opened, number, DisciplineStatus.CLOSED, decided_on=opened))
    DisciplineCase.objects.bulk_create(rows, batch_size=BATCH)


def _case(agency: Agency, key: str, opened: date, number: int, status: str, **columns: object) -> DisciplineCase:
    reference = f"PD-{opened.year}-{number:04d}"
    return DisciplineCase(
        employee=agency.employees[key], reference=reference, status=status, opened_on=opened, **columns
    )


def _examination(agency: Agency, key: str, opened: date, number: int) -> DisciplineCase:
    return _case(agency, key, opened, number, DisciplineStatus.EXAMINATION)


def _sanction(agency: Agency, key: str, opened: date, until: date, number: int) -> DisciplineCase:
    decided = opened + timedelta(days=25)
    return _case(
        agency,
        key,
        opened,
        number,
        DisciplineStatus.SANCTIONED,
        level=SanctionLevel.MEDIUM if number % 2 else SanctionLevel.LIGHT,
        decided_on=decided,
        sanction_from=decided + timedelta(days=5),
        sanction_to=until,
        decree_no=f"800.1.6.2/{number}/{opened.year}",
    )


def save_absences(agency: Agency, days: Days, *, seed: int) -> None:
    """Leave and travel around now, the head who is on leave, and a course that leaves the law section thin."""
    chance = Random(f"absences:{seed}")
    course = days.weekday(COURSE_WEEK, COURSE_WEEKDAY)
    rows = [
        _absence(agency, "kaban", AbsenceKind.LEAVE, days.back(6), days.forward(8), 1),
        *(_absence(agency, key, AbsenceKind.TRAINING, course, course, 2) for key in COURSE),
    ]
    kinds = (AbsenceKind.LEAVE, AbsenceKind.LEAVE, AbsenceKind.SICK, AbsenceKind.TRAVEL, AbsenceKind.TRAINING)
    for key in agency.employees:
        if key in CAST or chance.random() >= ABSENT_SHARE:
            continue
        start = days.as_of + timedelta(days=chance.randrange(-14, 21))
        end = start + timedelta(days=chance.randrange(1, 6))
        rows.append(_absence(agency, key, chance.choice(kinds), start, end, len(rows) + 1))
    Absence.objects.bulk_create(rows, batch_size=BATCH)


def _absence(agency: Agency, key: str, kind: str, start: date, end: date, number: int) -> Absence:
    reference = f"{kind.upper()}/{number}/{start.year}"
    return Absence(employee=agency.employees[key], kind=kind, reference=reference, valid_from=start, valid_to=end)

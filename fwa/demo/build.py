"""Loads the whole demo in one transaction: agency, people, history, and the story on top."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from attendance.demo.corrections import save_corrections
from attendance.demo.days import save_days
from attendance.demo.devices import save_devices
from attendance.demo.patterns import save_patterns
from attendance.demo.presence import save_presence
from attendance.demo.rosters import save_rosters
from attendance.models import AssignmentDay
from fwa.demo import agency as agency_data
from fwa.demo import (
    cases_city,
    cases_group,
    cases_law,
    cases_outputs,
    cases_policy,
    cases_reviews,
    facts,
    history,
    history_rows,
    periods,
    reset,
    staff,
)
from fwa.demo.clock import Days, StoryClock, at_moment, moment
from fwa.demo.ledger_rows import LedgerRows
from fwa.demo.mapping import save_proposal
from fwa.demo.people import CAST, Inventor
from fwa.demo.posts import save_posts
from fwa.demo.staff import Agency
from fwa.demo.story import Story
from fwa.demo.units import CORE_SEATS, CORE_UNITS, ROOT, SMALLEST, UnitPlan, filler
from fwa.models import Request
from organization import outbox
from organization.models import AgencyProfile, Employee, Notice, Site, Unit, User
from performance.demo.evaluations import save_evaluations
from performance.demo.reports import save_reports
from performance.demo.reviews import save_reviews
from performance.models import Output, OutputContract

READ_AFTER = timedelta(days=4)
DAY_BEGAN = 10  # o'clock, when everybody has come
BEFORE_HISTORY = relativedelta(months=3)


@dataclass(frozen=True)
class Summary:
    """What was loaded."""

    employees: int
    units: int
    requests: int
    days: int


@dataclass(frozen=True)
class Plan:
    """What is asked for: how many people, months of history, which city, and which day is today."""

    employees: int
    months: int
    seed: int
    as_of: date


def load_demo(plan: Plan) -> Summary:
    """Replace a demo by a fresh one, or fill an empty database. Raises NotADemo, and ValueError for too few people."""
    if plan.employees < SMALLEST:
        raise ValueError(f"the story needs {SMALLEST} people")
    with translation.override("id"), transaction.atomic():
        reset.clear(was_demo=reset.lock_and_check())
        _load(plan)
    outbox.wake()
    return Summary(
        employees=Employee.objects.count(),
        units=Unit.objects.count(),
        requests=Request.objects.count(),
        days=AssignmentDay.objects.count(),
    )


def _load(plan: Plan) -> None:
    since = (plan.as_of - relativedelta(months=plan.months) - BEFORE_HISTORY - timedelta(weeks=6)).replace(day=1)
    off = agency_data.save_calendar(since, plan.as_of + timedelta(days=366))
    days = Days(plan.as_of, off)
    clock = StoryClock(moment(since, 8))
    with clock.running():
        agency, sites, profile = _save_agency(plan, days, since)
        save_patterns(since=since)
        numbers = _save_history(plan, days, clock, agency, profile)
        story = Story(agency, days, sites)
        clock.play(
            [
                *cases_law.cases(story),
                *cases_city.cases(story),
                *cases_group.cases(story),
                *cases_reviews.cases(story),
                *cases_policy.cases(story),
                *cases_outputs.cases(story),
            ]
        )
        save_rosters(as_of=plan.as_of, fallback=agency.users["kepegawaian"])
    _after(plan, agency, history_numbers=numbers)
    save_days(as_of=plan.as_of, at=moment(plan.as_of, DAY_BEGAN))  # last: they follow from everything above
    save_presence(
        as_of=plan.as_of,
        at=moment(plan.as_of, DAY_BEGAN),
        employee=agency.users["ratna"],
        hr=agency.users["kepegawaian"],
    )
    save_devices(
        as_of=plan.as_of,
        at=at_moment,
        supervisor=agency.users["lestari"],
        employee=agency.users["ratna"],
        hr=agency.users["kepegawaian"],
    )
    save_corrections(
        as_of=plan.as_of,
        at=at_moment,
        supervisor=agency.users["lestari"],
        employee=agency.users["ratna"],
        hr=agency.users["kepegawaian"],
    )
    save_reports(
        as_of=plan.as_of,
        zone=agency_data.ZONE,
        supervisor=agency.users["lestari"],
        employee=agency.users["ratna"],
    )
    # After the reports, which it judges.
    save_reviews(at=moment(plan.as_of, DAY_BEGAN), supervisor=agency.users["lestari"], employee=agency.users["ratna"])
    save_evaluations(
        as_of=plan.as_of,
        at=moment(plan.as_of, DAY_BEGAN),
        supervisor=agency.users["lestari"],
        employee=agency.users["ratna"],
    )


def _save_agency(plan: Plan, days: Days, since: date) -> tuple[Agency, dict[str, Site], AgencyProfile]:
    """Everything that is true before anybody asks for anything."""
    profile = agency_data.save_profile(moment(since, 8))
    sites = agency_data.save_sites()
    agency = Agency(positions=save_posts(since))
    more_units, more_seats = filler(plan.employees - SMALLEST)
    units = [UnitPlan(ROOT, agency_data.NAME, ""), *CORE_UNITS, *more_units]
    seats = [*CORE_SEATS, *more_seats]
    staff.save_units(agency, units, sites, since=since - relativedelta(years=12), zone=agency_data.ZONE)
    settled_by = since - relativedelta(months=7)  # nobody is new in post when the history begins, but for some
    people = Inventor(seed=plan.seed, as_of=plan.as_of, settled_by=settled_by).people(seats)
    staff.save_people(agency, seats, people, since=since)
    staff.save_minimums(agency, since=since)
    facts.save_roles(agency, since=since)
    facts.save_readiness(agency, since=since)
    facts.save_predicates(agency, as_of=plan.as_of, seed=plan.seed)
    facts.save_discipline(agency, as_of=plan.as_of, seed=plan.seed)
    facts.save_absences(agency, days, seed=plan.seed)
    agency_data.save_policies(agency, since=since, decided_on=since - timedelta(days=14))
    save_proposal(agency, as_of=plan.as_of)
    periods.save_periods(agency, plan.as_of)
    return agency, sites, profile


def _save_history(plan: Plan, days: Days, clock: StoryClock, agency: Agency, profile: AgencyProfile) -> set[str]:
    """Returns the numbers of the past requests."""
    chance = Random(f"history:{plan.seed}")
    blocks = history.plan_blocks(days, plan.months)
    past = [block for block in blocks if not block.is_running]
    numbers: Counter[tuple[str, int]] = Counter()
    ledger = LedgerRows()
    wave = history_rows.Wave(
        agency=agency,
        days=days,
        chance=chance,
        numbers=numbers,
        ledger=ledger,
        letters_at=moment(plan.as_of, 0) + history_rows.LETTERS_FROM,
        profile=profile,
        last_past=past[-1].end if past else plan.as_of,
    )
    for block in blocks:
        clock.at = moment(block.sent_on, 9)
        history_rows.save_wave(wave, history.choose(agency, block, chance, today=plan.as_of))
    history_rows.save_numbers(numbers)
    ledger.save()
    return set(OutputContract.objects.values_list("reference", flat=True))


def _after(plan: Plan, agency: Agency, *, history_numbers: set[str]) -> None:
    """What the story promised and is due is there; old notices were read; from now on the demo users also get mail."""
    due = Output.objects.filter(due_on__lt=plan.as_of).exclude(contract__reference__in=history_numbers)
    due.update(recorded=F("target"), recorded_on=F("due_on"), delivered=F("target"), delivered_on=F("due_on"))
    old = moment(plan.as_of, 0) - READ_AFTER
    Notice.objects.filter(created_at__lt=old).update(read_at=F("created_at"))
    for key, role in CAST.items():
        if role.username:
            user = agency.users[key]
            User.objects.filter(pk=user.pk).update(email=f"{role.username}@contoh.go.id")


def today() -> date:
    return timezone.localdate()

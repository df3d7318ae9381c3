"""What was granted before now: who had an arrangement in which period, chosen within every unit's quota."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from attendance.coverage import quota_places
from eligibility.criteria.base import Ask
from eligibility.enums import FlexKind, PlaceKind, PolicyCode, Rounding, Verdict
from eligibility.models import PolicyVersion
from eligibility.screening import ScreeningResult, screen_many, version_in_force
from fwa.demo.agency import QUOTA_PCT
from fwa.demo.clock import Days
from fwa.demo.staff import Agency
from fwa.demo.units import CORE_UNITS
from organization.models import Employee

RUNNING_FROM, RUNNING_TO = -6, 5  # weeks from now: first and last week of what runs today
LONGEST_MONTHS = 3
LEAD_DAYS = 14  # working days from sending a request to its first day
PATTERNS = ((2, 4), (1, 3), (3, 5), (2,), (4,), (5,), (1,))
# People of the story with a past; the others of the core are left to their cases.
STORY_PAST: dict[str, tuple[int, ...]] = {"ratna": (2, 4), "hamzah": (1, 3), "agus": (5,), "kom-5": (4,)}
ASK = Ask(kind=FlexKind.LOCATION, place_kind=PlaceKind.HOME)
CORE = frozenset(plan.code for plan in CORE_UNITS)


@dataclass(frozen=True)
class Block:
    """A period in which arrangements of one wave ran."""

    start: date
    end: date
    sent_on: date
    is_running: bool


@dataclass(frozen=True)
class Grant:
    """One past arrangement: whose, when, on which weekdays, and how many outputs were promised."""

    key: str
    block: Block
    weekdays: tuple[int, ...]
    outputs: int
    verdict: ScreeningResult


def plan_blocks(days: Days, months: int) -> list[Block]:
    """The wave that runs now, and waves of at most three months over `months` before it; oldest first."""
    start = days.monday(RUNNING_FROM)
    blocks = [_block(days, start, days.monday(RUNNING_TO) + timedelta(days=4), is_running=True)]
    left = months
    while left > 0:
        end = start - timedelta(days=1)
        length = min(LONGEST_MONTHS, left)
        start = end + timedelta(days=1) - relativedelta(months=length)
        blocks.append(_block(days, start, end, is_running=False))
        left -= length
    return blocks[::-1]


def _block(days: Days, start: date, end: date, *, is_running: bool) -> Block:
    return Block(start, end, sent_on=days.before(start, LEAD_DAYS), is_running=is_running)


def choose(agency: Agency, block: Block, chance: Random, *, today: date) -> list[Grant]:
    """Half of every unit's places for eligible people, by the rules in force on the day they asked: one query.

    What runs today went on only where the rules still hold today: the story opens its reviews itself, and the first
    night must find no others.
    """
    wanted = dict(_candidates(agency, block, chance))
    version = version_in_force(PolicyCode.LOCATION, block.sent_on)
    if version is None:
        raise ValueError("the policy begins after the history")
    ids = {agency.employees[key].pk: key for keys, _places in wanted.values() for key in keys}
    eligible = _eligible(ids, version, block.sent_on)
    if block.is_running:
        still = _eligible(ids, version_in_force(PolicyCode.LOCATION, today) or version, today)
        eligible = {key: item for key, item in eligible.items() if key in still}
    grants = []
    for keys, places in wanted.values():
        for key in [key for key in keys if key in eligible][:places]:
            weekdays = STORY_PAST.get(key) or chance.choice(PATTERNS)
            outputs = 5 if key == "ratna" else 3
            grants.append(Grant(key, block, weekdays, outputs, eligible[key]))
    return grants


def _eligible(ids: dict[int, str], version: PolicyVersion, on: date) -> dict[str, ScreeningResult]:
    """Those of the people (id to key) whom the rules let work at home, as of a day."""
    results = screen_many(Employee.objects.filter(pk__in=ids), version, on=on, ask=ASK)
    return {ids[item.employee_id]: item for item in results if item.verdict != Verdict.NOT_ELIGIBLE}


def _candidates(agency: Agency, block: Block, chance: Random) -> Iterator[tuple[str, tuple[list[str], int]]]:
    """Per unit: keys in the order in which they are asked, and how many may have an arrangement."""
    for code, members in agency.members().items():
        plan = agency.plans[code]
        if plan.direct or plan.around_clock:
            continue
        if code in CORE:
            keys = [key for key in members if key in STORY_PAST]
            if keys and not block.is_running:
                yield code, (keys, len(keys))
            continue
        keys = [key for key in members if not agency.seats[key].head]
        chance.shuffle(keys)
        places = quota_places(len(members), plan.quota or QUOTA_PCT, Rounding.DOWN)
        yield code, (keys[: 3 * places], max(1, places // 2))

"""How well the integrity signals tell who fakes: a labelled month of made-up people, always the same.

    python -m benchmarks.bench_integrity [--people 1000] [--seed 20261]

Runs inside a transaction that is rolled back, on a migrated database without people. Honest people have the noise and
the mishaps of real phones (a cached fix, thick walls, a flight, a tablet of a whole post); fakers cheat in seven ways,
one each. Every signal is then asked as in service: each day for new entries, once for the month. A signal catches a
faker when it is the one meant for that way; a false alarm is a flag on an honest person.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

DAYS = [date(2026, 10, day) for day in range(5, 31) if date(2026, 10, day).isoweekday() < 6]
METRE = 1 / 111_195  # degrees of latitude
JAKARTA = (-6.1754, 106.8272)
#: Ways to be, the signal meant for it ("" for the honest), and how many of 1,000 people are so.
KINDS = {
    "commuter": ("", 500),
    "at home two days a week": ("", 200),
    "phone that repeats its last fix": ("", 60),
    "thick walls": ("", 40),
    "duty trip, back overland": ("", 20),
    "duty trip by air within the day": ("", 10),
    "one tablet for a post of four": ("", 20),
    "clock 3 to 8 minutes off": ("", 50),
    "clock 20 minutes off": ("", 10),
    "fakes one fixed point": ("same_point", 20),
    "shares a copied point with three": ("shared_point", 20),
    "fakes a point that trembles": ("same_point", 10),
    "phone of a colleague, five on it": ("shared_device", 20),
    "enters from two places": ("travel", 10),
    "sets the clock back half an hour": ("clock", 5),
    "coarse fake position": ("accuracy", 5),
}
SIGNALS = ("same_point", "shared_point", "shared_device", "travel", "clock", "accuracy")


@dataclass
class Person:
    """Somebody with a label, an office, a home and a phone."""

    pk: int
    kind: str
    number: int
    office: tuple[float, float]
    home: tuple[float, float]


@dataclass
class Made:
    """One entry as a phone would send it."""

    pk: int
    at: datetime
    point: tuple[float, float]
    accuracy: int
    device: str
    client_off: timedelta = timedelta()


class Month:
    """Makes the entries of all people from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # a benchmark, the same each time

    def near(self, point: tuple[float, float], sigma: float) -> tuple[float, float]:
        """A fix around a point, in six decimals as phones give it."""
        return tuple(round(axis + self.random.gauss(0, sigma) * METRE, 6) for axis in point)  # type: ignore[return-value]

    def person(self, pk: int, kind: str, number: int) -> Person:
        """Office: one of 20; home: up to 15 km away."""
        office = (round(-1.2 - pk % 20 * 0.01, 6), 116.8)
        return Person(pk, kind, number, office, self.near(office, 6000))

    def entries(self, person: Person) -> Iterator[Made]:
        """Two entries a day, and what the kind adds."""
        last: tuple[float, float] | None = None
        for index, day in enumerate(DAYS):
            for is_out in (False, True):
                minutes = self.random.gauss(16 * 60 + 10 if is_out else 7 * 60 + 20, 8)
                at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes - 8 * 60)
                made = self._entry(person, at, index, is_out, last)
                last = made.point
                yield made
                if person.kind == "enters from two places" and index % 5 == 0 and not is_out:
                    again = at + timedelta(minutes=20)
                    far = (person.office[0] - 1.5, person.office[1])  # 165 km away, where they really are
                    yield Made(person.pk, again, self.near(far, 12), 20, made.device)

    def _entry(self, person: Person, at: datetime, index: int, is_out: bool, last: tuple[float, float] | None) -> Made:
        point, accuracy = self.near(person.office, 12), int(abs(self.random.gauss(18, 12))) + 3
        device, off = f"phone {person.pk}", timedelta(seconds=self.random.gauss(0, 20))
        if self.random.random() < 0.02:  # now and then a bad fix
            accuracy = self.random.randint(120, 400)
        made = Made(person.pk, at, point, accuracy, device, off)
        self._honest(made, person, index, is_out, last)
        self._faked(made, person, is_out)
        return made

    def _honest(self, made: Made, person: Person, index: int, is_out: bool, last: tuple[float, float] | None) -> None:
        match person.kind:
            case "at home two days a week" if index % 5 in (1, 3):
                made.point = self.near(person.home, 8)
            case "phone that repeats its last fix" if last and self.random.random() < 0.3:
                made.point = last
            case "thick walls" if self.random.random() < 0.25:
                made.accuracy = self.random.randint(110, 300)
            case "duty trip, back overland" if index == 7 and is_out:
                made.point = self.near((person.office[0] - 2.5, person.office[1]), 12)  # 280 km
            case "duty trip by air within the day" if index == 7 and is_out:
                made.point, made.at = self.near(JAKARTA, 12), made.at - timedelta(hours=4.5)
            case "one tablet for a post of four":
                made.device = f"tablet {person.number // 4}"
            case "clock 3 to 8 minutes off":
                made.client_off = timedelta(minutes=3 + person.number % 6)
            case "clock 20 minutes off":
                made.client_off = timedelta(minutes=20)

    def _faked(self, made: Made, person: Person, is_out: bool) -> None:
        match person.kind:
            case "fakes one fixed point":
                made.point, made.accuracy = (round(person.office[0] + 20 * METRE, 6), person.office[1]), 10
            case "shares a copied point with three":
                made.point, made.accuracy = (round(-1.25 + person.number // 4 * 0.001, 6), 116.81), 10
            case "fakes a point that trembles":
                made.point, made.accuracy = self.near(person.office, 5), 10
            case "phone of a colleague, five on it":
                made.device = f"lent {person.number // 5}"
            case "sets the clock back half an hour" if not is_out:
                made.client_off = timedelta(minutes=-30)
            case "coarse fake position":
                made.accuracy = 1500


def make_people(count: int, month: Month) -> list[Person]:
    """So many people of each kind, out of all, in a fixed order."""
    from benchmarks.bench_checkin_people import make
    from organization.models import Employee

    kinds = [(kind, n) for kind, (_signal, share) in KINDS.items() for n in range(max(share * count // 1000, 1))]
    make(len(kinds))
    keys = Employee.objects.order_by("nip").values_list("pk", flat=True)[: len(kinds)]
    return [month.person(pk, kind, n) for pk, (kind, n) in zip(keys, kinds, strict=True)]


def write(entries: list[Made], month: Month) -> None:
    """As the recording of entries keeps them: the position sealed, digests of point and device."""
    from attendance import evidence
    from attendance.models import PresenceEvent, PresenceEvidence
    from attendance.places import Position

    events, kept = [], []
    for made in entries:
        event = PresenceEvent(
            client_id=UUID(int=month.random.getrandbits(128)), employee_id=made.pk, direction="in", channel="app",
            occurred_at=made.at, received_at=made.at, client_at=made.at + made.client_off, accuracy_m=made.accuracy,
            device=evidence.device_digest(made.device),
        )  # fmt: skip
        position = Position(*made.point, made.accuracy)
        sealed = evidence.seal_position(position, owner=evidence.entry_owner(event.client_id))
        events.append(event)
        kept.append(PresenceEvidence(event=event, position=sealed, point=evidence.point_digest(position)))
    PresenceEvent.objects.bulk_create(events, batch_size=2000)
    PresenceEvidence.objects.bulk_create(kept, batch_size=2000)


def measure(count: int, seed: int) -> None:
    """Make the month, ask the signals, print both tables."""
    from attendance.models import IntegrityFlag
    from attendance.services.integrity import look_at_new_entries, look_at_the_month

    month = Month(seed)
    people = make_people(count, month)
    entries = [made for person in people for made in month.entries(person)]
    write(entries, month)
    for day in DAYS:
        look_at_new_entries(now=datetime(day.year, day.month, day.day, 15, tzinfo=UTC))
    look_at_the_month(now=datetime(2026, 10, 30, 18, tzinfo=UTC))
    flags: dict[int, set[str]] = defaultdict(set)
    for employee_id, kind in IntegrityFlag.objects.order_by().values_list("employee_id", "kind"):
        flags[employee_id].add(kind)
    print(f"{len(people)} people, {len(entries)} entries on {len(DAYS)} days, seed {seed}\n")
    _by_signal(people, flags)
    _by_kind(people, flags)


def _by_signal(people: list[Person], flags: dict[int, set[str]]) -> None:
    honest = [person for person in people if not KINDS[person.kind][0]]
    print("| Signal | fakers it is meant for | caught | recall | honest people flagged | of all honest |")
    print("|---|---|---|---|---|---|")
    for signal in SIGNALS:
        meant = [person for person in people if KINDS[person.kind][0] == signal]
        caught = sum(signal in flags[person.pk] for person in meant)
        false = sum(signal in flags[person.pk] for person in honest)
        share = f"{100 * false / len(honest):.1f} %"
        print(f"| {signal} | {len(meant)} | {caught} | {100 * caught / len(meant):.0f} % | {false} | {share} |")
    flagged = sum(bool(flags[person.pk]) for person in honest)
    fakers = [person for person in people if KINDS[person.kind][0]]
    caught = sum(bool(flags[person.pk]) for person in fakers)
    print(
        f"| any | {len(fakers)} | {caught} | {100 * caught / len(fakers):.0f} % | {flagged} "
        f"| {100 * flagged / len(honest):.1f} % |\n"
    )


def _by_kind(people: list[Person], flags: dict[int, set[str]]) -> None:
    print("| Who | people | flagged | by |\n|---|---|---|---|")
    for kind in KINDS:
        group = [person for person in people if person.kind == kind]
        by: Counter[str] = Counter(signal for person in group for signal in flags[person.pk])
        words = ", ".join(f"{signal} {number}" for signal, number in sorted(by.items()))
        print(f"| {kind} | {len(group)} | {sum(bool(flags[person.pk]) for person in group)} | {words} |")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261)
    options: Any = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        measure(options.people, options.seed)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()

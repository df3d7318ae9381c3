"""Group determinations: who gets which days, and one decision for everybody or for nobody."""

from collections import Counter
from datetime import timedelta

import pytest

from attendance.models import Assignment, AssignmentDay
from fwa import ledger
from fwa.errors import AlreadyDecided
from fwa.models import Decision, Determination, LedgerEntry, Request
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from organization.models import Notice, OutboxMessage, StaffingMinimum
from performance.models import Output
from tests.fwa.determinations_kit import drafted, make_bureau
from tests.world import SINCE, make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def prepared(world, unit, **changes):
    made = drafted(world, unit, **changes)
    return prepare_determination(by=world.users["hr"], determination_id=made.pk)


def decided(world, determination, *, by="boss", **options):
    """Decide as the page and the worker do."""
    asked = ask_decision(
        by=world.users[by], determination_id=determination.pk, digest=determination.plan_digest, **options
    )
    perform_decision(asked.pk, asked.asked_at.isoformat())
    return Determination.objects.get(pk=asked.pk)


def away_per_day(determination):
    return Counter(day for days in determination.members.values_list("days", flat=True) for day in days)


def test_fixed_days_are_given_in_turn_until_the_quota_is_full(world):
    bureau = make_bureau(world, 10, quota_pct=30)

    made = prepared(world, bureau)

    assert made.status == "prepared"
    assert set(away_per_day(made).values()) == {3}
    with_days = [member for member in made.members.order_by("employee__name") if member.days]
    assert [member.employee.name for member in with_days] == ["Pegawai 1000", "Pegawai 1001", "Pegawai 1002"]
    assert {len(member.days) for member in with_days} == {8}
    left = made.members.exclude(pk__in=[member.pk for member in with_days])
    assert set(left.values_list("outcome", flat=True)) == {"no_day"}
    problem = left.first().problems[(next_monday() + timedelta(days=1)).isoformat()]
    assert problem == {"code": "unit_full", "detail": {"unit": "Biro Organisasi", "away": 3, "quota": 3}}


def test_a_unit_of_sixty_by_rotation_keeps_minimum_and_quota_and_spreads_evenly(world):
    bureau = make_bureau(world, 60, quota_pct=25)
    StaffingMinimum.objects.create(unit=bureau, weekday=1, count=50, valid_from=SINCE)

    made = prepared(world, bureau, pattern="rotation", weekdays=(), days_per_week=2)

    away = away_per_day(made)
    assert all(count <= (10 if day.isoweekday() == 1 else 15) for day, count in away.items())
    totals = [len(member.days) for member in made.members.all()]
    assert max(totals) - min(totals) <= 1
    assert sum(totals) == 4 * (10 + 4 * 15)
    short = [member for member in made.members.all() if member.reasons]
    assert short
    assert {reason["code"] for member in short for reason in member.reasons} <= {"unit_full", "below_minimum"}


def test_one_decision_gives_everybody_what_a_single_request_would(world):
    bureau = make_bureau(world, 10, quota_pct=30)

    made = decided(world, prepared(world, bureau), number="800/12/2026")

    assert (made.status, made.message, made.difference) == ("decided", "", [])
    assert made.decided_by == world.users["boss"]
    requests = Request.objects.filter(determination=made).order_by("number")
    assert [row.status for row in requests] == ["approved"] * 3
    assert [row.number[-4:] for row in requests] == ["0001", "0002", "0003"]
    first = requests[0]
    assert first.assignment.reference == first.number
    assert first.assignment.place_label == "Jl. Mulawarman RT 16"
    assert first.assignment.days.filter(status="in_force", is_away=True, counts_toward_cap=True).count() == 8
    assert list(first.dates.values_list("day", "status", "is_live")) == [
        (day, "granted", False) for day in first.determination_member.days
    ]
    assert first.screenings.count() == 1
    assert first.outputs.count() == 1
    assert Output.objects.filter(contract__reference=first.number).count() == 1
    assert list(Decision.objects.filter(request=first).values_list("kind", "dates_granted")) == [("determine", 8)]
    assert made.decree.number == "800/12/2026"
    assert first.letter.number == "800/12/2026 (petikan 1)"
    assert first.letter.content["excerpt_of"] == {"number": "800/12/2026", "line": 1}
    assert Notice.objects.filter(code="fwa.determined").count() == 3
    assert OutboxMessage.objects.filter(topic="fwa.render_letter").count() == 3
    assert ledger.verify() == []
    entry = LedgerEntry.objects.get(chain=f"determination:{made.pk}")
    assert (entry.code, entry.payload["people"], entry.payload["days"]) == ("determination.decided", 3, 24)


def test_the_worker_may_get_the_same_message_twice(world):
    made = prepared(world, make_bureau(world, 4, quota_pct=30))
    asked = ask_decision(by=world.users["boss"], determination_id=made.pk, digest=made.plan_digest)

    for _time in range(2):
        perform_decision(asked.pk, asked.asked_at.isoformat())

    assert Request.objects.filter(determination=made).count() == 1
    assert ledger.verify() == []


def test_what_moved_since_the_plan_stops_the_whole_decree_and_is_told(world):
    bureau = make_bureau(world, 10, quota_pct=30)
    made = prepared(world, bureau)
    tuesday = next_monday() + timedelta(days=1)
    taken = made.members.filter(outcome="planned").first().employee
    asked = ask_decision(by=world.users["boss"], determination_id=made.pk, digest=made.plan_digest)
    held = Assignment.objects.create(
        employee=taken, unit=bureau, reference="FW-LAIN", kind="location", valid_from=tuesday, valid_to=tuesday
    )
    AssignmentDay.objects.create(
        assignment=held, employee=taken, unit=bureau, day=tuesday, facet="location", is_away=True
    )

    perform_decision(asked.pk, asked.asked_at.isoformat())

    made.refresh_from_db()
    assert made.status == "prepared"
    assert Request.objects.filter(determination=made).count() == 0
    assert not hasattr(made, "decree")
    assert {"employee": taken.pk, "code": "clash", "day": str(tuesday), "detail": {"reference": "FW-LAIN"}} in (
        made.difference
    )
    assert made.plan_digest != asked.plan_digest
    assert decided(world, made).status == "decided"
    assert ledger.verify() == []


def test_a_plan_that_was_computed_again_is_not_decided_unseen(world):
    made = prepared(world, make_bureau(world, 4, quota_pct=30))

    with pytest.raises(AlreadyDecided):
        ask_decision(by=world.users["boss"], determination_id=made.pk, digest="0" * 64)

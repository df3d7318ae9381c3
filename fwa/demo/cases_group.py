"""Two group determinations: one decided with its decree and excerpts, one prepared that waits for the authority."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from eligibility.enums import FlexKind, PlaceKind
from fwa.data import OutputData
from fwa.demo.clock import Case, moment
from fwa.demo.story import Story
from fwa.enums import Pattern
from fwa.models import Determination
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.determinations import Criteria, DeterminationData, add_by_criteria, save_determination
from organization.models import Unit


def cases(story: Story) -> list[Case]:
    return [decided(story), prepared(story)]


def decided(story: Story) -> Case:
    """One day a week in rotation for an office, determined by the secretary of the city."""
    yield moment(story.days.back(4), 13, 30)
    made = _prepare(story, _unit("OPD-003", "INSPEKTORAT"), days_per_week=1, start=story.days.monday(1), weeks=10)
    yield moment(story.days.back(3), 15, 10)
    asked = ask_decision(by=story.user("pimpinan"), determination_id=made.pk, digest=made.plan_digest)
    perform_decision(asked.pk, asked.asked_at.isoformat() if asked.asked_at else "")


def prepared(story: Story) -> Case:
    """Two days a week in rotation for another office; the plan waits for a decision."""
    yield moment(story.days.back(1), 14, 20)
    _prepare(story, _unit("OPD-002", "BKPSDM"), days_per_week=2, start=story.days.monday(2), weeks=12)


def _unit(code: str, instead: str) -> Unit:
    """The office, or one of the core where the demo is small."""
    return Unit.objects.filter(code=code).first() or Unit.objects.get(code=instead)


def _prepare(story: Story, unit: Unit, *, days_per_week: int, start: date, weeks: int) -> Determination:
    by = story.user("kepegawaian")
    made = save_determination(
        by=by,
        data=DeterminationData(
            title=f"Kerja dari rumah bergilir, {unit.name}"[:200],
            unit_id=unit.pk,
            kind=FlexKind.LOCATION,
            place_kind=PlaceKind.HOME,
            valid_from=start,
            valid_to=start + timedelta(weeks=weeks, days=-3),
            pattern=Pattern.ROTATION,
            days_per_week=days_per_week,
            reason="Penataan ruang kerja dan efisiensi gedung dengan layanan yang tetap terjaga.",
            work_plan="Menyelesaikan dokumen perencanaan dan laporan kinerja unit sesuai target triwulan.",
            outputs=(
                OutputData("Dokumen sesuai sasaran kinerja", "dokumen", Decimal(6), start + timedelta(weeks=weeks - 1)),
                OutputData("Laporan hasil kerja bulanan", "laporan", Decimal(2), start + timedelta(weeks=weeks - 2)),
            ),
        ),
    )
    add_by_criteria(by=by, determination_id=made.pk, criteria=Criteria(unit_id=unit.pk))
    return prepare_determination(by=by, determination_id=made.pk)

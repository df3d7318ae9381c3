"""Work results and evaluations of the demo: the plans of one team, aligned, and evaluations in three states."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from organization.leading import led_by
from organization.models import Employee, User
from performance.alignment import superiors_of
from performance.enums import Behaviour, EvaluationStatus, PeriodKind, Perspective, Rating, RecordSource, ResultKind
from performance.matrix import predicate_of
from performance.models import BehaviourRating, DialogueNote, Evaluation, WorkResult
from performance.periods import last_closed_period, period_around
from performance.services.evaluations import arithmetic_of
from performance.suggestion import suggested
from performance.terms import performance_terms_on

TEAM = 6
TOP = ("Produk hukum daerah selesai tepat waktu", "Persentase rancangan yang diundangkan", "90", "%")
LED = (
    ("Naskah akademik dan rancangan peraturan tersusun", "Jumlah rancangan", "6", "rancangan"),
    ("Pendapat hukum terjawab sesuai standar layanan", "Persentase yang terjawab dalam lima hari kerja", "95", "%"),
)
OWN = (
    ("Kajian tarif dan retribusi tersusun", "Jumlah kajian", "4", "dokumen"),
    ("Telaahan staf terselesaikan", "Jumlah telaahan", "24", "telaahan"),
)
SUMMARY = "Capaian baik; dua telaahan selesai lebih cepat dari yang diminta. Lanjutkan pendampingan perangkat daerah."
NOTES = (
    (True, "Dialog awal: bagi beban kajian antara dua triwulan."),
    (False, "Setuju. Saya usulkan data tarif diminta lebih awal."),
)


def save_evaluations(*, as_of: date, at: datetime, supervisor: User, employee: User) -> None:
    """Call it when outputs are delivered and rated. The employee's own last quarter is closed, a colleague's waits for
    an answer, another's is a draft."""
    own = Employee.objects.get(user=employee)
    leader = Employee.objects.get(user=supervisor)
    team = [own, *led_by(supervisor, with_hr=False).exclude(pk=own.pk).order_by("pk")[: TEAM - 1]]
    _save_results(as_of, at, leader, team)
    start, end = last_closed_period(PeriodKind.QUARTER, as_of)
    states = (EvaluationStatus.CLOSED, EvaluationStatus.SHARED, EvaluationStatus.DRAFT)
    for person, status in zip(team, states, strict=False):
        _evaluation(person, status, start, end, as_of, at, supervisor)
    month = last_closed_period(PeriodKind.MONTH, as_of)
    _evaluation(own, EvaluationStatus.SHARED, *month, as_of, at, supervisor, kind=PeriodKind.MONTH)


# -------------------------------------------------------------------- results
def _save_results(as_of: date, at: datetime, leader: Employee, team: list[Employee]) -> None:
    start, end = period_around(PeriodKind.YEAR, as_of)

    def result(person: Employee, number: int, words: tuple[str, str, str, str], above: WorkResult | None) -> WorkResult:
        title, indicator, target, measure = words
        return WorkResult(
            employee=person, starts_on=start, ends_on=end, number=number, kind=ResultKind.MAIN, title=title,
            indicator=indicator, target=Decimal(target), unit_of_measure=measure, supports=above,
            perspective=Perspective.PROCESS, source=RecordSource.IMPORTED, reference=f"RHK-{person.pk}-{number}",
            recorded_at=at,
        )  # fmt: skip

    head = superiors_of(leader, on=as_of).order_by("pk").first()
    top = result(head, 1, TOP, None) if head is not None else None
    if top is not None:
        top.save()
    led = WorkResult.objects.bulk_create([result(leader, number, words, top) for number, words in enumerate(LED, 1)])
    WorkResult.objects.bulk_create(
        result(person, number, words, led[(number + place) % len(led)])
        for place, person in enumerate(team)
        for number, words in enumerate(OWN, 1)
    )
    WorkResult.objects.create(
        employee=team[0], starts_on=start, ends_on=end, number=len(OWN) + 1, kind=ResultKind.ADDITIONAL,
        title="Anggota tim penyusun standar pelayanan", indicator="Peran dalam tim", approach="qualitative",
        target_text="Standar pelayanan ditetapkan", perspective=Perspective.LEARNING, recorded_by=team[0].user,
        recorded_at=at,
    )  # fmt: skip


# ---------------------------------------------------------------- evaluations
def _evaluation(
    person: Employee,
    status: str,
    start: date,
    end: date,
    as_of: date,
    at: datetime,
    supervisor: User,
    *,
    kind: str = PeriodKind.QUARTER,
) -> None:
    figures = arithmetic_of(employee_ids=[person.pk], start=start, end=end, today=as_of)[person.pk]
    suggestion = suggested(figures)
    rating = suggestion or Rating.MEETS
    row = Evaluation(
        employee=person,
        kind=kind,
        starts_on=start,
        ends_on=end,
        evaluator=supervisor,
        created_at=at - timedelta(days=9),
        arithmetic=figures.as_json(),
        suggested_rating=suggestion or "",
    )
    if status != EvaluationStatus.DRAFT:
        row.results_rating, row.behaviour_rating, row.summary = rating, Rating.MEETS, SUMMARY
        row.predicate = predicate_of(results=rating, behaviour=Rating.MEETS)
        row.shared_at = at - timedelta(days=3)
        row.answer_by_on = as_of + timedelta(days=performance_terms_on(as_of).objection_working_days)
        row.status = EvaluationStatus.SHARED
    row.save()
    if status == EvaluationStatus.DRAFT:
        return
    BehaviourRating.objects.bulk_create(
        BehaviourRating(
            evaluation=row, value=value, rating=Rating.ABOVE if value == Behaviour.SERVICE else Rating.MEETS
        )
        for value in Behaviour.values
    )
    if status != EvaluationStatus.CLOSED:
        return
    people = {True: supervisor, False: person.user}
    DialogueNote.objects.bulk_create(
        DialogueNote(evaluation=row, author=people[is_leader], text=text, at=at - timedelta(days=8 - number))
        for number, (is_leader, text) in enumerate(NOTES)
    )
    row.status, row.answered_at = EvaluationStatus.CLOSED, at - timedelta(days=2)
    row.closed_at, row.closed_by = at - timedelta(days=1), supervisor
    row.save()

"""Commands over evaluations: open drafts, write, share, answer, settle, close. Ours is advisory (regulation 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.guards import require
from organization.leading import acting_officer, led_by
from organization.models import Employee, User
from organization.selectors import holidays_between
from organization.working_hours import add_working_days
from performance.enums import Behaviour, EvaluationStatus, PeriodKind, Rating
from performance.errors import StateChanged
from performance.matrix import predicate_of
from performance.models import BehaviourRating, DialogueNote, Evaluation, Output, OutputContract
from performance.notifications_evaluations import (
    tell_acknowledged,
    tell_closed,
    tell_objected,
    tell_settled,
    tell_shared,
)
from performance.suggestion import Arithmetic, OutputFigures, behaviour_of, count, suggested
from performance.terms import performance_terms_on

TEXT_LENGTH = 4000
HOLIDAYS_AHEAD = timedelta(days=120)


@dataclass(frozen=True)
class Judgement:
    """What a leader writes: rating of the results, of each of the seven values with a note, and a summary.

    Anything may still be missing in a draft; sharing asks for all of it.
    """

    results_rating: str = ""
    rating_reason: str = ""
    behaviours: Mapping[str, tuple[str, str]] | None = None
    summary: str = ""


# ------------------------------------------------------------------- figures
def arithmetic_of(*, employee_ids: Collection[int], start: date, end: date, today: date) -> dict[int, Arithmetic]:
    """What the outputs of a period say, per employee; one query. What is due after `today` does not count yet."""
    terms = performance_terms_on(end)
    rows = Output.objects.due().filter(
        contract__employee__in=employee_ids, due_on__gte=start, due_on__lte=min(end, today)
    )
    figures: dict[int, list[OutputFigures]] = defaultdict(list)
    columns = ("contract__employee_id", "due_on", "target", "delivered", "delivered_on", "rating")
    for employee_id, *values in rows.order_by("pk").values_list(*columns):
        figures[employee_id].append(OutputFigures(*values))
    return {
        employee_id: count(
            figures[employee_id],
            until=today,
            above_from_pct=terms.above_from_pct,
            meets_from_pct=terms.meets_from_pct,
        )
        for employee_id in employee_ids
    }


def _refresh(evaluation: Evaluation, today: date) -> None:
    """Figures of the period as they stand now, with what they suggest."""
    figures = arithmetic_of(
        employee_ids=[evaluation.employee_id], start=evaluation.starts_on, end=evaluation.ends_on, today=today
    )[evaluation.employee_id]
    evaluation.arithmetic = figures.as_json()
    evaluation.suggested_rating = suggested(figures) or ""


# ---------------------------------------------------------------------- open
@transaction.atomic
def open_evaluations(
    *,
    by: User,
    employee_ids: Collection[int],
    kind: str,
    start: date,
    end: date,
    contract: OutputContract | None = None,
) -> list[Evaluation]:
    """Drafts for people whom `by` leads; who has one for the period already keeps it.

    Five queries, and three more a person where `by` stands in for somebody.

    Raises PermissionDenied for anybody who is not led by `by`, ValidationError for a period that has not begun.
    """
    today = timezone.localdate()
    if start > today:
        raise ValidationError(_("This period has not begun yet."))
    people = list(led_by(by, with_hr=False).filter(pk__in=set(employee_ids)).select_related("user"))
    if len(people) != len(set(employee_ids)) or by.is_service:
        raise PermissionDenied(_("Only whoever leads a person evaluates them."))
    figures = arithmetic_of(employee_ids=[person.pk for person in people], start=start, end=end, today=today)
    officers = {person.pk: acting_officer(by, person) for person in people}
    Evaluation.objects.bulk_create(
        [_draft(by, person, kind, start, end, contract, figures[person.pk], officers[person.pk]) for person in people],
        ignore_conflicts=True,
    )
    return list(Evaluation.objects.filter(employee__in=people, kind=kind, starts_on=start).select_related("employee"))


def _draft(
    by: User,
    person: Employee,
    kind: str,
    start: date,
    end: date,
    contract: OutputContract | None,
    figures: Arithmetic,
    officer: object,
) -> Evaluation:
    return Evaluation(
        employee=person,
        kind=kind,
        starts_on=start,
        ends_on=end,
        contract=contract if kind == PeriodKind.FIRST else None,
        evaluator=by,
        acting_for_id=getattr(officer, "user_id", None),
        created_at=timezone.now(),
        arithmetic=figures.as_json(),
        suggested_rating=suggested(figures) or "",
    )


# --------------------------------------------------------------------- write
def locked(public_id: UUID) -> Evaluation:
    """The evaluation, locked, with its person."""
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("employee__user", "evaluator")
    return rows.get(public_id=public_id)


def _require_status(evaluation: Evaluation, *allowed: str) -> None:
    if evaluation.status not in allowed:
        raise StateChanged(_("This evaluation has moved on meanwhile. The page shows how it stands now."))


@transaction.atomic
def save_draft(*, by: User, public_id: UUID, judgement: Judgement) -> Evaluation:
    """Keep what is written so far, with the figures as they stand. Raises PermissionDenied, StateChanged,
    ValidationError (a rating or value that does not exist)."""
    evaluation = locked(public_id)
    require(by, "performance.write_evaluation", evaluation)
    _require_status(evaluation, EvaluationStatus.DRAFT)
    _write(evaluation, judgement, by)
    evaluation.save()
    return evaluation


def _write(evaluation: Evaluation, judgement: Judgement, by: User) -> None:
    _refresh(evaluation, timezone.localdate())
    behaviours = judgement.behaviours or {}
    known = {"", *Rating.values}
    if judgement.results_rating not in known or any(rating not in known for rating, _note in behaviours.values()):
        raise ValidationError(_("Choose one of the three ratings."))
    if set(behaviours) - set(Behaviour.values):
        raise ValidationError(_("This is none of the seven values."))
    officer = acting_officer(by, evaluation.employee)
    evaluation.evaluator, evaluation.acting_for_id = by, officer.user_id if officer else None
    evaluation.results_rating = judgement.results_rating
    evaluation.rating_reason = judgement.rating_reason.strip()[:500]
    evaluation.summary = judgement.summary.strip()[:TEXT_LENGTH]
    rated = {value: (rating, note) for value, (rating, note) in behaviours.items() if rating}
    evaluation.behaviours.all().delete()
    BehaviourRating.objects.bulk_create(
        BehaviourRating(evaluation=evaluation, value=value, rating=rating, note=note.strip()[:300])
        for value, (rating, note) in rated.items()
    )
    is_whole = bool(evaluation.results_rating) and set(rated) == set(Behaviour.values)
    evaluation.behaviour_rating = behaviour_of(rating for rating, _note in rated.values()) if is_whole else ""
    evaluation.predicate = (
        predicate_of(results=evaluation.results_rating, behaviour=evaluation.behaviour_rating) if is_whole else ""
    )


@transaction.atomic
def share(*, by: User, public_id: UUID, judgement: Judgement) -> Evaluation:
    """Show it to the person, who acknowledges or objects. The figures are frozen as they stand now.

    Raises PermissionDenied, StateChanged, ValidationError naming what is missing: results, one of the seven values, or
    the reason why the rating differs from what the outputs suggest.
    """
    evaluation = locked(public_id)
    require(by, "performance.write_evaluation", evaluation)
    _require_status(evaluation, EvaluationStatus.DRAFT)
    _write(evaluation, judgement, by)
    _require_whole(evaluation, (judgement.behaviours or {}).items())
    today = timezone.localdate()
    holidays = holidays_between(today, today + HOLIDAYS_AHEAD)
    evaluation.status = EvaluationStatus.SHARED
    evaluation.shared_at = timezone.now()
    evaluation.answer_by_on = add_working_days(today, performance_terms_on(today).objection_working_days, holidays)
    evaluation.answered_at, evaluation.objection, evaluation.objection_answer = None, "", ""
    evaluation.save()
    tell_shared(evaluation)
    return evaluation


def _require_whole(evaluation: Evaluation, behaviours: Iterable[tuple[str, tuple[str, str]]]) -> None:
    errors: dict[str, str] = {}
    if not evaluation.results_rating:
        errors["results_rating"] = _("Rate the results.")
    rated = {value for value, (rating, _note) in behaviours if rating}
    missing = [label for value, label in Behaviour.choices if value not in rated]
    if missing:
        errors["behaviours"] = _("Still to be rated: %(values)s.") % {"values": ", ".join(missing)}
    differs = evaluation.suggested_rating and evaluation.results_rating != evaluation.suggested_rating
    if evaluation.results_rating and differs and not evaluation.rating_reason:
        errors["rating_reason"] = _("Say why the rating differs from what the outputs suggest.")
    if errors:
        raise ValidationError(errors)


# -------------------------------------------------------------------- answer
@transaction.atomic
def acknowledge(*, by: User, public_id: UUID) -> Evaluation:
    """The person has read it. Raises PermissionDenied, StateChanged."""
    evaluation = locked(public_id)
    require(by, "performance.answer_evaluation", evaluation)
    _require_status(evaluation, EvaluationStatus.SHARED)
    evaluation.status, evaluation.answered_at = EvaluationStatus.ACKNOWLEDGED, timezone.now()
    evaluation.save(update_fields=["status", "answered_at"])
    tell_acknowledged(evaluation)
    return evaluation


@transaction.atomic
def object_to(*, by: User, public_id: UUID, reason: str) -> Evaluation:
    """The person disagrees; somebody other than the evaluator settles it. Raises as `acknowledge`, and
    ValidationError without a reason. An objection after the last day is taken all the same until it is closed."""
    evaluation = locked(public_id)
    require(by, "performance.answer_evaluation", evaluation)
    _require_status(evaluation, EvaluationStatus.SHARED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what you disagree with; the second reader needs it.")})
    evaluation.status, evaluation.answered_at = EvaluationStatus.OBJECTED, timezone.now()
    evaluation.objection = reason.strip()[:TEXT_LENGTH]
    evaluation.save(update_fields=["status", "answered_at", "objection"])
    tell_objected(evaluation)
    return evaluation


@transaction.atomic
def settle(*, by: User, public_id: UUID, answer: str, send_back: bool) -> Evaluation:
    """Answer an objection: the evaluation goes back to its author, or stands and can be closed.

    Raises PermissionDenied (the evaluator, or who stands in for them), StateChanged, ValidationError without words.
    """
    evaluation = locked(public_id)
    require(by, "performance.settle_objection", evaluation)
    _require_status(evaluation, EvaluationStatus.OBJECTED)
    if evaluation.objection_answer:
        raise StateChanged(_("This objection is answered already. The page shows how it stands now."))
    if not answer.strip():
        raise ValidationError({"answer": _("Write an answer; both sides read it.")})
    DialogueNote.objects.create(
        evaluation=evaluation,
        author=by,
        at=timezone.now(),
        text=_("Objection: %(objection)s\n\nAnswer: %(answer)s")
        % {"objection": evaluation.objection[:900], "answer": answer.strip()[:900]},
    )
    evaluation.objection_answer = answer.strip()[:TEXT_LENGTH]
    if send_back:
        evaluation.status = EvaluationStatus.DRAFT
    evaluation.save(update_fields=["status", "objection_answer"])
    tell_settled(evaluation)
    return evaluation


@transaction.atomic
def close(*, by: User, public_id: UUID) -> Evaluation:
    """Lock it for good: acknowledged, objected to and answered, or not answered by the last day.

    Raises PermissionDenied, StateChanged; ValidationError while the person may still answer.
    """
    evaluation = locked(public_id)
    require(by, "performance.write_evaluation", evaluation)
    _require_status(evaluation, EvaluationStatus.SHARED, EvaluationStatus.ACKNOWLEDGED, EvaluationStatus.OBJECTED)
    today = timezone.localdate()
    if evaluation.status == EvaluationStatus.SHARED and evaluation.answer_by_on and evaluation.answer_by_on >= today:
        raise ValidationError(_("The person may still answer; it can be closed after that day."))
    if evaluation.status == EvaluationStatus.OBJECTED and not evaluation.objection_answer:
        raise ValidationError(_("The objection has to be answered first, by somebody other than the evaluator."))
    evaluation.status, evaluation.closed_at, evaluation.closed_by = EvaluationStatus.CLOSED, timezone.now(), by
    evaluation.save(update_fields=["status", "closed_at", "closed_by"])
    tell_closed(evaluation)
    return evaluation


@transaction.atomic
def add_note(*, by: User, public_id: UUID, text: str) -> DialogueNote:
    """A note of the dialogue, from either side. Raises PermissionDenied, StateChanged (closed), ValidationError."""
    evaluation = locked(public_id)
    may = by.has_perm("performance.write_evaluation", evaluation) or (
        by.has_perm("performance.answer_evaluation", evaluation) and evaluation.status != EvaluationStatus.DRAFT
    )
    if not may:
        raise PermissionDenied(_("Your role does not allow this."))
    if evaluation.status == EvaluationStatus.CLOSED:
        raise StateChanged(_("This evaluation is closed."))
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    return DialogueNote.objects.create(evaluation=evaluation, text=text.strip()[:2000], author=by, at=timezone.now())

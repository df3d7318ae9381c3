"""An evaluation from draft to locked: who may do what when, what is missing, and the second look at an objection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organization.models import Delegation, Notice
from performance.enums import Behaviour, EvaluationStatus, PeriodKind
from performance.errors import StateChanged
from performance.models import DialogueNote, Evaluation, OutputContract
from performance.periods import last_closed_period
from performance.services.contracts import OutputSpec, create_output_contract
from performance.services.evaluations import (
    Judgement,
    acknowledge,
    add_note,
    close,
    object_to,
    open_evaluations,
    save_draft,
    settle,
    share,
)
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
ALL_MEET = dict.fromkeys(Behaviour.values, ("meets", ""))
WHOLE = Judgement(results_rating="meets", rating_reason="Beban tambahan", behaviours=ALL_MEET, summary="Baik.")


def period() -> tuple[date, date]:
    return last_closed_period(PeriodKind.QUARTER, timezone.localdate())


def contract(world: World, *fates: int | None, name: str = "emp") -> OutputContract:
    """One output per entry, due on the tenth day of the period; delivered so many days later, or not at all."""
    start, end = period()
    made = create_output_contract(
        employee_id=world.employees[name].pk,
        reference=f"FW-{name}",
        valid_from=start,
        valid_to=end,
        outputs=[
            OutputSpec(f"Keluaran {n}", "dokumen", Decimal(2), start + timedelta(days=9)) for n in range(len(fates))
        ],
    )
    for output, days in zip(made.outputs.all(), fates, strict=True):
        if days is not None:
            output.delivered, output.delivered_on = output.target, output.due_on + timedelta(days=days)
            output.save()
    return made


def opened(world: World, name: str = "emp", by: str = "sup") -> Evaluation:
    start, end = period()
    (evaluation,) = open_evaluations(
        by=world.users[by], employee_ids=[world.employees[name].pk], kind=PeriodKind.QUARTER, start=start, end=end
    )
    return evaluation


def in_state(world: World, status: str) -> Evaluation:
    """An evaluation of `emp` by `sup`, brought to a state by the commands."""
    evaluation = opened(world)
    identity = evaluation.public_id
    sup, emp = world.users["sup"], world.users["emp"]
    if status != EvaluationStatus.DRAFT:
        share(by=sup, public_id=identity, judgement=WHOLE)
    if status == EvaluationStatus.OBJECTED:
        object_to(by=emp, public_id=identity, reason="Keluaran kedua tertunda karena dinas luar.")
    elif status in (EvaluationStatus.ACKNOWLEDGED, EvaluationStatus.CLOSED):
        acknowledge(by=emp, public_id=identity)
    if status == EvaluationStatus.CLOSED:
        close(by=sup, public_id=identity)
    evaluation.refresh_from_db()
    return evaluation


def test_a_draft_holds_the_figures_of_the_period() -> None:
    world = make_world()
    contract(world, 0, -2, 3, None)
    evaluation = opened(world)
    assert evaluation.status == EvaluationStatus.DRAFT
    assert {key: evaluation.arithmetic[key] for key in ("due", "on_time", "late", "missing", "on_time_pct")} == {
        "due": 4, "on_time": 2, "late": 1, "missing": 1, "on_time_pct": 50,
    }  # fmt: skip
    assert evaluation.suggested_rating == "below"


def test_without_outputs_nothing_is_suggested_and_no_reason_is_asked_for() -> None:
    evaluation = opened(world := make_world())
    assert (evaluation.suggested_rating, evaluation.arithmetic["due"]) == ("", 0)
    shared = share(
        by=world.users["sup"],
        public_id=evaluation.public_id,
        judgement=Judgement(results_rating="above", behaviours=ALL_MEET),
    )
    assert (shared.status, shared.predicate) == ("shared", "baik")


def test_opening_twice_keeps_the_first_and_its_words() -> None:
    world = make_world()
    first = opened(world)
    save_draft(by=world.users["sup"], public_id=first.public_id, judgement=Judgement(summary="Mulai"))
    assert opened(world).pk == first.pk
    assert Evaluation.objects.get().summary == "Mulai"


def test_the_queries_of_opening_do_not_grow_with_the_team() -> None:
    world = make_world()
    start, end = period()
    counts = []
    for names in (["emp"], ["col1", "col2"]):
        ids = [world.employees[name].pk for name in names]
        with CaptureQueriesContext(connection) as caught:
            open_evaluations(by=world.users["sup"], employee_ids=ids, kind=PeriodKind.QUARTER, start=start, end=end)
        counts.append(len(caught))
    assert counts[0] >= counts[1]


@pytest.mark.parametrize(
    ("judgement", "field"),
    [
        (Judgement(behaviours=ALL_MEET), "results_rating"),
        (Judgement(results_rating="meets", rating_reason="x"), "behaviours"),
        (Judgement(results_rating="meets", rating_reason="x", behaviours={"loyal": ("meets", "")}), "behaviours"),
        (Judgement(results_rating="above", behaviours=ALL_MEET), "rating_reason"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_shared(judgement: Judgement, field: str) -> None:
    world = make_world()
    contract(world, 0)
    evaluation = opened(world)
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        share(by=world.users["sup"], public_id=evaluation.public_id, judgement=judgement)
    assert field in caught.value.message_dict
    assert Evaluation.objects.get().status == EvaluationStatus.DRAFT
    assert not Notice.objects.exists()


@pytest.mark.parametrize("results", ["above", "meets", "below"])
@pytest.mark.parametrize("behaviour", ["above", "meets", "below"])
def test_each_cell_is_what_the_database_takes_too(results: str, behaviour: str) -> None:
    world = make_world()
    evaluation = opened(world)
    judgement = Judgement(results, behaviours=dict.fromkeys(Behaviour.values, (behaviour, "")))
    shared = share(by=world.users["sup"], public_id=evaluation.public_id, judgement=judgement)
    assert (shared.behaviour_rating, shared.results_rating) == (behaviour, results)
    other = "kurang" if shared.predicate != "kurang" else "baik"
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.update(predicate=other)


def test_the_person_sees_it_once_it_is_shared_and_is_told() -> None:
    world = make_world()
    evaluation = opened(world)
    emp = world.users["emp"]
    assert not emp.has_perm("performance.view_evaluation", evaluation)
    share(by=world.users["sup"], public_id=evaluation.public_id, judgement=WHOLE)
    evaluation.refresh_from_db()
    assert emp.has_perm("performance.view_evaluation", evaluation)
    assert Notice.objects.get(user=emp).code == "performance.evaluation_shared"
    assert not world.users["col1"].has_perm("performance.view_evaluation", evaluation)


Act = Callable[[World, Evaluation, str], Any]
ACTS: dict[str, Act] = {
    "save": lambda w, e, who: save_draft(by=w.users[who], public_id=e.public_id, judgement=WHOLE),
    "share": lambda w, e, who: share(by=w.users[who], public_id=e.public_id, judgement=WHOLE),
    "acknowledge": lambda w, e, who: acknowledge(by=w.users[who], public_id=e.public_id),
    "object": lambda w, e, who: object_to(by=w.users[who], public_id=e.public_id, reason="Tidak sesuai."),
    "settle": lambda w, e, who: settle(by=w.users[who], public_id=e.public_id, answer="Sudah benar.", send_back=False),
    "close": lambda w, e, who: close(by=w.users[who], public_id=e.public_id),
}
LEADERS, PERSON, SECOND = {"sup", "head"}, {"emp"}, {"head", "hr"}
MAY = {
    "save": LEADERS, "share": LEADERS, "acknowledge": PERSON, "object": PERSON, "settle": SECOND, "close": LEADERS,
}  # fmt: skip
IN = {
    "save": {"draft"}, "share": {"draft"}, "acknowledge": {"shared"}, "object": {"shared"}, "settle": {"objected"},
    "close": {"acknowledged"},
}  # fmt: skip


@pytest.mark.parametrize("status", EvaluationStatus.values)
@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_in_every_state_by_every_role(act: str, status: str) -> None:
    """Whoever may not is refused first; whoever may, only in the state for it."""
    world = make_world()
    evaluation = in_state(world, status)
    for who in ("emp", "sup", "head", "col1", "hr", "boss"):
        point = transaction.savepoint()
        if who not in MAY[act]:
            with pytest.raises(PermissionDenied):
                ACTS[act](world, evaluation, who)
        elif status in IN[act]:
            ACTS[act](world, evaluation, who)
        else:
            with pytest.raises((StateChanged, ValidationError)):
                ACTS[act](world, evaluation, who)
        transaction.savepoint_rollback(point)


def test_nobody_evaluates_themself_also_through_a_delegation() -> None:
    world = make_world()
    today = timezone.localdate()
    start, end = period()
    Delegation.objects.create(
        principal=world.users["sup"], delegate=world.users["emp"], kind="plh", valid_from=today, valid_to=today
    )
    emp = world.users["emp"]
    for name in ("emp", "sup"):
        with pytest.raises(PermissionDenied):
            open_evaluations(
                by=emp, employee_ids=[world.employees[name].pk], kind=PeriodKind.QUARTER, start=start, end=end
            )
    (evaluation,) = open_evaluations(
        by=emp, employee_ids=[world.employees["col1"].pk], kind=PeriodKind.QUARTER, start=start, end=end
    )
    assert evaluation.acting_for == world.users["sup"]


def test_who_stands_in_for_the_evaluator_does_not_settle_the_objection() -> None:
    world = make_world()
    evaluation = in_state(world, EvaluationStatus.OBJECTED)
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.users["sup"], delegate=world.users["hr"], kind="plh", valid_from=today, valid_to=today
    )
    assert not world.users["hr"].has_perm("performance.settle_objection", evaluation)
    assert world.users["head"].has_perm("performance.settle_objection", evaluation)


def test_an_objection_that_is_sent_back_is_written_shared_and_answered_again(client: Client) -> None:
    world = make_world()
    evaluation = in_state(world, EvaluationStatus.OBJECTED)
    with pytest.raises(ValidationError):
        close(by=world.users["sup"], public_id=evaluation.public_id)
    settle(by=world.users["head"], public_id=evaluation.public_id, answer="Perhitungkan dinas luar.", send_back=True)
    sent_back = Notice.objects.get(user=world.users["emp"], code="performance.objection_sent_back")
    client.force_login(world.users["emp"])
    assert client.get(sent_back.url).status_code == 200
    again = share(by=world.users["sup"], public_id=evaluation.public_id, judgement=WHOLE)
    assert (again.status, again.objection, again.objection_answer) == ("shared", "", "")
    assert "Perhitungkan dinas luar." in DialogueNote.objects.get().text
    acknowledge(by=world.users["emp"], public_id=evaluation.public_id)
    assert close(by=world.users["sup"], public_id=evaluation.public_id).status == "closed"


def test_without_an_answer_it_closes_only_after_the_last_day() -> None:
    world = make_world()
    evaluation = in_state(world, EvaluationStatus.SHARED)
    with pytest.raises(ValidationError):
        close(by=world.users["sup"], public_id=evaluation.public_id)
    Evaluation.objects.update(answer_by_on=timezone.localdate() - timedelta(days=1))
    assert close(by=world.users["sup"], public_id=evaluation.public_id).closed_by == world.users["sup"]


def test_what_is_closed_is_locked_in_the_database_too() -> None:
    world = make_world()
    evaluation = in_state(world, EvaluationStatus.CLOSED)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.update(summary="anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.all().delete()
    with pytest.raises(StateChanged):
        add_note(by=world.users["sup"], public_id=evaluation.public_id, text="Masih ada")


def test_notes_come_from_both_sides_and_are_only_added() -> None:
    world = make_world()
    evaluation = opened(world)
    with pytest.raises(PermissionDenied):
        add_note(by=world.users["emp"], public_id=evaluation.public_id, text="Terlalu dini")
    add_note(by=world.users["sup"], public_id=evaluation.public_id, text="Dialog pertama")
    share(by=world.users["sup"], public_id=evaluation.public_id, judgement=WHOLE)
    add_note(by=world.users["emp"], public_id=evaluation.public_id, text="Terima kasih")
    with pytest.raises(PermissionDenied):
        add_note(by=world.users["col1"], public_id=evaluation.public_id, text="Saya juga")
    assert [note.author.username for note in DialogueNote.objects.all()] == ["sup", "emp"]
    with pytest.raises(DatabaseError), transaction.atomic():
        DialogueNote.objects.update(text="anders")

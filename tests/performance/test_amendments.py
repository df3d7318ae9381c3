"""Changes of a contract: one side proposes, the other answers, both names stand on it."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from organization.models import Notice, OutboxMessage
from organization.notices import render_notice
from performance.errors import StateChanged
from performance.models import Output, OutputAmendment, OutputContract
from performance.services.amendments import ChangeData, answer, propose, withdraw
from tests.organization.cast import days, make_cast
from tests.performance.contract_kit import added, change, make_contract, proposed
from tests.performance.review_kit import make_report, stands_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def contract(cast):
    return make_contract(cast.employees["emp"], agreed_by=cast.users["sup"])


def first(contract) -> Output:
    return contract.outputs.order_by("due_on").first()


def test_nothing_changes_before_the_other_side_agrees_and_then_everything_at_once(cast, contract):
    output, second = contract.outputs.order_by("due_on")
    lines = (
        change(output, target=Decimal(3), due_on=days(21), title="Naskah awal"),
        ChangeData("drop", second.pk),
        added(),
    )
    amendment = proposed(contract, cast.users["emp"], *lines)
    output.refresh_from_db()
    assert (output.title, output.target) == ("Naskah akademik", 4)
    assert (amendment.number, amendment.by_employee, amendment.status) == (1, True, "proposed")

    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)

    output.refresh_from_db()
    second.refresh_from_db()
    assert (output.title, output.target, output.due_on) == ("Naskah awal", 3, days(21))
    assert second.dropped_at is not None
    assert list(contract.outputs.due().values_list("title", flat=True)) == ["Paparan", "Naskah awal"]
    amendment.refresh_from_db()
    assert (amendment.proposed_by, amendment.answered_by) == (cast.users["emp"], cast.users["sup"])
    old = amendment.changes.get(kind="change").old
    assert old == {
        "title": "Naskah akademik",
        "measure": "bab",
        "target": "4.00",
        "due_on": days(14).isoformat(),
    }


def test_a_lower_target_that_is_reached_counts_as_delivered_from_the_day_it_was(cast, contract):
    output = first(contract)
    Output.objects.filter(pk=output.pk).update(recorded=3, recorded_on=days(-2), delivered=3)
    amendment = proposed(contract, cast.users["emp"], change(output, target=Decimal(3)))
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)

    output.refresh_from_db()
    assert output.is_on_time
    assert output.delivered_on == days(-2)


def test_declining_needs_a_reason_and_leaves_the_contract_alone(cast, contract):
    amendment = proposed(contract, cast.users["sup"])
    with pytest.raises(ValidationError):
        answer(by=cast.users["emp"], public_id=amendment.public_id, agree=False, text="  ")

    answer(by=cast.users["emp"], public_id=amendment.public_id, agree=False, text="Terlalu singkat.")
    assert first(contract).due_on == days(14)
    assert OutputAmendment.objects.get().status == "declined"
    proposed(contract, cast.users["emp"])
    assert list(contract.amendments.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("who", ["col1", "hr", "audit", "lawhr", "boss", "ohead"])
def test_only_the_two_sides_have_a_say(cast, contract, who):
    with pytest.raises(PermissionDenied):
        proposed(contract, cast.users[who])
    amendment = proposed(contract, cast.users["emp"])
    for act in (
        lambda: answer(by=cast.users[who], public_id=amendment.public_id, agree=True),
        lambda: withdraw(by=cast.users[who], public_id=amendment.public_id),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize(("by", "other"), [("emp", "sup"), ("sup", "emp"), ("head", "emp")])
def test_nobody_answers_the_own_side(cast, contract, by, other):
    amendment = proposed(contract, cast.users[by])
    own = {"emp"} if by == "emp" else {"sup", "head"}
    for name in own:
        with pytest.raises(PermissionDenied):
            answer(by=cast.users[name], public_id=amendment.public_id, agree=True)
    answer(by=cast.users[other], public_id=amendment.public_id, agree=True)
    assert first(contract).due_on == days(21)


def test_not_even_in_the_place_of_the_supervisor(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    emp = stands_in(cast.users["emp"], cast.users["sup"])
    with pytest.raises(PermissionDenied):
        answer(by=emp, public_id=amendment.public_id, agree=True)


def test_whoever_stands_in_answers_with_both_names(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    stand_in = stands_in(cast.users["out"], cast.users["sup"])
    answer(by=stand_in, public_id=amendment.public_id, agree=True)
    amendment.refresh_from_db()
    assert (amendment.answered_by, amendment.acting_for) == (cast.users["out"], cast.users["sup"])


def test_whoever_stands_in_for_the_employee_does_not_answer_for_them(cast, contract):
    amendment = proposed(contract, cast.users["sup"])
    stand_in = stands_in(cast.users["col1"], cast.users["emp"])
    with pytest.raises(PermissionDenied):
        answer(by=stand_in, public_id=amendment.public_id, agree=True)


def test_the_own_side_takes_it_back_and_a_settled_one_is_closed_to_both(cast, contract):
    amendment = proposed(contract, cast.users["sup"])
    with pytest.raises(PermissionDenied):
        withdraw(by=cast.users["emp"], public_id=amendment.public_id)
    withdraw(by=cast.users["head"], public_id=amendment.public_id)
    for act in (
        lambda: withdraw(by=cast.users["sup"], public_id=amendment.public_id),
        lambda: answer(by=cast.users["emp"], public_id=amendment.public_id, agree=True),
    ):
        with pytest.raises(StateChanged):
            act()


def test_one_change_waits_at_a_time(cast, contract):
    proposed(contract, cast.users["emp"])
    with pytest.raises(StateChanged):
        proposed(contract, cast.users["sup"])
    with pytest.raises(IntegrityError), transaction.atomic():
        OutputAmendment.objects.create(
            contract=contract,
            number=2,
            reason="x",
            by_employee=True,
            proposed_by=cast.users["emp"],
            proposed_at="2026-01-01T00:00Z",
            answer_by_on=days(3),
        )


def test_a_contract_that_is_over_stays_as_it_is(cast, contract):
    OutputContract.objects.update(valid_to=days(-1))
    with pytest.raises(StateChanged):
        proposed(contract, cast.users["emp"])


def test_nobody_undoes_a_change_they_have_not_seen(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    line = change(first(contract), target=Decimal(2))
    with pytest.raises(StateChanged):
        propose(by=cast.users["sup"], contract_id=contract.pk, reason="x", changes=[line], after=0)
    propose(by=cast.users["sup"], contract_id=contract.pk, reason="x", changes=[line], after=1)


def bad_lines(contract):
    output, second = contract.outputs.order_by("due_on")
    return {
        "nothing": [],
        "all dropped": [ChangeData("drop", output.pk), ChangeData("drop", second.pk)],
        "named twice": [change(output, target=Decimal(2)), ChangeData("drop", output.pk)],
        "of another": [ChangeData("drop", output.pk + 1000)],
        "no title": [change(output, title=" ")],
        "no target": [change(output, target=None)],
        "target zero": [change(output, target=Decimal(0))],
        "target without end": [change(output, target=Decimal(10) ** 9)],
        "over": [change(output, due_on=days(-1))],
        "new one over": [added(due_on=days(-1))],
        "new one named": [ChangeData("add", output.pk, "x", "y", Decimal(1), days(9))],
        "unknown kind": [ChangeData("other", output.pk)],
        "too many": [added(title=f"Paparan {number}") for number in range(19)],
    }


CASES = [
    "nothing", "all dropped", "named twice", "of another", "no title", "no target", "target zero",
    "target without end", "over", "new one over", "new one named", "unknown kind", "too many",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_proposed_is_said_in_words(cast, contract, case):
    with pytest.raises(ValidationError) as error:
        propose(by=cast.users["emp"], contract_id=contract.pk, reason="Sebab.", changes=bad_lines(contract)[case])
    assert all(error.value.messages)
    assert not OutputAmendment.objects.exists()


def test_a_reason_is_needed_and_what_is_delivered_stays(cast, contract):
    output = first(contract)
    with pytest.raises(ValidationError):
        propose(by=cast.users["emp"], contract_id=contract.pk, reason=" ", changes=[added()])
    Output.objects.filter(pk=output.pk).update(delivered=4, delivered_on=days(-1), recorded=4, recorded_on=days(-1))
    for line in (ChangeData("drop", output.pk), change(output, target=Decimal(9))):
        with pytest.raises(ValidationError):
            proposed(contract, cast.users["emp"], line)


def test_what_was_delivered_meanwhile_cannot_be_agreed_away(cast, contract):
    output = first(contract)
    amendment = proposed(contract, cast.users["sup"], ChangeData("drop", output.pk))
    Output.objects.filter(pk=output.pk).update(delivered=4, delivered_on=days(-1), recorded=4, recorded_on=days(-1))
    with pytest.raises(StateChanged):
        answer(by=cast.users["emp"], public_id=amendment.public_id, agree=True)
    answer(by=cast.users["emp"], public_id=amendment.public_id, agree=False, text="Sudah selesai.")


def test_a_due_date_that_passed_while_it_waited_is_refused(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    amendment.changes.update(due_on=days(-1))
    with pytest.raises(StateChanged):
        answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    assert OutputAmendment.objects.get().status == "proposed"


def test_each_side_is_told_and_a_mail_names_no_output(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    told = Notice.objects.get(user=cast.users["sup"], code="performance.amendment_proposed")
    _subject, body = render_notice(told.code, told.context)
    assert "emp" in body
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    assert Notice.objects.filter(user=cast.users["emp"], code="performance.amendment_agreed").count() == 1
    mails = OutboxMessage.objects.filter(topic="organization.mail", payload__code__startswith="performance.amendment")
    assert mails.count() == 2
    for mail in mails:
        subject, text = render_notice(mail.payload["code"], mail.payload["context"], for_mail=True)
        assert "Naskah" not in subject + text
        assert " emp" not in text


def test_an_agreed_change_is_a_new_fact_about_the_person(cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    assert not OutboxMessage.objects.filter(payload__cause="outputs").exists()
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    facts = OutboxMessage.objects.filter(payload__cause="outputs").first()
    assert facts.payload["employees"] == [cast.employees["emp"].pk]


@pytest.mark.parametrize(("by", "other"), [("emp", "sup"), ("sup", "emp")])
def test_a_contract_without_agreement_is_agreed_by_the_leader_with_its_first_change(cast, by, other):
    older = make_contract(cast.employees["emp"])
    amendment = proposed(older, cast.users[by])
    answer(by=cast.users[other], public_id=amendment.public_id, agree=True)
    older.refresh_from_db()
    amendment.refresh_from_db()
    assert (older.agreed_by, older.agreed_at) == (cast.users["sup"], amendment.answered_at)


def test_somebody_without_an_account_cannot_be_asked(cast, contract):
    employee = cast.employees["emp"]
    employee.user = None
    employee.save()
    with pytest.raises(ValidationError):
        proposed(contract, cast.users["sup"])


def test_reports_go_on_counting_after_a_change(cast, contract):
    output = first(contract)
    make_report(
        cast.employees["emp"], status="accepted", output=output, amount=Decimal(3), reviewed_by=cast.users["sup"]
    )
    amendment = proposed(contract, cast.users["emp"], change(output, target=Decimal(2)))
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    output.refresh_from_db()
    assert (output.delivered, output.is_on_time) == (3, True)

"""A renewal is a request filled in from the last one, with what was delivered and a verdict of today."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.models import Assignment
from fwa.models import Request, Step
from fwa.renewal import is_renewable, renewal_draft
from fwa.services.decisions import approve_step, end_arrangement
from fwa.services.requests import save_draft, submit_request
from organization.models import Employee
from performance.models import Output, OutputContract, WorkResult
from performance.selectors import results_to_serve
from tests.fwa.letters_kit import determined
from tests.fwa.test_request_form import fields
from tests.world import draft, make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def today():
    return timezone.localdate()


@pytest.fixture
def last(world):
    """Determined, and it ends in about a month: soon enough to be renewed."""
    return determined(world)


def renew_url(fwa_request):
    return reverse("fwa:request_renew", args=[fwa_request.public_id])


def plan_of(fwa_request):
    rows = Employee.objects.annotate(plan=results_to_serve(today()))
    return rows.get(pk=fwa_request.employee_id).plan


def test_it_begins_the_day_after_with_the_same_pattern_and_the_outputs_as_they_stand(world, last):
    contract = OutputContract.objects.get(reference=last.number)
    Output.objects.update(title="Naskah akhir", target=Decimal(3))
    Output.objects.create(
        contract=contract, title="Ditiadakan", measure="bab", target=1, due_on=last.valid_to, dropped_at=timezone.now()
    )
    made = renewal_draft(last, on=today())

    assert made.valid_from == last.assignment.valid_to + timedelta(days=1)
    assert (made.weekdays, made.place_kind, made.reason) == ((2, 4), "home", last.reason)
    assert (made.renews_id, made.single_dates, made.left_out) == (last.pk, (), ())
    [output] = made.outputs
    assert (output.title, output.target) == ("Naskah akhir", 3)
    assert made.valid_from <= output.due_on <= made.valid_to
    assert output.due_on - made.valid_from == draft().outputs[0].due_on - last.valid_from


def test_a_plan_that_is_over_is_not_served_any_more(world, last):
    result = WorkResult.objects.create(
        employee=world.employees["emp"], starts_on=today() - timedelta(days=300), ends_on=today(), number=1,
        title="Lama", indicator="x", target=1, unit_of_measure="x", recorded_at=timezone.now(),
    )  # fmt: skip
    Output.objects.update(work_result=result)
    assert renewal_draft(last, on=today(), plan=plan_of(last)).outputs[0].work_result_id is None
    WorkResult.objects.update(ends_on=today() + timedelta(days=300))
    assert renewal_draft(last, on=today(), plan=plan_of(last)).outputs[0].work_result_id == result.pk
    WorkResult.objects.update(withdrawn_at=timezone.now())
    assert renewal_draft(last, on=today(), plan=plan_of(last)).outputs[0].work_result_id is None


def test_only_what_is_over_or_soon_to_end_is_renewed(world, last):
    assert is_renewable(last, on=today())
    assert not is_renewable(last, on=last.valid_to - timedelta(days=46))
    assert is_renewable(last, on=last.valid_to + timedelta(days=400))
    Request.objects.filter(pk=last.pk).update(status="withdrawn")
    assert not is_renewable(Request.objects.get(pk=last.pk), on=today()), "never granted"


def test_one_that_ended_early_is_renewed_from_today_on(world, last):
    Assignment.objects.filter(pk=last.assignment_id).update(valid_to=today() + timedelta(days=300))
    long_one = Request.objects.get(pk=last.pk)
    assert not is_renewable(long_one, on=today())
    end_arrangement(by=world.users["head"], request_id=last.pk, ended_on=next_monday(), reason="Kebutuhan layanan.")
    ended = Request.objects.get(pk=last.pk)
    assert is_renewable(ended, on=today())
    assert renewal_draft(ended, on=next_monday() + timedelta(days=9)).valid_from == next_monday() + timedelta(days=10)


def test_the_form_shows_the_record_and_a_fresh_verdict_and_keeps_whom_it_renews(client, world, last):
    Output.objects.update(
        due_on=today() - timedelta(days=3), recorded=4, recorded_on=today(), delivered=4, delivered_on=today()
    )
    client.force_login(world.users["emp"])
    page = client.get(renew_url(last))
    assert page.status_code == 200
    assert last.number in page.text
    assert "0/1" in page.text, "delivered late"
    assert "1/1" in page.text
    assert "Naskah akademik" in page.text
    assert not Request.objects.filter(renews=last).exists(), "a GET keeps nothing"

    kept = client.post(renew_url(last), fields(action="draft"))
    renewal = Request.objects.get(renews=last)
    assert kept.url == reverse("fwa:request_edit", args=[renewal.public_id])
    client.post(kept.url, fields(action="draft"))
    renewal.refresh_from_db()
    assert renewal.renews == last
    assert last.number in client.get(kept.url).text
    assert client.get(renew_url(last)).url == kept.url, "one renewal at a time"


@pytest.mark.parametrize("size", [1, 3])
def test_the_forms_of_a_renewal_ask_few_questions(client, world, last, size, django_assert_max_num_queries):
    contract = OutputContract.objects.get(reference=last.number)
    for number in range(size):
        Output.objects.create(contract=contract, title=f"Tambahan {number}", measure="bab", target=1, due_on=today())
    client.force_login(world.users["emp"])
    client.get(renew_url(last))
    with django_assert_max_num_queries(15):
        assert client.get(renew_url(last)).status_code == 200
    edit = client.post(renew_url(last), fields(action="draft")).url
    client.get(edit)
    with django_assert_max_num_queries(15):
        assert client.get(edit).status_code == 200


def test_what_is_missing_is_said_on_the_renewal_itself(client, world, last):
    client.force_login(world.users["emp"])
    answered = client.post(renew_url(last), fields(action="submit", reason=""))
    assert answered.status_code == 307
    assert Request.objects.filter(renews=last).count() == 1


def test_whoever_decides_sees_what_was_delivered(client, world, last):
    start = last.valid_to + timedelta(days=3)
    new = draft(
        valid_from=start,
        valid_to=start + timedelta(days=27),
        renews_id=last.pk,
        outputs=renewal_draft(last, on=today()).outputs,
    )
    renewal = submit_request(by=world.users["emp"], request_id=save_draft(by=world.users["emp"], data=new).pk)
    client.force_login(world.users["sup"])
    page = client.get(reverse("fwa:step_decide", args=[renewal.public_id])).text
    contract = OutputContract.objects.get(reference=last.number)
    assert reverse("performance:contract", args=[contract.public_id]) in page
    for name in ("sup", "head", "hr", "boss"):
        approve_step(by=world.users[name], step_id=Step.objects.current().get(request=renewal).pk)
    assert OutputContract.objects.filter(employee=last.employee).count() == 2


@pytest.mark.parametrize(("name", "status"), [("col1", 404), ("sup", 404), ("hr", 403)])
def test_an_arrangement_of_somebody_else_is_not_renewed(client, world, last, name, status):
    client.force_login(world.users[name])
    assert client.get(renew_url(last)).status_code == status


def test_too_early_is_a_conflict_with_a_reason(client, world, last):
    Assignment.objects.update(valid_to=today() + timedelta(days=300))
    client.force_login(world.users["emp"])
    assert client.get(renew_url(last)).status_code == 409


def test_the_contract_offers_the_renewal_to_its_owner_only(client, world, last):
    contract = OutputContract.objects.get(reference=last.number)
    address = reverse("performance:contract", args=[contract.public_id])
    for name, offered in [("emp", True), ("sup", False)]:
        client.force_login(world.users[name])
        page = client.get(address).text
        assert (renew_url(last) in page) is offered
        assert reverse("fwa:request_detail", args=[last.public_id]) in page

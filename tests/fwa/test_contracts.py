"""From the request to the contract of outputs: who agreed, which work result an output serves, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from fwa.data import OutputData, draft_of
from fwa.models import Request, Step
from fwa.services.decisions import approve_step, return_step
from fwa.services.requests import save_draft, submit_request
from performance.models import OutputContract, WorkResult
from tests.fwa.determinations_kit import make_bureau
from tests.fwa.letters_kit import determined, sent
from tests.fwa.test_determinations import decided, prepared
from tests.fwa.test_request_form import fields
from tests.world import draft, make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def approved(world, fwa_request):
    for name in ("sup", "head", "hr", "boss"):
        approve_step(by=world.users[name], step_id=Step.objects.current().get(request=fwa_request).pk)


def make_result(employee, **values):
    today = timezone.localdate()
    defaults = {
        "employee": employee,
        "starts_on": today.replace(month=1, day=1),
        "ends_on": (today + timedelta(days=400)),
        "number": 1,
        "title": "Naskah akademik tersusun",
        "indicator": "bab yang disepakati",
        "target": Decimal(8),
        "unit_of_measure": "bab",
        "recorded_at": timezone.now(),
    }
    return WorkResult.objects.create(**(defaults | values))


def output(**changes):
    values = {"title": "Bab", "measure": "bab", "target": Decimal(4), "due_on": next_monday() + timedelta(days=20)}
    return OutputData(**(values | changes))


def test_the_supervisor_who_recommended_agreed_to_the_outputs(world):
    fwa_request = determined(world)

    contract = OutputContract.objects.get(reference=fwa_request.number)
    step = fwa_request.steps.get(role="supervisor")
    assert (contract.agreed_by, contract.agreed_at) == (world.users["sup"], step.decided_at)
    assert contract.outputs.get().title == "Naskah akademik"


def test_after_a_return_it_is_the_last_recommendation_that_counts(world):
    fwa_request = sent(world, "emp")
    approve_step(by=world.users["sup"], step_id=Step.objects.current().get(request=fwa_request).pk)
    return_step(by=world.users["head"], step_id=Step.objects.current().get(request=fwa_request).pk, note="Perjelas.")
    submit_request(by=world.users["emp"], request_id=fwa_request.pk)
    approved(world, fwa_request)

    last = fwa_request.steps.filter(role="supervisor").latest("round")
    assert OutputContract.objects.get().agreed_at == last.decided_at


def test_an_output_serves_a_result_of_the_own_plan(world):
    result = make_result(world.employees["emp"])
    fwa_request = sent(world, "emp", outputs=(output(work_result_id=result.pk),))
    assert draft_of(fwa_request).outputs[0].work_result_id == result.pk
    approved(world, fwa_request)

    assert OutputContract.objects.get().outputs.get().work_result == result


def test_a_result_of_somebody_else_is_refused_and_nothing_kept(world):
    foreign = make_result(world.employees["col1"])
    with pytest.raises(ValidationError) as error:
        save_draft(by=world.users["emp"], data=draft(outputs=(output(work_result_id=foreign.pk),)))
    assert "outputs" in error.value.message_dict
    assert not Request.objects.exists()


def test_the_form_offers_the_results_of_the_plan_and_keeps_the_choice(client, world):
    result = make_result(world.employees["emp"])
    make_result(world.employees["emp"], number=2, title="Ditarik", withdrawn_at=timezone.now())
    make_result(world.employees["col1"], title="Orang lain")
    client.force_login(world.users["emp"])

    page = client.get(reverse("fwa:request_new"))
    assert "Naskah akademik tersusun" in page.text
    assert "Ditarik" not in page.text
    assert "Orang lain" not in page.text

    client.post(reverse("fwa:request_new"), fields(action="draft", **{"outputs-0-work_result_id": str(result.pk)}))
    kept = Request.objects.get()
    assert kept.outputs.get().work_result == result
    again = client.get(reverse("fwa:request_edit", args=[kept.public_id]))
    assert f'<option value="{result.pk}" selected>' in again.text


def test_the_api_names_results_by_public_id(client, world):
    result, foreign = make_result(world.employees["emp"]), make_result(world.employees["col1"])
    client.force_login(world.users["emp"])
    row = {"title": "Bab", "measure": "bab", "target": "4", "due_on": (next_monday() + timedelta(days=9)).isoformat()}

    def post(**more):
        body = {"outputs": [row | more]}
        return client.post(reverse("api:request-list"), body, content_type="application/json")

    made = post(work_result=str(result.public_id))
    assert made.status_code == 201
    assert made.json()["outputs"][0]["work_result"] == str(result.public_id)
    assert post(work_result=str(foreign.public_id)).status_code == 400
    assert post(work_result="00000000-0000-4000-8000-000000000000").status_code == 400
    assert post().json()["outputs"][0]["work_result"] is None


def test_with_a_group_determination_whoever_decided_agreed(world):
    bureau = make_bureau(world, 3, quota_pct=100)
    made = prepared(world, bureau)
    decided(world, made)
    rows = OutputContract.objects.all()
    assert {row.agreed_by for row in rows} == {world.users["boss"]}
    assert all(row.agreed_at for row in rows)

"""Plans, reports and evidence by REST: by the services of the pages, with problems in words."""

import pytest
from django.urls import reverse

from performance.models import LineEvidence
from tests.api import client_of, problem
from tests.fwa.letters_kit import pdf_bytes, upload
from tests.organization.cast import days, make_cast

pytestmark = pytest.mark.django_db
LINE = "6d1f6c0e-8f0b-4b0e-9a5e-6b3b7a1f2c11"


@pytest.fixture
def cast():
    return make_cast()


def put(client, name, day, **body):
    values = {"version": 0, "is_extra": True, "lines": [{"client_id": LINE, "plan": "Rapat"}], **body}
    return client.put(reverse(f"api:daily-report-{name}", args=[str(day)]), values, format="json")


def test_a_day_from_plan_to_evidence(cast):
    client = client_of(cast.users["emp"])
    planned = put(client, "plan", days(0)).json()
    assert (planned["status"], planned["version"]) == ("planned", 1)
    done = [{"client_id": LINE, "plan": "Rapat", "done": "Notula", "status": "done"}]
    assert put(client, "send", days(0), version=1, lines=done).json()["status"] == "reported"
    problem(put(client, "send", days(0), version=0, lines=[{"done": "Basi", "status": "done"}]), 409, "conflict")

    address = reverse("api:daily-report-evidence", args=[planned["id"]])
    body = {"client_id": LINE, "file": upload(pdf_bytes(), "Notula.pdf")}
    taken = client.post(address, body, format="multipart")
    assert taken.status_code == 201, taken.content
    [evidence] = taken.json()["lines"][0]["evidence"]
    file = reverse("api:daily-report-evidence-file", args=[planned["id"], evidence["id"]])
    assert client_of(cast.users["sup"]).get(file).content == pdf_bytes()
    assert client_of(cast.users["sup"]).delete(file).status_code == 403
    assert client_of(cast.users["col1"]).get(file).status_code == 404
    assert client.delete(file).status_code == 204
    assert not LineEvidence.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"lines": [{"plan": "x", "amount": "2"}]},
        {"lines": [{"plan": "x", "output": LINE}]},
        {"lines": []},
        {"lines": [{"plan": "x", "status": "half"}]},
    ],
)
def test_what_cannot_stand_is_refused(cast, body):
    assert put(client_of(cast.users["emp"]), "plan", days(1), **body).status_code == 400


def test_a_date_that_is_none_is_refused(cast):
    assert put(client_of(cast.users["emp"]), "plan", "2026-02-30").status_code == 400


def test_unfinished_lines_are_offered_and_copied_days_are_plans(cast):
    client = client_of(cast.users["emp"])
    lines = [{"done": "Separuh", "status": "partly"}]
    assert put(client, "send", days(-1), lines=lines).status_code == 200
    offered = client.get(reverse("api:daily-report-unfinished", args=[str(days(0))])).json()
    assert [row["done"] for row in offered] == ["Separuh"]
    copied = client.post(reverse("api:daily-report-copy", args=[str(days(0))]), {"is_extra": True}, format="json")
    assert [row["plan"] for row in copied.json()["lines"]] == ["Separuh"]

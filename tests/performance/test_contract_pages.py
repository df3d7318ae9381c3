"""The pages of contracts in a browser's words, and the same by REST."""

from decimal import Decimal

import pytest
from django.urls import reverse

from performance.models import Output, OutputAmendment, WorkResult
from performance.services.amendments import answer
from tests.organization.cast import days, make_cast, make_employee
from tests.performance.contract_kit import change, make_contract, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def contract(cast):
    return make_contract(cast.employees["emp"], agreed_by=cast.users["sup"])


def url(name, row):
    return reverse(f"performance:{name}", args=[row.public_id])


def typed(contract, **changes):
    """What a browser sends: the outputs as they stand, the changes, and two empty rows."""
    fields = {"reason": "Data terlambat.", "after": "0"}
    rows = list(contract.outputs.due())
    for number, row in enumerate(rows):
        values = {"output": row.pk, "title": row.title, "target": "4", "measure": row.measure, "due_on": row.due_on}
        fields |= {f"outputs-{number}-{name}": str(value) for name, value in values.items()}
    for number in (len(rows), len(rows) + 1):
        fields |= {f"outputs-{number}-{name}": "" for name in ("output", "title", "target", "measure", "due_on")}
    fields |= {"outputs-TOTAL_FORMS": str(len(rows) + 2), "outputs-INITIAL_FORMS": str(len(rows))}
    return fields | {name.replace("__", "-"): value for name, value in changes.items()}


def test_the_page_says_who_agreed_what_is_delivered_and_what_it_serves(client, cast, contract):
    result = WorkResult.objects.create(
        employee=cast.employees["emp"], starts_on=days(-90), ends_on=days(90), number=1, title="Naskah tersusun",
        indicator="bab", target=Decimal(8), unit_of_measure="bab", recorded_at="2026-01-01T00:00Z",
    )  # fmt: skip
    Output.objects.filter(title="Naskah akademik").update(
        due_on=days(-3), work_result=result, recorded=4, recorded_on=days(-4), delivered=4, delivered_on=days(-4)
    )
    client.force_login(cast.users["sup"])
    page = client.get(url("contract", contract)).text
    assert "Naskah tersusun" in page
    assert "1/2" in page
    assert "1/1" in page
    assert "Sup" in page or "sup" in page
    assert reverse("performance:amendment_new", args=[contract.public_id]) in page


def test_a_change_from_the_form_to_the_agreed_contract(client, cast, contract):
    client.force_login(cast.users["emp"])
    assert client.get(url("amendment_new", contract)).status_code == 200
    due = days(21).isoformat()
    new = {"outputs__2__title": "Paparan", "outputs__2__target": "1", "outputs__2__measure": "berkas",
           "outputs__2__due_on": due}  # fmt: skip
    body = typed(contract, outputs__0__due_on=due, outputs__1__drop="on", **new)
    assert client.post(url("amendment_new", contract), body).url == url("contract", contract)
    amendment = OutputAmendment.objects.get()
    assert sorted(amendment.changes.values_list("kind", flat=True)) == ["add", "change", "drop"]

    own = client.get(url("contract", contract)).text
    assert reverse("performance:amendment_withdraw", args=[amendment.public_id]) in own
    assert reverse("performance:amendment_answer", args=[amendment.public_id]) not in own
    assert reverse("performance:amendment_new", args=[contract.public_id]) not in own

    client.force_login(cast.users["sup"])
    assert "Paparan" in client.get(url("contract", contract)).text
    client.post(url("amendment_answer", amendment), {"action": "agree", "answer": ""})
    assert set(contract.outputs.due().values_list("title", flat=True)) == {"Naskah akademik", "Paparan"}


def test_rows_left_alone_change_nothing_and_the_text_stays(client, cast, contract):
    client.force_login(cast.users["emp"])
    answered = client.post(url("amendment_new", contract), typed(contract))
    assert answered.status_code == 422
    assert "Data terlambat." in answered.text
    assert not OutputAmendment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"outputs__0__target": "nol"}, {"outputs__0__due_on": "kemarin"}, {"reason": ""}, {"outputs__0__title": ""}],
)
def test_what_cannot_be_read_stands_beside_its_field(client, cast, contract, wrong):
    client.force_login(cast.users["emp"])
    answered = client.post(url("amendment_new", contract), typed(contract, **wrong))
    assert answered.status_code == 422
    assert not OutputAmendment.objects.exists()


def test_declining_without_a_reason_is_asked_for_one(client, cast, contract):
    amendment = proposed(contract, cast.users["sup"])
    client.force_login(cast.users["emp"])
    answered = client.post(url("amendment_answer", amendment), {"action": "decline", "answer": ""})
    assert answered.status_code == 422
    client.post(url("amendment_answer", amendment), {"action": "decline", "answer": "Belum perlu."})
    amendment.refresh_from_db()
    assert (amendment.status, amendment.answer) == ("declined", "Belum perlu.")


def test_a_settled_change_is_a_conflict_for_who_comes_second(client, cast, contract):
    amendment = proposed(contract, cast.users["emp"])
    answer(by=cast.users["sup"], public_id=amendment.public_id, agree=True)
    client.force_login(cast.users["head"])
    assert client.post(url("amendment_answer", amendment), {"action": "agree"}).status_code == 409
    client.force_login(cast.users["emp"])
    assert client.post(url("amendment_withdraw", amendment)).status_code == 409


def test_a_second_proposal_is_a_conflict(client, cast, contract):
    proposed(contract, cast.users["sup"])
    client.force_login(cast.users["emp"])
    assert client.get(url("amendment_new", contract)).status_code == 409
    assert client.post(url("amendment_new", contract), typed(contract)).status_code == 409


def test_the_list_holds_what_one_may_read(client, cast, contract):
    other = make_contract(cast.employees["out"], reference="FW-LAIN")
    proposed(contract, cast.users["emp"])
    seen = {}
    for name in ("emp", "sup", "head", "hr", "audit", "col1", "out", "ohead"):
        client.force_login(cast.users[name])
        text = client.get(reverse("performance:contract_list")).text
        seen[name] = (contract.reference in text, other.reference in text)
    assert seen == {
        "emp": (True, False), "sup": (True, False), "head": (True, False), "hr": (True, True), "audit": (True, True),
        "col1": (False, False), "out": (False, True), "ohead": (False, True),
    }  # fmt: skip
    client.force_login(cast.users["hr"])
    listed = client.get(reverse("performance:contract_list"), {"show": "changing"}).text
    assert (contract.reference in listed, other.reference in listed) == (True, False)
    for state, found in [("running", True), ("over", False), ("later", False)]:
        assert (contract.reference in client.get(reverse("performance:contract_list"), {"state": state}).text) is found


def test_the_same_number_of_queries_for_one_and_for_many(client, cast, django_assert_max_num_queries):
    client.force_login(cast.users["sup"])
    counts = []
    for size in (1, 3):
        for number in range(size):
            person = make_employee(f"anggota{size}{number}", cast.law, supervisor=cast.employees["sup"])
            made = make_contract(person, agreed_by=cast.users["sup"])
            proposed(made, cast.users["sup"], change(made.outputs.first(), target=Decimal(2)))
        for address in (reverse("performance:contract_list"), url("contract", made)):
            client.get(address)
            with django_assert_max_num_queries(15) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_by_rest_a_change_is_proposed_answered_and_withdrawn(client, cast, contract):
    client.force_login(cast.users["emp"])
    base = reverse("api:output-contract-detail", args=[contract.public_id])
    output = contract.outputs.first()
    line = {"kind": "change", "output": str(output.public_id), "title": "Naskah", "measure": "bab", "target": "3",
            "due_on": days(21).isoformat()}  # fmt: skip

    def post(address, **body):
        return client.post(address, body, content_type="application/json")

    made = post(f"{base}changes/", reason="Data terlambat.", changes=[line], after=0)
    assert made.status_code == 201
    [amendment] = made.json()["amendments"]
    assert (amendment["status"], amendment["changes"][0]["old"]["title"]) == ("proposed", "Naskah akademik")
    assert post(f"{base}changes/", reason="Lagi.", changes=[line]).status_code == 409
    assert post(f"{base}changes/{amendment['id']}/answer/", agree=True).status_code == 403
    client.force_login(cast.users["sup"])
    agreed = post(f"{base}changes/{amendment['id']}/answer/", agree=True)
    assert agreed.json()["outputs"][0]["title"] == "Naskah"
    assert agreed.json()["agreed_by"]["name"]
    assert post(f"{base}changes/{amendment['id']}/answer/", agree=True).status_code == 409
    assert post(f"{base}changes/{amendment['id']}/withdraw/").status_code == 403
    unknown = line | {"output": "00000000-0000-4000-8000-000000000000"}
    assert post(f"{base}changes/", reason="x", changes=[unknown]).status_code == 400
    listed = client.get(reverse("api:output-contract-list"), {"state": "running"}).json()
    assert listed["results"][0]["figures"] == {
        "promised": 2, "due": 0, "on_time": 0, "late": 0, "missing": 0, "delivered": 0
    }  # fmt: skip

"""Connections of other systems: who makes them, what a token opens, and what a system never does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from rest_framework.test import APIClient

from config import scopes
from fwa.chain import role_holders
from fwa.models import Request
from fwa.services.decisions import approve_step
from organization.models import ApiClient, Notice, RoleGrant, User
from organization.services import connections, delegations, roles
from tests.access_table import TABLE
from tests.api import problem
from tests.fwa.letters_kit import sent
from tests.organization.cast import Cast, body, get, make_cast, post, url
from tests.systems import ask_token, connect, sender, system, token_of
from tests.world import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_hr_connects_a_system_and_sees_the_secret_once(client: Client, cast: Cast) -> None:
    hr = cast.users["hr"]
    answer = post(
        client,
        hr,
        "connection_create",
        name="SIMPEG",
        purpose="Menarik data penetapan",
        scopes=["grants:read", "fwa:read"],
        role="auditor",
        unit=cast.law.pk,
    )

    made = ApiClient.objects.get()
    secret = answer.context["secret"]
    assert secret in body(answer)
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert made.client_secret.startswith("md5$"), "only a digest is kept"
    assert secret not in made.client_secret
    assert secret not in body(get(client, hr, "connection", made.pk))
    assert (made.user.is_service, made.user.email, made.user.has_usable_password()) == (True, "", False)
    assert list(RoleGrant.objects.filter(user=made.user).values_list("role", "unit")) == [("auditor", cast.law.pk)]
    assert token_of(made, secret)
    assert "SIMPEG" in body(get(client, hr, "connection_list"))


def test_a_secret_is_changed_and_the_old_one_opens_nothing(client: Client, cast: Cast) -> None:
    made, old = connect(cast.users["hr"])
    token = token_of(made, old)

    answer = post(client, cast.users["hr"], "connection_secret", made.pk)

    assert ask_token(made, old).status_code == 401
    assert ask_token(made, answer.context["secret"]).status_code == 200
    problem(sender(token).get("/api/v1/me/"), 401, "invalid_token")


def test_a_connection_that_is_switched_off_gets_nothing_and_comes_back(client: Client, cast: Cast) -> None:
    made, secret = connect(cast.users["hr"])
    token = token_of(made, secret)

    post(client, cast.users["hr"], "connection_off", made.pk)
    problem(sender(token).get("/api/v1/me/"), 401, "invalid_token")
    assert ask_token(made, secret).status_code == 401

    post(client, cast.users["hr"], "connection_on", made.pk)
    assert sender(token_of(made, secret)).get("/api/v1/me/").status_code == 200


def test_fewer_scopes_count_at_once(client: Client, cast: Cast) -> None:
    made, secret = connect(cast.users["hr"], "fwa:read", "grants:read")
    token = token_of(made, secret)

    post(client, cast.users["hr"], "connection_change", made.pk, name="SIMPEG", purpose="Baca", scopes=["grants:read"])

    problem(sender(token).get("/api/v1/assignments/"), 401, "invalid_token")
    fresh = sender(token_of(made, secret))
    assert fresh.get("/api/v1/assignments/").status_code == 200
    lacking = problem(fresh.get("/api/v1/requests/"), 403, "insufficient_scope")
    assert lacking["scope"] == "fwa:read"
    assert ask_token(made, secret, scope="fwa:read").status_code == 400, "nor may it ask for more"


def test_nothing_chosen_is_told_beside_the_field(client: Client, cast: Cast) -> None:
    answer = post(client, cast.users["hr"], "connection_create", name="X", purpose="Y")

    assert answer.status_code == 422
    assert "scopes" in answer.context["form"].errors


def test_only_hr_of_the_agency_connects(cast: Cast) -> None:
    for name in ("lawhr", "audit", "head", "emp"):
        with pytest.raises(PermissionDenied):
            connect(cast.users[name])


def test_a_token_expires_and_can_be_withdrawn(cast: Cast) -> None:
    made, secret = connect(cast.users["hr"])
    token, other = token_of(made, secret), token_of(made, secret)
    rows = get_access_token_model().objects
    assert not rows.exclude(token="").exists(), "only digests are stored"
    assert rows.earliest("pk").expires <= timezone.now() + timedelta(seconds=900)

    answer = Client().post("/api/oauth/revoke/", {"token": other, "client_id": made.client_id, "client_secret": secret})
    assert answer.status_code == 200
    problem(sender(other).get("/api/v1/me/"), 401, "invalid_token")

    rows.update(expires=timezone.now() - timedelta(seconds=1))
    refused = sender(token).get("/api/v1/me/")
    problem(refused, 401, "invalid_token")
    assert refused["WWW-Authenticate"].startswith("Bearer")
    connections.forget_expired_tokens()
    assert not rows.exists()


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer " + "x" * 500, "Bearer \x00", "bearer nothing"])
def test_what_is_no_token_is_401(cast: Cast, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    problem(client.get("/api/v1/me/"), 401, "invalid_token")


@pytest.mark.parametrize(
    ("values", "status", "error"),
    [
        ({"grant_type": "password", "username": "hr", "password": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)
def test_the_token_endpoint_knows_client_credentials_only(
    cast: Cast, values: dict[str, str], status: int, error: str
) -> None:
    made, secret = connect(cast.users["hr"])

    answer = ask_token(made, secret, **values)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_asking_for_tokens_and_calls_have_a_limit(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OAUTH_TOKENS_PER_MINUTE = 2
    settings.API_CALLS_PER_MINUTE = 3
    made, secret = connect(cast.users["hr"])
    client = sender(token_of(made, secret))
    other = sender(token_of(*connect(cast.users["hr"], name="Lain")))

    assert [ask_token(made, secret).status_code for _again in range(2)] == [200, 429]
    assert [client.get("/api/v1/me/").status_code for _again in range(4)] == [200, 200, 200, 429]
    assert other.get("/api/v1/me/").status_code == 200, "each connection counts by itself"


def test_a_system_has_no_way_in_but_tokens(client: Client, cast: Cast) -> None:
    made, _secret = connect(cast.users["hr"])
    account = made.user

    client.force_login(account, backend="organization.auth.AgencyBackend")
    assert client.get("/requests/").status_code == 302, "a session of it counts for nothing"
    for change in ({"email": "sistem@kota.go.id"}, {"password": "pbkdf2$x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=account.pk).update(**change)
    answer = post(client, cast.users["hr"], "account_off", account.pk)
    assert answer.status_code == 404, "it is looked after under Connections"
    assert account.username not in body(get(client, cast.users["hr"], "account_list"))


def test_a_system_holds_only_roles_that_read(cast: Cast) -> None:
    made, _secret = connect(cast.users["hr"])
    for role in ("authority", "evidence_officer"):
        with pytest.raises(ValidationError):
            roles.grant_role(
                by=cast.users["hr"], account=made.user, role=role, unit=None, valid_from=timezone.localdate()
            )
    with pytest.raises(ValidationError):
        delegations.delegate(
            by=cast.users["hr"],
            principal=cast.users["boss"],
            delegate=made.user,
            kind="plh",
            valid_from=timezone.localdate(),
            valid_to=None,
        )


def test_a_system_is_no_level_of_a_chain_no_last_admin_and_gets_no_notices(cast: Cast) -> None:
    made, _secret = connect(cast.users["hr"])
    world = cast.world
    step = sent(world).steps.current().get()
    assert made.user not in role_holders("hr", world.law, timezone.localdate())
    for name in ("sup", "head"):
        approve_step(by=cast.users[name], step_id=step.pk)
        step = step.request.steps.current().get()
    assert step.role == "hr"
    with pytest.raises(PermissionDenied):
        approve_step(by=made.user, step_id=step.pk)
    assert not Notice.objects.filter(user=made.user).exists()
    with pytest.raises(ValidationError):
        roles.refuse_last_admin(cast.users["hr"], timezone.localdate())


def draft_body(cast: Cast, **changes: Any) -> dict[str, Any]:
    data = draft()
    values = {
        "employee_id": cast.employees["emp"].pk,
        "kind": data.kind,
        "valid_from": str(data.valid_from),
        "valid_to": str(data.valid_to),
        "weekdays": list(data.weekdays),
        "place_kind": data.place_kind,
        "reason": data.reason,
        "work_plan": data.work_plan,
        "outputs": [
            {"title": item.title, "measure": item.measure, "target": str(item.target), "due_on": str(item.due_on)}
            for item in data.outputs
        ],
    }
    return values | changes


def test_a_system_keeps_and_sends_a_draft_for_an_employee(cast: Cast) -> None:
    api = system(cast.users["hr"], "fwa:write", "fwa:read")

    made = api.post("/api/v1/requests/", draft_body(cast))
    assert made.status_code == 201, made.content
    at = f"/api/v1/requests/{made.json()['id']}/"
    assert made.json()["employee"]["id"] == cast.employees["emp"].pk
    preview = api.post("/api/v1/requests/preview/", {"request_id": made.json()["id"]})
    assert preview.json()["is_eligible"] is True
    assert api.patch(at, {"work_plan": "Menulis bab satu."}).status_code == 200
    assert api.post(at + "submit/").json()["status"] == "submitted"

    fwa_request = Request.objects.get()
    decision = fwa_request.decisions.get()
    assert decision.decided_by.is_service
    assert Notice.objects.filter(user=cast.users["emp"], code="fwa.submitted").exists(), "the employee is told"
    assert api.post(at + "withdraw/").json()["status"] == "withdrawn"


def test_a_draft_is_the_employees_own_once_they_saved_it(cast: Cast) -> None:
    api = system(cast.users["hr"], "fwa:write", "fwa:read")
    at = f"/api/v1/requests/{api.post('/api/v1/requests/', draft_body(cast)).json()['id']}/"
    person = APIClient()
    person.force_login(cast.users["emp"])
    assert person.patch(at, {"reason": "Alasan saya sendiri."}).status_code == 200

    assert api.get(at).status_code == 404
    assert api.post(at + "submit/").status_code == 404


def test_drafts_of_people_and_of_other_systems_are_not_there_for_a_system(cast: Cast) -> None:
    first = system(cast.users["hr"], "fwa:write", "fwa:read")
    second = system(cast.users["hr"], "fwa:write", "fwa:read", name="Lain")
    made = first.post("/api/v1/requests/", draft_body(cast)).json()["id"]

    assert second.get(f"/api/v1/requests/{made}/").status_code == 404
    assert second.get("/api/v1/requests/").json()["results"] == []
    assert [row["id"] for row in first.get("/api/v1/requests/").json()["results"]] == [made]


@pytest.mark.parametrize("whom", ["out", None])
def test_a_system_enters_nothing_for_others_than_it_looks_after(cast: Cast, whom: str | None) -> None:
    api = system(cast.users["hr"], "fwa:write", unit=cast.law)
    who = cast.employees[whom].pk if whom else None

    refused = problem(api.post("/api/v1/requests/", draft_body(cast, employee_id=who)), 400, "invalid")

    assert [error["field"] for error in refused["errors"]] == ["employee_id"]
    assert not Request.objects.exists()


def test_an_auditing_system_writes_nothing_and_no_system_states_a_special_circumstance(cast: Cast) -> None:
    auditing = system(cast.users["hr"], "fwa:write", role="auditor")
    problem(auditing.post("/api/v1/requests/", draft_body(cast)), 400, "invalid")

    api = system(cast.users["hr"], "fwa:write", name="Lain")
    refused = problem(api.post("/api/v1/requests/", draft_body(cast, basis="special_circumstance")), 400, "invalid")
    assert [error["field"] for error in refused["errors"]] == ["basis"]


def test_people_write_their_own_requests_only(cast: Cast) -> None:
    person = APIClient()
    person.force_login(cast.users["hr"])
    assert person.post("/api/v1/requests/", draft_body(cast)).status_code == 403
    person.force_login(cast.users["col1"])
    problem(person.post("/api/v1/requests/", draft_body(cast)), 400, "invalid")


def test_scope_of_its_role_is_what_a_system_sees(cast: Cast) -> None:
    api = system(cast.users["hr"], "organization:read", unit=cast.law)

    names = {row["name"] for row in api.get("/api/v1/employees/").json()["results"]}

    assert "emp" in names
    assert "Out" not in names
    assert api.get(f"/api/v1/employees/{cast.employees['out'].pk}/").status_code == 404
    no_role = system(cast.users["hr"], "organization:read", role="", name="Kalender")
    assert no_role.get("/api/v1/holidays/").status_code == 200
    assert no_role.get("/api/v1/employees/").status_code == 403


def test_every_address_of_the_api_says_what_systems_may_do_there() -> None:
    names = {name for name in TABLE if name.startswith("api:")}
    said = {name for name in scopes.SCOPE_OF if name.startswith("api:")} | scopes.FOR_PEOPLE | scopes.PUBLIC

    assert names - said == set(), "addresses without a word in config/scopes.py"
    assert said - names == set(), "words about addresses that are not there"
    assert not set(scopes.SCOPE_OF) & scopes.FOR_PEOPLE
    assert {scope for by_method in scopes.SCOPE_OF.values() for scope in by_method.values()} == {
        *scopes.SCOPES,
        scopes.ANY,
    }


def test_pages_of_connections_link_and_take_few_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    made, _secret = connect(cast.users["hr"])
    client.force_login(cast.users["hr"])
    with django_assert_max_num_queries(15):
        assert url("connection_secret", made.pk) in body(client.get(url("connection", made.pk)))
    connect(cast.users["hr"], name="B")
    connect(cast.users["hr"], name="C")
    with django_assert_max_num_queries(15):
        client.get(url("connection_list"))

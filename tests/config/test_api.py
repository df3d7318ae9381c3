"""What all endpoints share: the schema, the login, the token, pages, and the shapes of refusal."""

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from rest_framework.permissions import AllowAny

from config import api_urls
from organization.models import Unit
from tests.api import client_of, get, problem
from tests.world import make_world

pytestmark = pytest.mark.django_db
PUBLIC = {"letter-check"}


@pytest.fixture
def world():
    return make_world()


def all_patterns(patterns, prefix=""):
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from all_patterns(entry.url_patterns, prefix)
        else:
            yield entry


def test_the_schema_is_valid_openapi_3_1_and_without_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))

    assert "openapi: 3.1" in (tmp_path / "schema.yml").read_text()


def test_schema_and_docs_are_for_those_who_are_logged_in(world):
    assert client_of(world.users["emp"]).get("/api/v1/schema/").status_code == 200
    assert client_of(world.users["emp"]).get("/api/v1/docs/").status_code == 200
    problem(client_of().get("/api/v1/schema/"), 401, "not_authenticated")


def test_every_endpoint_but_the_check_of_a_letter_asks_for_login():
    open_to_all = {
        entry.name for entry in all_patterns(api_urls.urlpatterns) if AllowAny in entry.callback.cls.permission_classes
    }
    assert open_to_all <= PUBLIC


def test_every_list_has_pages_and_a_filter():
    for entry in all_patterns(api_urls.urlpatterns):
        view = entry.callback.cls
        # The ledger of a request is one chain, read whole.
        if (getattr(entry.callback, "actions", None) or {}).get("get") == "list" and entry.name != "request-ledger":
            assert view.pagination_class is not None, entry.name
            filters = getattr(view, "filterset_class", None) or getattr(view, "filterset_fields", None)
            # Asked for a day or month and a unit by a form of their own.
            assert filters or entry.name in ("whereabouts-list", "recap-list"), entry.name


def test_no_address_has_room_for_a_name_or_number_of_a_person():
    routes = [str(entry.pattern) for entry in all_patterns(get_resolver().url_patterns)]
    assert not [route for route in routes if "nip" in route]


def test_nobody_logged_in_is_401_with_the_way_in(db):
    answer = client_of().get("/api/v1/me/")

    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Fleksibel"'


def test_a_write_without_token_is_refused(world):
    client = client_of(world.users["emp"], enforce_csrf_checks=True)

    problem(client.post("/api/v1/notices/read/", {}), 403, "csrf_failed")


def test_a_write_with_the_token_is_done(world):
    client = client_of(world.users["emp"], enforce_csrf_checks=True)
    client.get("/profile/")
    token = client.cookies["csrftoken"].value

    assert client.post("/api/v1/notices/read/", {}, headers={"X-CSRFToken": token}).json() == {"count": 0}


@pytest.mark.parametrize(
    ("method", "options", "status", "code"),
    [
        ("put", {}, 405, "method_not_allowed"),
        ("post", {"data": "<ids/>", "content_type": "application/xml"}, 415, "unsupported_media_type"),
        ("post", {"data": "{", "content_type": "application/json"}, 400, "parse_error"),
        ("post", {"data": {"ids": "all"}, "format": "json"}, 400, "invalid"),
    ],
)
def test_refusals_have_one_shape(world, method, options, status, code):
    problem(getattr(client_of(world.users["emp"]), method)("/api/v1/notices/read/", **options), status, code)


def test_a_form_that_is_not_offered_is_406(world):
    answer = client_of(world.users["emp"]).get("/api/v1/me/", headers={"Accept": "text/csv"})

    problem(answer, 406, "not_acceptable")


def test_texts_are_in_the_readers_language(world):
    client = client_of(world.users["emp"])

    texts = {client.get("/api/v1/units/", headers={"Accept-Language": name}).json()["detail"] for name in ("id", "en")}

    assert texts


def test_pages_have_the_asked_size_up_to_a_limit(world):
    Unit.objects.get(code="R")
    first = get(world.users["hr"], "employees/", page_size=2)

    assert (first["count"], len(first["results"])) == (5, 2)
    assert "page=2" in first["next"]
    problem(client_of(world.users["hr"]).get("/api/v1/employees/?page=9"), 404, "not_found")


def test_second_factor_is_asked_for_by_the_api_too(world, settings):
    settings.DEMO = False

    problem(client_of(world.users["hr"]).get("/api/v1/me/"), 403, "permission_denied")
    assert get(world.users["emp"], "me/")["name"] == "emp"

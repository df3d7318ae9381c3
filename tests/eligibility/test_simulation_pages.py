"""The pages of a simulation and of publishing: who sees them, that numbers lead to names, and what they cost."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from eligibility.models import Simulation
from eligibility.services import perform_simulation
from eligibility.services.drafts import request_publication
from organization.models import Employee, Placement, RoleGrant, User
from tests.eligibility.simulating import (
    DECREE,
    arrange,
    change,
    draft_of,
    in_days,
    make_simulating_world,
    promote,
    simulate,
)
from tests.organization.cast import make_unit
from tests.world import SINCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_simulating_world()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def auditor_of(unit=None, name="audit"):
    user = User.objects.create(username=name, name=name, is_active=True, language="en")
    RoleGrant.objects.create(user=user, role="auditor", unit=unit, valid_from=SINCE)
    return user


def page(client, user, name, *args, **query):
    user.language = "en"
    user.save()
    client.force_login(user)
    return client.get(reverse(f"eligibility:{name}", args=args), query, headers={"accept-language": "en"})


def names(answer):
    return sorted(line.row.employee.name for line in answer.context["page_obj"])


def draft_page(client, world, draft, user=None):
    return page(client, user or world.users["hr"], "draft", "location", draft.number)


def test_the_draft_shows_four_numbers_units_and_who_works_flexibly(client, world):
    arrange(world.employees["emp"], world.law)
    draft = draft_of(world)
    assert "Nobody has simulated it yet" in draft_page(client, world, draft).content.decode()

    simulate(world, draft)
    answer = draft_page(client, world, draft)

    panel = next(item.context for item in answer.context["panels"] if "stats" in item.context)
    assert [(item["value"], str(item["label"])) for item in panel["stats"]] == [
        ("4", "eligible now"), ("4", "eligible then"), ("−1", "lose"), ("+1", "gain"),
    ]  # fmt: skip
    assert [(line.label, line.now.value, line.then.value, line.moved.value) for line in panel["lines"]] == [
        ("Hukum", 4, 4, 2)
    ]
    text = answer.content.decode()
    assert "1 of those who lose works flexibly" in text
    assert "nothing ends by itself" in text


def test_a_waiting_simulation_is_asked_for_again_and_then_the_page_loads_anew(client, world):
    draft = draft_of(world)
    client.force_login(world.users["hr"])
    answer = client.post(reverse("eligibility:simulation_start", args=["location", draft.number]), {"as_of": ""})
    made = Simulation.objects.get()
    assert answer["Location"] == reverse("eligibility:draft", args=["location", draft.number])
    assert made.as_of == draft.valid_from
    assert b"hx-trigger" in draft_page(client, world, draft).content

    waiting = page(client, world.users["hr"], "simulation_state", made.pk)
    assert "HX-Refresh" not in waiting
    perform_simulation(made.pk)

    assert page(client, world.users["hr"], "simulation_state", made.pk)["HX-Refresh"] == "true"


def test_a_day_that_is_none_is_told(client, world):
    draft = draft_of(world)
    client.force_login(world.users["hr"])
    client.post(reverse("eligibility:simulation_start", args=["location", draft.number]), {"as_of": "20266-01-01"})
    assert not Simulation.objects.exists()


def test_an_edit_shows_the_simulation_as_old(client, world):
    draft = draft_of(world)
    simulation = simulate(world, draft)
    assert "of an older edit" not in draft_page(client, world, draft).content.decode()

    change(world, draft, "location_tasks", {"min_share_pct": 50})

    assert "of an older edit" in draft_page(client, world, draft).content.decode()
    assert "of an older edit" in page(client, world.users["hr"], "simulation", simulation.pk).content.decode()


def test_every_number_leads_to_as_many_names(client, world):
    arrange(world.employees["emp"], world.law)
    other = make_unit("U", "Umum", parent=world.law.parent)
    Placement.objects.filter(employee=world.employees["col2"]).update(unit=other)
    Employee.objects.filter(name="sup").update(sex="2", kind="pppk")
    simulation = simulate(world, draft_of(world))
    client.force_login(world.users["hr"])

    checked = 0
    for group in ("unit", "position", "kind", "sex", "rule"):
        answer = client.get(reverse("eligibility:simulation", args=[simulation.pk]), {"by": group})
        lines = [*answer.context["page_obj"], answer.context["total"]]
        for figure in (getattr(line, name) for line in lines for name in ("now", "then", "gained", "lost", "running")):
            if figure.url:
                found = client.get(figure.url)
                assert found.context["page_obj"].paginator.count == figure.value, figure.url
                checked += 1
    assert checked > 30


def test_units_are_gone_down_level_by_level(client, world):
    part = make_unit("HB", "Bantuan Hukum", parent=world.law)
    promote_unit = Placement.objects.filter(employee=world.employees["emp"], valid_to=None)
    promote_unit.update(unit=part)
    simulation = simulate(world, draft_of(world))

    top = page(client, world.users["hr"], "simulation", simulation.pk)
    below = page(client, world.users["hr"], "simulation", simulation.pk, under=world.law.pk)

    assert [(line.label, line.lost.value) for line in top.context["page_obj"]] == [("Hukum", 1)]
    assert [(line.label, line.lost.value, line.now.value) for line in below.context["page_obj"]] == [
        ("Bantuan Hukum", 1, 1), ("Hukum itself, without the units below it", 0, 3),
    ]  # fmt: skip
    own = client.get(below.context["page_obj"][1].now.url)
    assert names(own) == ["col2", "head", "sup"]
    assert "without the units below" in own.content.decode()


@pytest.mark.parametrize("query", [{"by": "nip"}, {"under": "x"}, {"under": "999999"}])
def test_an_address_that_leads_nowhere(client, world, query):
    simulation = simulate(world, draft_of(world))
    assert page(client, world.users["hr"], "simulation", simulation.pk, **query).status_code == 404


def test_the_names_are_filtered(client, world):
    simulation = simulate(world, draft_of(world))
    hr = world.users["hr"]

    assert names(page(client, hr, "simulation_people", simulation.pk, change="moved")) == ["col1", "emp"]
    assert names(page(client, hr, "simulation_people", simulation.pk, rule="location_tasks")) == ["col1"]
    assert names(client.get(reverse("eligibility:simulation_people", args=[simulation.pk]), {"name": "em"})) == ["emp"]
    assert names(page(client, hr, "simulation_people", simulation.pk, then="not_eligible")) == ["emp"]
    assert names(page(client, hr, "simulation_people", simulation.pk, unit=world.law.pk, change="lost")) == ["emp"]


@pytest.mark.parametrize(
    ("name", "status"), [("emp", 403), ("sup", 403), ("head", 403), ("boss", 403), ("hr", 200), ("boss2", 200)]
)
def test_only_hr_of_the_agency_and_auditors_read_names(client, world, name, status):
    simulation = simulate(world, draft_of(world))
    for address in ("simulation", "simulation_people"):
        assert page(client, world.users[name], address, simulation.pk).status_code == status


def test_an_auditor_reads_and_does_nothing_else(client, world):
    draft = draft_of(world)
    simulation = simulate(world, draft)
    audit = auditor_of()

    assert names(page(client, audit, "simulation_people", simulation.pk, change="lost")) == ["emp"]
    shown = draft_page(client, world, draft, audit).content.decode()
    assert "Simulate again" not in shown
    assert page(client, audit, "simulation_export", simulation.pk, "xlsx").status_code == 403
    assert page(client, audit, "publish", "location", draft.number).status_code == 403
    assert client.post(reverse("eligibility:simulation_start", args=["location", draft.number])).status_code == 403


def test_who_oversees_a_part_sees_no_simulation(client, world):
    draft = draft_of(world)
    simulation = simulate(world, draft)
    part = auditor_of(world.law, "partly")

    assert page(client, part, "simulation", simulation.pk).status_code == 404
    assert page(client, part, "simulation_list").context["page_obj"].paginator.count == 0


# Files


def test_the_workbook_holds_figures_and_names_and_no_formula(client, world):
    Employee.objects.filter(name="emp").update(name="=1+1")
    simulation = simulate(world, draft_of(world))

    answer = page(client, world.users["hr"], "simulation_export", simulation.pk, "xlsx")

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["Summary", "loses", "gains", "stays eligible, the check chang"]
    cell = book["loses"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert [row[1].value for row in book["gains"].iter_rows(min_row=2)] == ["col1"]
    figures = {row[0].value: [each.value for each in row[1:6]] for row in book["Summary"].iter_rows()}
    assert figures["Whole agency"] == [4, 4, 1, 1, 0]
    assert figures["Hukum"] == [4, 4, 1, 1, 0]
    assert figures["Not new in the post"] == [0, 1, 0, 1, 0]


def test_the_csv_holds_whom_the_filters_leave_and_no_formula(client, world):
    Employee.objects.filter(name="emp").update(name="=1+1")
    simulation = simulate(world, draft_of(world))

    def rows(**query):
        answer = page(client, world.users["hr"], "simulation_export", simulation.pk, "csv", **query)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]

    assert len(rows()) == 5
    ((_nip, name, *_rest, rule, _running),) = rows(change="lost")
    assert (name, rule) == ("'=1+1", "Not new in the post")


@pytest.mark.parametrize("file_format", ["pdf", "xls"])
def test_another_format_is_not_there(client, world, file_format):
    simulation = simulate(world, draft_of(world))
    assert page(client, world.users["hr"], "simulation_export", simulation.pk, file_format).status_code == 404


# Publishing


def asked(world, draft):
    draft.refresh_from_db()
    return request_publication(
        by=world.users["hr"], version_id=draft.pk, revision=draft.revision, decree_no="2/2027",
        decree_date=timezone.localdate(),
    )  # fmt: skip


def test_moved_facts_are_shown_and_confirmed_on_the_page(client, world):
    draft = draft_of(world)
    simulate(world, draft)
    asked(world, draft)
    promote(world.employees["col2"], in_days(-240))
    path = reverse("eligibility:publish", args=["location", draft.number])
    shown = page(client, world.users["boss2"], "publish", "location", draft.number)
    values = DECREE | {"revision": shown.context["form"]["revision"].value()}

    again = client.post(path, values)

    assert again.status_code == 409
    text = again.content.decode()
    assert "Facts moved since the simulation" in text
    assert "col2" in text
    confirm = again.context["form"]["confirm"].value()
    assert client.post(path, values | {"confirm": confirm}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "published"
    assert client.post(path, values | {"confirm": confirm}).status_code == 409


def test_the_page_says_what_is_missing(client, world):
    draft = draft_of(world)
    shown = page(client, world.users["boss2"], "publish", "location", draft.number).content.decode()

    assert "The editor has not asked for publication yet" in shown
    assert "There is no simulation of these rules" in shown
    own = page(client, world.users["hr"], "publish", "location", draft.number).content.decode()
    assert "another HR admin of the agency publishes it" in own
    path = reverse("eligibility:publish", args=["location", draft.number])
    client.force_login(world.users["boss2"])
    assert client.post(path, {"revision": draft.revision}).status_code == 422


def test_sending_back_by_the_page(client, world):
    draft = draft_of(world)
    asked(world, draft)
    client.force_login(world.users["boss2"])
    path = reverse("eligibility:send_back", args=["location", draft.number])

    assert client.post(path, {"note": ""}).status_code == 422
    assert client.post(path, {"note": "Jelaskan alasannya."}).status_code == 302
    assert client.post(path, {"note": "Jelaskan alasannya."}).status_code == 409


def test_a_published_version_leads_to_its_page(client, world):
    answer = page(client, world.users["boss2"], "publish", "location", 1)
    assert answer["Location"] == reverse("eligibility:policy_version", args=["location", 1])


# What it costs


def _join(world, *numbers):
    """So many more who serve, each in a unit of their own."""
    before = Placement.objects.filter(employee=world.employees["head"]).get()
    for number in numbers:
        person = Employee.objects.create(
            nip=f"1990010120200100{number:02}", name=f"p{number}", kind="pns", sex="2", birth_date=SINCE, grade="III/a"
        )
        Placement.objects.create(
            employee=person,
            unit=make_unit(f"X{number}", f"Unit {number}", parent=world.law.parent),
            position=before.position,
            entry_reason="promotion",
            valid_from=in_days(-240),
        )


@pytest.mark.parametrize("name", ["simulation", "simulation_people", "simulation_list", "draft", "publish"])
def test_pages_cost_the_same_with_one_and_with_three(client, world, name):
    draft = draft_of(world)
    costs = []
    for numbers in ([11], [12, 13, 14]):
        _join(world, *numbers)
        made = simulate(world, draft)
        args = {"draft": ("location", draft.number), "publish": ("location", draft.number), "simulation_list": ()}
        where = args.get(name, (made.pk,))
        page(client, world.users["hr"], name, *where)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"eligibility:{name}", args=where)).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 15

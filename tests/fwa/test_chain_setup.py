"""An empty agency has an approval chain from its first day, and a request walks it to the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from eligibility.models import Policy
from eligibility.services import publish_first_policies, seed_policies
from fwa.models import ChainStage, Request, Step
from fwa.services.chain import add_missing_chains, seed_default_chain
from fwa.services.decisions import approve_step
from fwa.services.requests import save_draft, submit_request
from fwa.setup_steps import chain_step
from organization.models import (
    Domicile,
    Employee,
    Placement,
    Position,
    PositionTask,
    RoleGrant,
    TaskType,
    Unit,
    UnitReadiness,
    UnitVersion,
    User,
)
from organization.services.units import rebuild_unit_index
from tests.world import LOCATION_CRITERIA, SINCE, draft

pytestmark = pytest.mark.django_db
DEFAULT = [("supervisor", 3), ("unit_head", 3), ("hr", 3), ("authority", 5)]


@pytest.fixture
def admin(settings):
    settings.SETUP_ADMIN_PASSWORD = "sandi-panjang-untuk-uji"
    call_command("setup_agency", name="Pemerintah Kota Uji")
    return User.objects.get(username="admin")


def publish(admin):
    today = timezone.localdate()
    publish_first_policies(by=admin, decree_no="1/2026", decree_date=today, valid_from=today, quota_pct=50)


def chain_of(code):
    return list(ChainStage.objects.filter(policy__code=code).order_by("order").values_list("role", "due_days"))


@pytest.mark.parametrize("code", ["location", "shift", "dynamic"])
def test_an_empty_agency_has_the_whole_default_chain(admin, code):
    assert chain_of(code) == DEFAULT


def test_seeding_twice_makes_one_chain_and_keeps_the_agencys_own(admin):
    ChainStage.objects.filter(policy__code="shift").exclude(role="authority").delete()

    assert seed_default_chain(on=timezone.localdate()) == []
    assert chain_of("shift") == [("authority", 5)]


def test_a_chain_that_begins_later_is_left_alone():
    seed_policies()
    later = timezone.localdate() + timedelta(days=30)
    ChainStage.objects.create(policy=Policy.objects.get(code="shift"), order=1, role="authority", valid_from=later)

    seed_default_chain(on=timezone.localdate())

    assert chain_of("shift") == [("authority", 3)]
    assert chain_of("location") == DEFAULT


def test_the_checklist_names_the_policy_without_a_chain(admin):
    assert chain_step(admin).done

    ChainStage.objects.filter(policy__code="shift").delete()

    step = chain_step(admin)
    assert not step.done
    assert str(Policy.objects.get(code="shift")) in step.detail


def test_hr_puts_the_default_chain_where_it_is_missing(client, admin):
    ChainStage.objects.all().delete()
    client.force_login(admin)
    RoleGrant.objects.filter(user=admin).update(valid_from=SINCE)

    with pytest.raises(PermissionDenied):
        add_missing_chains(by=User.objects.create(username="lain", is_active=True))
    answer = client.post(reverse("fwa:chain_default"), follow=True)

    assert answer.status_code == 200
    assert chain_of("location") == DEFAULT
    assert "/approval-chain/default/" not in answer.content.decode()


@pytest.mark.parametrize(("name", "offered"), [("lain", False), ("admin", True)])
def test_everybody_reads_the_chain_and_only_hr_is_offered_the_default(client, admin, name, offered):
    ChainStage.objects.filter(policy__code="shift").delete()
    User.objects.create(username="lain", is_active=True)
    client.force_login(User.objects.get(username=name))

    page = client.get(reverse("fwa:chain_list"))

    assert page.status_code == 200
    assert (reverse("fwa:chain_default") in page.content.decode()) is offered
    assert client.post(reverse("fwa:chain_default")).status_code == (302 if offered else 403)


def test_the_page_asks_the_same_number_of_questions_whatever_there_is(client, admin, django_assert_max_num_queries):
    client.force_login(User.objects.create(username="lain", is_active=True))
    client.get(reverse("fwa:chain_list"))  # the first page of a session also keeps its language
    asked = []
    for kept in (["location", "shift", "dynamic"], ["location"]):
        ChainStage.objects.exclude(policy__code__in=kept).delete()
        with django_assert_max_num_queries(15) as queries:
            client.get(reverse("fwa:chain_list"))
        asked.append(len(queries))

    assert asked[0] == asked[1]


def _person(name, unit, position, supervisor=None, *, head=False, number=0):
    user = User.objects.create(username=name, name=name, is_active=True)
    employee = Employee.objects.create(
        nip=f"19900101201001100{number}", name=name, kind="pns", sex="1", birth_date="1990-01-01", user=user
    )
    Domicile.objects.create(
        employee=employee, address="Jl. Uji 1", valid_from=SINCE, verified_at=timezone.now(), verified_by=user
    )
    Placement.objects.create(
        employee=employee,
        unit=unit,
        position=position,
        supervisor=supervisor,
        entry_reason="recruitment",
        is_head=head,
        valid_from=SINCE,
    )
    return employee


def test_a_request_walks_from_an_empty_agency_to_determination(admin):
    publish(admin)
    root = Unit.objects.get()
    unit = Unit.objects.create(code="H", name="Hukum")
    UnitVersion.objects.create(unit=unit, name="Hukum", parent=root, valid_from=SINCE)
    rebuild_unit_index()
    unit.refresh_from_db()
    position = Position.objects.create(code="AK", name="Analis", kind="fungsional")
    task = TaskType.objects.create(code="T", name="Kajian", **LOCATION_CRITERIA)
    PositionTask.objects.create(position=position, task_type=task, share_pct=80, valid_from=SINCE)
    head = _person("kepala", unit, position, head=True, number=1)
    boss = _person("atasan", unit, position, head, number=2)
    people = [_person(f"staf{number}", unit, position, boss, number=number) for number in (3, 4)]
    decider = User.objects.create(username="sekda", is_active=True)
    RoleGrant.objects.create(user=decider, role="authority", valid_from=SINCE)
    UnitReadiness.objects.create(
        unit=unit,
        technology=True,
        supervision=True,
        status="confirmed",
        declared_by=head.user,
        declared_at=timezone.now(),
        confirmed_by=admin,
        confirmed_at=timezone.now(),
        valid_from=SINCE,
    )
    applicant = people[0].user

    fwa_request = submit_request(by=applicant, request_id=save_draft(by=applicant, data=draft()).pk)
    for user in (boss.user, head.user, admin, decider):
        approve_step(by=User.objects.get(pk=user.pk), step_id=Step.objects.current().get(request=fwa_request).pk)

    assert Request.objects.get(pk=fwa_request.pk).status == "approved"

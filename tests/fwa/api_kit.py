"""Short ways to ask the API of flexible work."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from fwa.models import Step
from organization.models import DisciplineCase, RoleGrant
from tests.api import client_of
from tests.world import SINCE, next_monday

DECIDERS = ("sup", "head", "hr", "boss")


def body(**changes):
    """The draft of `tests.world` as JSON."""
    monday = next_monday()
    values = {
        "kind": "location",
        "valid_from": monday.isoformat(),
        "valid_to": (monday + timedelta(days=27)).isoformat(),
        "weekdays": [2, 4],
        "place_kind": "home",
        "reason": "Menyusun naskah akademik.",
        "work_plan": "Menulis bab satu sampai empat.",
        "outputs": [
            {
                "title": "Naskah akademik",
                "measure": "bab",
                "target": "4.00",
                "due_on": (monday + timedelta(days=20)).isoformat(),
            }
        ],
    }
    return values | changes


def post(world, name, path, data=None, **options):
    return client_of(world.users[name]).post(f"/api/v1/{path}", data if data is not None else {}, **options)


def made(world, name="emp", **changes):
    answer = post(world, name, "requests/", body(**changes))
    assert answer.status_code == 201, answer.content
    return answer.json()


def current(fwa_request):
    return Step.objects.current().get(request=fwa_request)


def examined(world, name="emp"):
    DisciplineCase.objects.create(
        employee=world.employees[name], reference="P-1", status="examination", opened_on=timezone.localdate()
    )


def auditor(world, name="col2"):
    RoleGrant.objects.create(user=world.users[name], role="auditor", valid_from=SINCE)
    return world.users[name]


def evidence_officer(world, name="col2"):
    RoleGrant.objects.create(user=world.users[name], role="evidence_officer", valid_from=SINCE)
    return world.users[name]

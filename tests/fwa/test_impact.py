"""What a change will hit is said before it is confirmed: on the forms of HR and on the check of an import."""

import re

import pytest

from fwa.models import ArrangementReview
from organization.changes import Planned, impact_of
from organization.enums import ChangeCause
from organization.models import DisciplineCase, Employee, UnitVersion
from tests.fwa.letters_kit import determined
from tests.fwa.reviews_kit import today
from tests.organization.cast import body, make_cast, post
from tests.organization.importing import import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def running(cast):
    return determined(cast.world)


def case(**changes) -> dict:
    return {"reference": "K-1", "status": "examination", "opened_on": today()} | changes


def test_a_case_is_saved_after_what_it_hits_was_shown(client, cast, running):
    emp = cast.employees["emp"]
    shown = post(client, cast.users["hr"], "case_create", emp.pk, **case())

    text = body(shown)
    assert shown.status_code == 200
    assert running.number in text
    assert not DisciplineCase.objects.exists(), "nothing is saved yet"
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', text)
    assert confirmed
    done = post(client, cast.users["hr"], "case_create", emp.pk, **case(confirmed=confirmed.group(1)))
    assert done.status_code == 302
    assert DisciplineCase.objects.count() == 1
    assert ArrangementReview.objects.count() <= 1


def test_a_figure_that_moved_is_asked_again(client, cast, running):
    answer = post(client, cast.users["hr"], "case_create", cast.employees["emp"].pk, **case(confirmed="9-9"))

    assert answer.status_code == 200
    assert not DisciplineCase.objects.exists()


def test_who_has_nothing_running_is_saved_at_once(client, cast, running):
    answer = post(client, cast.users["hr"], "case_create", cast.employees["col1"].pk, **case())

    assert answer.status_code == 302


def test_duties_of_a_unit_hit_its_people_and_a_new_name_does_not(client, cast, running):
    version = UnitVersion.objects.get(unit=cast.law)
    values = {"name": version.name, "parent": version.parent_id, "zone": version.zone, "valid_from": today()}
    serving = post(client, cast.users["hr"], "unit_change", cast.law.pk, **values, is_direct_service="on")
    assert serving.status_code == 200
    assert running.number in body(serving)

    renamed = post(client, cast.users["hr"], "unit_change", cast.law.pk, **values | {"name": "Bagian Hukum"})
    assert renamed.status_code == 302


def test_only_kinds_judged_by_such_a_rule_count(cast, running):
    everybody = Employee.objects.all()
    hr = cast.users["hr"]
    assert impact_of(hr, Planned(ChangeCause.DISCIPLINE, everybody, today())).things == 1
    assert impact_of(hr, Planned(ChangeCause.RATING, everybody, today())).things == 0, (
        "no rule over ratings is in force"
    )
    over = running.assignment.last_day
    late = Planned(ChangeCause.DISCIPLINE, everybody, over.replace(year=over.year + 1))
    assert impact_of(hr, late).things == 0


def test_queries_do_not_grow_with_the_people(cast, running, django_assert_max_num_queries):
    for name, weekday in (("col1", 1), ("col2", 3)):
        determined(cast.world, name, weekdays=(weekday,))
    with django_assert_max_num_queries(3):
        impact = impact_of(cast.users["hr"], Planned(ChangeCause.DISCIPLINE, Employee.objects.all(), today()))
    assert (impact.things, impact.people) == (3, 3)


def test_the_check_of_an_import_names_whom_it_changes(cast):
    emp = cast.employees["emp"]
    rows = [{"NIP": emp.nip, "NOMOR KASUS": "K-1", "STATUS": "pemeriksaan", "TANGGAL MULAI": "01-06-2026"}]
    checked = import_rows(rows, kind="discipline", dry_run=True)

    assert checked.counts["affected"] == {"discipline_case": [emp.pk]}

"""An empty agency: the command that makes it, and the checklist that leads HR through the rest."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from eligibility.models import Policy
from eligibility.services import publish_first_policies
from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Employee,
    Holiday,
    PositionTask,
    RamadanPeriod,
    RoleGrant,
    Site,
    Unit,
    UnitReadiness,
    User,
)
from organization.setup import checklist
from organization.setup_steps import read_numbers
from performance.models import OfficialPredicate
from tests.organization.cast import PASSWORD, body, days, get, make_employee, make_user, post, said
from tests.world import LOCATION_CRITERIA

pytestmark = pytest.mark.django_db
REQUIRED = ["profile", "decree", "policies", "quota", "chain", "import", "tasks", "accounts", "roles", "readiness"]
OPTIONAL = ["sites", "calendar", "presence"]


@pytest.fixture
def admin(settings):
    settings.SETUP_ADMIN_PASSWORD = PASSWORD
    call_command("setup_agency", name="Pemerintah Kota Uji", stdout=io.StringIO())
    return User.objects.get(username="admin")


def set_up(**options):
    out = io.StringIO()
    call_command("setup_agency", stdout=out, **options)
    return out.getvalue()


def done_steps(user):
    return {step.code for step in checklist(User.objects.get(pk=user.pk)) if step.done}


def test_the_command_makes_agency_unit_calendar_and_one_hr_admin(admin):
    today = timezone.localdate()

    assert AgencyProfile.objects.get().name == "Pemerintah Kota Uji"
    assert Unit.objects.get().path
    assert Policy.objects.count() == 3
    assert set(Holiday.objects.values_list("day__year", flat=True)) == {today.year, today.year + 1}
    assert set(Holiday.objects.values_list("kind", flat=True)) == {"public", "joint_leave"}
    grant = RoleGrant.objects.get()
    assert (grant.user, grant.role, grant.unit) == (admin, "hr_admin", None)
    assert admin.check_password(PASSWORD)


def test_a_password_of_the_environment_is_not_printed(settings):
    settings.SETUP_ADMIN_PASSWORD = PASSWORD

    assert PASSWORD not in set_up()


def test_without_one_the_command_makes_a_password_and_prints_it_once(settings):
    settings.SETUP_ADMIN_PASSWORD = ""

    printed = set_up()

    password = next(line for line in printed.splitlines() if line.startswith("Password")).split(": ")[1]
    assert len(password) == 16
    assert User.objects.get().check_password(password)
    with pytest.raises(CommandError, match="once"):
        set_up()


def test_a_second_set_up_is_refused_or_skipped(admin):
    with pytest.raises(CommandError, match="already"):
        set_up()
    assert set_up(if_empty=True) == ""
    assert AgencyProfile.objects.count() == Unit.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize(("options", "password"), [({}, "pendek"), ({"zone": "Europe/Berlin"}, PASSWORD)])
def test_a_set_up_that_fails_leaves_nothing(settings, options, password):
    settings.SETUP_ADMIN_PASSWORD = password

    with pytest.raises(CommandError):
        set_up(**options)

    assert not AgencyProfile.objects.exists()
    assert not Unit.objects.exists()
    assert not User.objects.exists()


def test_the_first_page_leads_to_a_checklist_with_everything_open(client, admin):
    page = get(client, admin, "setup")

    steps = page.context["steps"]
    assert {step.code for step in steps} == {*REQUIRED, *OPTIONAL}
    assert {step.code for step in steps if step.done} == {"chain"}
    assert {step.code for step in steps if step.required} == set(REQUIRED)
    for step in steps:
        assert reverse(step.url_name) in body(page)
    client.force_login(admin)
    assert reverse("organization:setup") in body(client.get("/"))


def fill_profile(client, admin):
    values = {
        name: getattr(AgencyProfile.objects.get(), name)
        for name in ("number_pattern", "letter_title", "considering", "recalling", "obligations", "signatory_title")
    }
    more = {"name": "Kota Uji", "letterhead_1": "PEMERINTAH KOTA UJI", "address": "Jl. Balai 1", "city": "Uji"}
    said(client, post(client, admin, "agency", **(values | more)))


def record_decree(client, admin):
    today = timezone.localdate()
    said(client, post(client, admin, "decree_create", number="1/2026", decided_on=today, valid_from=today))


def publish(client, admin):
    today = timezone.localdate()
    publish_first_policies(by=admin, decree_no="1/2026", decree_date=today, valid_from=today, quota_pct=30)


def add_person(client, admin):
    values = {"code": "AK", "name": "Analis", "kind": "fungsional"}
    said(client, post(client, admin, "position_create", **values))
    make_employee("pegawai", Unit.objects.get())


def map_tasks(client, admin):
    said(client, post(client, admin, "task_type_create", code="T", name="Kajian", **LOCATION_CRITERIA))
    task = PositionTask._meta.get_field("task_type").related_model.objects.get()
    rows = {"tasks-TOTAL_FORMS": 1, "tasks-INITIAL_FORMS": 0, "tasks-0-task_type": task.pk, "tasks-0-share_pct": 80}
    position = Employee.objects.get().placements.get().position
    said(client, post(client, admin, "position_tasks", position.pk, valid_from=timezone.localdate(), **rows))


def add_site(client, admin):
    said(client, post(client, admin, "site_create", code="BK", name="Balai Kota", is_active="on"))


def give_roles(client, admin):
    make_user("wali")
    said(client, post(client, admin, "role_grant", account="wali", role="authority", valid_from=timezone.localdate()))


def confirm_readiness(client, admin):
    unit = Unit.objects.get()
    head = make_employee("kepala", unit, is_head=True)
    values = {"technology": "on", "supervision": "on", "valid_from": timezone.localdate()}
    said(client, post(client, head.user, "readiness_declare", unit.pk, **values))
    said(client, post(client, admin, "readiness_confirm", unit.pk, UnitReadiness.objects.get().pk))


def enter_ramadan(client, admin):
    said(client, post(client, admin, "ramadan_create", year_hijri=1448, valid_from=days(60), valid_to=days(89)))


def set_terms(client, admin):
    url = reverse("attendance:terms_create")
    client.force_login(admin)
    begun = client.get(url).context["form"].initial
    values = {name: value for name, value in begun.items() if value is not None and value is not False}
    said(client, client.post(url, values | {"valid_from": str(timezone.localdate()), "decree_no": "2/2026"}))


def test_each_step_is_done_by_its_page_and_then_the_set_up_completes(client, admin):
    acts = [
        (fill_profile, {"profile"}),
        (record_decree, {"decree"}),
        (publish, {"policies", "quota"}),
        (add_person, {"import", "accounts"}),
        (map_tasks, {"tasks"}),
        (add_site, {"sites"}),
        (enter_ramadan, {"calendar"}),
        (set_terms, {"presence"}),
        (give_roles, {"roles"}),
        (confirm_readiness, {"readiness"}),
    ]
    seen = {"chain"}
    for act, steps in acts:
        post(client, admin, "setup_complete")
        assert AgencyProfile.objects.get().setup_completed_at is None, "something necessary is still open"
        act(client, admin)
        seen |= steps
        assert done_steps(admin) == seen, act.__name__

    said(client, post(client, admin, "setup_complete"))

    assert AgencyProfile.objects.get().setup_completed_at
    assert seen == {*REQUIRED, *OPTIONAL}


def test_an_early_completion_names_what_is_open(client, admin):
    answer = said(client, post(client, admin, "setup_complete"))

    for step in checklist(admin):
        assert (str(step.label) in answer) >= (step.required and not step.done)


@pytest.mark.parametrize(
    ("code", "undo"),
    [
        ("decree", lambda: AgencyDecree.objects.all().delete()),
        ("sites", lambda: Site.objects.update(is_active=False)),
        ("roles", lambda: RoleGrant.objects.filter(role="authority").update(valid_from=days(-9), valid_to=days(-1))),
        ("calendar", lambda: RamadanPeriod.objects.update(valid_from=days(-60), valid_to=days(-31))),
        ("profile", lambda: AgencyProfile.objects.update(city="")),
    ],
)
def test_a_step_opens_again_when_its_fact_is_gone(client, admin, code, undo):
    for act in (fill_profile, record_decree, add_site, give_roles, enter_ramadan):
        act(client, admin)
    assert code in done_steps(admin)

    undo()

    assert code not in done_steps(admin)


def test_the_organisations_steps_are_read_by_one_query(admin, django_assert_num_queries):
    with django_assert_num_queries(1):
        read_numbers(timezone.localdate())


def test_the_page_asks_few_questions(client, admin, django_assert_max_num_queries):
    client.force_login(admin)
    with django_assert_max_num_queries(15):
        client.get(reverse("organization:setup"))


def test_the_root_unit_bears_the_agencys_name_until_the_set_up_is_complete(client, admin):
    fill_profile(client, admin)
    assert Unit.objects.get().name == "Kota Uji"
    AgencyProfile.objects.update(setup_completed_at=timezone.now())

    profile = AgencyProfile.objects.get()
    values = {name: getattr(profile, name) for name in ("number_pattern", "letter_title", "considering", "recalling")}
    said(client, post(client, admin, "agency", **values, obligations=profile.obligations, name="Kota Baru"))

    assert AgencyProfile.objects.get().name == "Kota Baru"
    assert Unit.objects.get().name == "Kota Uji", "from then on a unit is renamed from a day on"


def test_every_page_leads_back_to_the_checklist_until_the_set_up_is_complete(client, admin):
    strip = 'class="acting'
    assert strip in body(get(client, admin, "calendar"))
    assert strip not in body(get(client, admin, "setup"))
    assert strip not in body(get(client, make_user("lain"), "calendar"))

    AgencyProfile.objects.update(setup_completed_at=timezone.now())

    assert strip not in body(get(client, admin, "calendar"))


def test_predicates_are_a_step_exactly_where_a_policy_asks_for_them(client, admin):
    today = timezone.localdate()
    assert "predicates" not in {step.code for step in checklist(admin)}

    publish_first_policies(
        by=admin,
        decree_no="1/2026",
        decree_date=today,
        valid_from=today,
        quota_pct=30,
        min_predicate="baik",
        coordination_no="B/1/M.SM.01/2026",
    )
    add_person(client, admin)
    assert next(step.done for step in checklist(admin) if step.code == "predicates") is False

    OfficialPredicate.objects.create(
        employee=Employee.objects.get(),
        year=today.year - 1,
        quarter=0,
        predicate="baik",
        rank=4,
        period_end=date(today.year - 1, 12, 31),
    )
    assert "predicates" in done_steps(admin)

"""A unit of sixty determined in rotation, as HR and the authority click it, and a leave that comes later."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from attendance.models import AssignmentDay
from fwa.models import Determination
from fwa.services.determination_decision import perform_decision
from organization.models import ImportRun, StaffingMinimum, User
from organization.services.imports import run_import
from tests.browser.conftest import PASSWORD
from tests.fwa.determinations_kit import make_bureau
from tests.world import SINCE, make_world, next_monday

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE, QUOTA, MONDAY_MINIMUM = 60, 15, 50


@pytest.fixture
def bureau(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    made = make_bureau(world, PEOPLE, quota_pct=25, accounts=False)
    StaffingMinimum.objects.create(unit=made, weekday=1, count=MONDAY_MINIMUM, valid_from=SINCE)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    # Outside the demo HR needs a second factor first; tests/organization is about that.
    settings.DEMO = True
    return made


def fill_what(page, unit):
    monday = next_monday()
    page.fill("[name=title]", "Bergilir dari rumah")
    page.select_option("[name=unit]", str(unit.pk))
    page.check("[name=kind][value=location]")
    page.check("[name=place_kind][value=home]")
    page.fill("[name=valid_from]", monday.isoformat())
    page.fill("[name=valid_to]", (monday + timedelta(days=27)).isoformat())
    page.check("[name=pattern][value=rotation]")
    page.fill("[name=days_per_week]", "2")
    page.fill("[name=reason]", "Efisiensi gedung.")
    page.fill("[name=work_plan]", "Menyusun dokumen tata laksana.")
    page.fill("[name=outputs-0-title]", "Dokumen")
    page.fill("[name=outputs-0-measure]", "dokumen")
    page.fill("[name=outputs-0-target]", "4")
    page.fill("[name=outputs-0-due_on]", (monday + timedelta(days=20)).isoformat())


def covered_cells(page):
    """Go through the months of the coverage; the number of figures, none of them beyond a limit."""
    page.wait_for_selector(".cov")
    months, cells = page.locator("nav.pick a"), 0
    for number in range(months.count()):
        months.nth(number).click()
        page.wait_for_selector(".cov")
        cells += page.locator(".cov").count()
        assert page.locator(".cov.stop").count() == 0
    return cells


def check_days(made):
    """Every day keeps quota and minimum; nobody has two days more than somebody else."""
    granted = AssignmentDay.objects.filter(assignment__request__determination=made, is_away=True, status="in_force")
    per_day = Counter(granted.values_list("day", flat=True))
    assert len(per_day) == 20
    assert all(count <= (PEOPLE - MONDAY_MINIMUM if day.isoweekday() == 1 else QUOTA) for day, count in per_day.items())
    per_person = Counter(granted.values_list("employee", flat=True))
    assert len(per_person) == PEOPLE
    assert max(per_person.values()) - min(per_person.values()) <= 1


def import_leave(page, visitor, employee, day):
    """A leave of one day by the import page; return the words of the finished import."""
    visitor.go(reverse("organization:import_new"))
    page.check("[name=kind][value=absences]")
    rows = f"NIP,JENIS,NOMOR SURAT,MULAI,SAMPAI\n{employee.nip},Cuti tahunan,CT/1/2026,{day},{day}\n"
    file = {"name": "cuti.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.set_input_files("[name=file]", [file])
    page.click("main form .act button[type=submit]")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    run = ImportRun.objects.get()
    run_import(run_id=run.pk)
    page.reload()
    page.click(f"main form[action='{reverse('organization:import_start', args=[run.pk])}'] button[type=submit]")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    run_import(run_id=run.pk)
    page.reload()
    return page.inner_text("main")


def test_a_unit_of_sixty_from_the_form_to_the_decree_and_a_later_leave(bureau, visitor, monkeypatch):
    # The worker's part is done below by name; sixty excerpts are not rendered here.
    monkeypatch.setattr("organization.outbox.wake", lambda: None)
    one = visitor(language="en")
    page = one.log_in("hr")
    one.go(reverse("fwa:determination_list"))
    page.click(f"main a[href='{reverse('fwa:determination_new')}']")
    fill_what(page, bureau)
    page.click("main form .act button[type=submit]")
    page.wait_for_url(re.compile("/people/$"))
    page.click("form:has([name=action][value=criteria]) button[type=submit]")
    page.wait_for_selector(f"text={PEOPLE} people added")
    page.click("form[action$='/plan/'] button")
    page.wait_for_url(re.compile(r"/determinations/[0-9a-f-]{36}/$"))
    words = page.inner_text("main")
    assert "Who is free in every week gets 4–5 days" in words
    assert "leaves 15 places a day for 60 people" in words
    assert page.locator("a[href$='/decide/']").count() == 0
    assert one.fits()
    page.click("main a[href$='/coverage/']")
    assert covered_cells(page) >= 20

    page = one.log_in("boss")
    made = Determination.objects.get()
    one.go(reverse("fwa:determination_detail", args=[made.public_id]))
    page.click("main a[href$='/decide/']")
    page.click(".act button[type=submit]")
    page.wait_for_selector("#progress")
    made.refresh_from_db()
    perform_decision(made.pk, made.asked_at.isoformat())
    page.wait_for_selector("#papers")
    check_days(made)

    page = one.log_in("hr")
    member = made.members.select_related("employee").order_by("employee__name")[1]  # a NIP that ends in 000 is refused
    warning = import_leave(page, one, member.employee, member.days[0].isoformat())
    assert "The absence goes first" in warning
    one.go(reverse("fwa:determination_detail", args=[made.public_id]))
    assert member.employee.name in page.inner_text("[aria-labelledby=collisions]")
    page = one.go(reverse("fwa:collision_list"))
    assert member.employee.name in page.inner_text("main")
    assert one.fits()
    assert one.problems == []

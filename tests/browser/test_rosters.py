"""A roster from the rotation to the people on it: proposed by a real worker, published, and copied forward."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import reverse

from attendance.models import Roster, RosterProposal, RotationPattern, StaleDay, WorkDay
from attendance.services import workdays
from attendance.services.shifts import RotationSpec, create_rotation, put_in_team
from config.embedded.paths import REPOSITORY
from organization import outbox
from organization.models import User
from tests.attendance.roster_kit import Ward, make_ward
from tests.browser.conftest import DESK, PASSWORD, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
BROKER = 7  # a database of Redis that nobody else uses
PATIENCE = 40_000  # ms, from asking for a proposal until it is filled in


@pytest.fixture
def ward(settings: Any, tmp_path: Any) -> Ward:
    settings.MEDIA_ROOT = tmp_path
    settings.DEMO = True  # outside the demo a head needs a second factor first
    made = make_ward()
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    for code in ("P", "S"):
        made.minimum(code, 1)
    first, second = made.shifts["P"].pk, made.shifts["S"].pk
    spec = RotationSpec("Dua regu", made.monday, [[first], [second], []], [("Regu A", 0), ("Regu B", 1)])
    rotation = create_rotation(by=made.head, unit_id=made.unit.pk, spec=spec)
    for team, name in zip(rotation.teams.order_by("offset"), ("emp", "col1"), strict=True):
        put_in_team(by=made.head, team_id=team.pk, employee_id=made.person(name).pk, valid_from=made.monday)
    return made


@pytest.fixture
def worker(ward: Ward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A Celery worker with its clock on the test's database; the web side leaves everything to it. Yields its log."""
    monkeypatch.setattr(outbox, "wake", lambda: None)
    monkeypatch.setattr(workdays, "wake", lambda: None)
    database = connection.settings_dict
    address = f"postgresql://{quote(database['USER'])}:{quote(database['PASSWORD'])}@"
    port = f":{database['PORT']}" if database["PORT"] else ""
    address += f"{quote(database['HOST'], safe='')}{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.worker_settings",
        "DATABASE_URL": f"{address}/{quote(database['NAME'])}",
        "REDIS_URL": other_database(os.environ["REDIS_URL"]),
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-B",
        "-c",
        "1",
        "-l",
        "INFO",
        "--without-mingle",
    ]
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*command, "-s", str(tmp_path / "schedule")], cwd=REPOSITORY, env=environment, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    yield log
    os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)


def other_database(url: str) -> str:
    """The same Redis, another database of it."""
    if url.startswith(("unix:", "redis+socket:")):
        return f"unix://{url.split('://', 1)[1].split('?')[0]}?db={BROKER}"
    return f"{url.rsplit('/', 1)[0] if url.count('/') > 2 else url}/{BROKER}"


def address(name: str, *args: object) -> str:
    return reverse(f"attendance:{name}", args=args)


def begin(one: Any, ward: Ward, source: str) -> Roster:
    """From the list of rosters to a new draft of one week; the period is suggested and made shorter."""
    page = one.go(address("roster_list"))
    page.click(f"main a[href='{address('roster_create')}']")
    if page.locator("select[name=unit]").count():
        page.select_option("select[name=unit]", str(ward.unit.pk))
        page.click("main form button[type=submit]")
    start = ward.monday if source != "copy" else ward.day(7)
    page.fill("[name=starts_on]", start.isoformat())
    page.fill("[name=ends_on]", (start + timedelta(days=6)).isoformat())
    page.locator(f"input[name=source][value='{source}']").check(force=True)
    if source != "copy":
        page.click("details summary")
        for name in ("col2", "sup"):
            page.locator(f"input[name=employees][value='{ward.person(name).pk}']").check(force=True)
    page.click("main form button.btn-primary")
    page.wait_for_selector(".roster-grid")
    return Roster.objects.latest("pk")


def publish(page: Any, roster: Roster) -> None:
    page.click(f"main a[href='{address('roster_publish', roster.pk)}']")
    if page.locator("[name=reason]").count():
        page.fill("[name=reason]", "Tenaga terbatas minggu ini.")
    page.click("main form .btn-primary")
    page.wait_for_selector("#messages .notice.ok")
    roster.refresh_from_db()
    assert roster.status == "published"


def test_rotation_proposal_publishing_and_copying_forward(ward: Ward, worker: Path, visitor: Any) -> None:
    rotation = RotationPattern.objects.get()
    one = visitor(size=DESK)
    page = one.log_in("head")
    roster = begin(one, ward, str(rotation.pk))
    open_before = roster.entries.filter(is_fixed=False).count()
    assert open_before == 14  # a week of the two who are in no team

    page.click(f"form[action='{address('proposal_ask', roster.pk)}'] button")
    page.wait_for_url("**/proposals/*/")
    page.wait_for_selector("#fair, .notice.stop", timeout=PATIENCE)
    proposal = RosterProposal.objects.get()
    assert proposal.status == "done", (proposal.result, worker.read_text()[-3000:])
    assert one.fits()
    page.click(f"main a[href='{address('roster', roster.pk)}']")
    assert one.fits()
    publish(page, roster)
    assert roster.entries.filter(is_published=True, shift__isnull=False).count() > 8

    following = begin(one, ward, "copy")
    assert (following.starts_on, following.rotation_id) == (ward.day(7), rotation.pk)
    publish(page, following)
    assert not one.problems

    phone = visitor(size=PHONE)
    shown = phone.log_in("emp")
    phone.go(address("my_roster"))
    assert shown.locator("main").inner_text().count("P") > 0
    assert phone.fits()
    phone.go(address("roster", roster.pk))
    assert phone.fits()
    assert not phone.problems
    days_follow(shown, ward)


def days_follow(page: Any, ward: Ward) -> None:
    """The worker has built the days of both weeks by the rosters."""
    for _round in range(60):
        rows = WorkDay.objects.filter(employee=ward.person("emp"), day__range=(ward.monday, ward.day(13)))
        if not StaleDay.objects.exists() and rows.filter(source="roster").count() == 14:
            return
        page.wait_for_timeout(500)
    raise AssertionError(list(rows.values_list("day", "source")))

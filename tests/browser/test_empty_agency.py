"""An empty agency becomes a working one by clicks alone: from the command that sets it up to a letter checked by a
stranger.

Nothing is written past the pages; the database is only read. Each of the people has a phone of their own.
"""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page

from fwa.models import Letter, Request
from organization import outbox
from organization.models import AgencyProfile, Employee, Unit
from tests.browser.conftest import PASSWORD, PHONE, Visitor
from tests.world import LOCATION_CRITERIA, next_monday

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STAFF_LIST = Path(__file__).parents[1] / "data" / "pegawai.xlsx"
EMPLOYEE, SUPERVISOR, HEAD = "198903202017031001", "198304092007091001", "199007172018112001"
SUPERVISOR_NAME = "Syamsul Kusuma"
UNIT, POSITION, AUTHORITY = "Kecamatan Pantai Timur", "Penelaah Teknis Kebijakan", "walikota"
SUBMIT = "main form[method=post] button[type=submit]"

Open = Callable[..., Visitor]


@pytest.fixture
def people(settings, tmp_path, visitor: Open) -> Iterator[Open]:
    """Opens phones, and at the end looks at what went wrong on any of them."""
    settings.DEMO = False
    settings.MEDIA_ROOT = tmp_path
    settings.SETUP_ADMIN_PASSWORD = PASSWORD
    opened: list[Visitor] = []

    def open_phone() -> Visitor:
        opened.append(visitor(size=PHONE))
        return opened[-1]

    yield open_phone
    assert [one.problems for one in opened] == [[] for _one in opened]


def work() -> None:
    """What the worker does meanwhile: deliver everything that waits in the outbox."""
    while ids := outbox.claim():
        for message_id in ids:
            outbox.deliver(message_id)


def path(name: str, *args: object) -> str:
    return reverse(f"organization:{name}", args=args)


def follow(one: Visitor, href: str) -> Page:
    """Click the link of the page, and see that the next page fits the phone."""
    one.page.click(f"main a[href='{href}'] >> nth=0")
    one.page.wait_for_url(one.base_url + href)
    assert one.fits(), href
    return one.page


def step(one: Visitor, href: str) -> Page:
    """Go on with a step of the checklist, which every page leads back to."""
    if one.page.url != one.base_url + path("setup"):
        one.page.click(f"header a[href='{path('setup')}']")
        one.page.wait_for_url(one.base_url + path("setup"))
    return follow(one, href)


def save(one: Visitor, **values: str | bool) -> Page:
    """Fill the form in, send it and see that it was taken: a form that was not says so in an alert."""
    for name, value in values.items():
        if value is True:
            one.page.check(f"main form [name={name}]")
        else:
            one.page.fill(f"main form [name={name}]", str(value))
    return send(one)


def send(one: Visitor, button: str = SUBMIT) -> Page:
    with one.page.expect_navigation():
        one.page.click(button)
    assert one.page.locator("main [role=alert]").count() == 0, one.page.inner_text("main")
    assert one.fits()
    return one.page


def set_up_second_step(one: Visitor) -> None:
    """Log in as the first HR admin, who gets nowhere before the authenticator app is set up."""
    one.go(reverse("account_login"))
    one.page.fill("[name=login]", "admin")
    one.page.fill("[name=password]", PASSWORD)
    one.page.click("main form button[type=submit]")
    one.page.wait_for_url(one.base_url + reverse("mfa_activate_totp"))
    secret = re.search(r"\b[A-Z2-7]{32}\b", one.page.inner_text("main"))
    assert secret
    counter = next(iter(yield_hotp_counters_from_time()))
    one.page.fill("[name=code]", format_hotp_value(hotp_value(secret.group(), counter)))
    one.page.click("main form button[type=submit]")
    one.page.wait_for_url(one.base_url + reverse("mfa_view_recovery_codes"))


def settle_agency(hr: Visitor) -> None:
    """Profile, decree, policies with quota and lowest predicate; the chain is there already."""
    today = timezone.localdate().isoformat()
    step(hr, path("agency"))
    letterhead = {"letterhead_1": "PEMERINTAH KOTA NUSA BAKTI", "address": "Jl. Merdeka No. 1", "city": "Nusa Bakti"}
    save(hr, name="Pemerintah Kota Nusa Bakti", **letterhead)

    step(hr, path("decree_list"))
    follow(hr, path("decree_create"))
    save(hr, number="188.45/310/2026", decided_on=today, valid_from=today)

    page = step(hr, reverse("eligibility:policy_setup"))
    assert page.input_value("[name=decree_no]") == "188.45/310/2026"
    page.select_option("[name=min_predicate]", "baik")
    save(hr, quota_pct="30", coordination_no="B/123/M.SM.01/2026")

    page = step(hr, reverse("fwa:chain_list"))
    assert page.locator("main tbody").first.locator("tr").count() == 4


def import_list(hr: Visitor, kind: str, file: str | FilePayload) -> None:
    """Upload, let the worker check, then import what is right."""
    page = follow(hr, path("import_new")) if path("import_new") not in hr.page.url else hr.page
    page.check(f"[name=kind][value={kind}]")
    page.set_input_files("[name=file]", file)
    save(hr, create_missing=True)
    work()
    page.reload()
    send(hr, "main button[name=action].btn-primary")
    work()
    page.reload()
    assert page.locator("main .notice.ok").count() == 1, page.inner_text("main")


def import_people(hr: Visitor) -> None:
    step(hr, path("import_list"))
    import_list(hr, "employees", str(STAFF_LIST))
    assert Employee.objects.filter(nip__in=(EMPLOYEE, SUPERVISOR, HEAD)).count() == 3
    follow(hr, path("person_list"))

    step(hr, path("import_new"))
    rows = f"NIP;TAHUN;PERIODE;PREDIKAT\n{EMPLOYEE};{timezone.localdate().year - 1};tahunan;Baik\n"
    import_list(hr, "ratings", {"name": "predikat.csv", "mimeType": "text/csv", "buffer": rows.encode()})


def correct_supervisor(hr: Visitor) -> None:
    """The file names the head as everybody's supervisor; this one reports to the head of a section."""
    hr.page.click(f"header a[href='{path('setup')}']")
    hr.go(path("person_list"))
    hr.page.fill("main form[action$='/find/'] input[type=text]", EMPLOYEE)
    with hr.page.expect_navigation():
        hr.page.click("main form[action$='/find/'] button")
    hr.page.click("main a[href$='/placement/']")
    save(hr, supervisor=SUPERVISOR_NAME)


def map_tasks(hr: Visitor) -> None:
    """The position's page has no task type to offer at first, and leads to where one is made."""
    step(hr, path("position_list"))
    page = hr.page
    page.click(f"main a:text-is('{POSITION}')")
    page.click("main a[href$='/tasks/']")
    follow(hr, path("task_type_create"))
    save(hr, code="TELAAH", name="Telaahan kebijakan", **dict.fromkeys(LOCATION_CRITERIA, True))
    follow(hr, path("position_list"))
    page.click(f"main a:text-is('{POSITION}')")
    page.click("main a[href$='/tasks/']")
    page.select_option("[name=tasks-0-task_type]", label="Telaahan kebijakan")
    page.fill("[name=tasks-0-share_pct]", "80")
    send(hr)


def read_slips(page: Page) -> dict[str, str]:
    """User name -> code, as they stand on the printed page."""
    slips = {}
    for slip in page.locator("section.slip").all():
        username, code, _until = slip.locator("dd").all_inner_texts()
        slips[username.strip()] = code.strip()
    return slips


def hand_out_accounts(hr: Visitor) -> dict[str, str]:
    """Slips for the whole unit; an account for the authority, with its role and a slip of its own."""
    step(hr, path("account_list"))
    hr.page.select_option("#slip-unit", label=UNIT)
    slips = read_slips(send(hr, "button[value=slips] >> nth=0"))
    assert len(slips) == Employee.objects.count()

    follow(hr, path("account_list"))
    follow(hr, path("account_create"))
    page = save(hr, username=AUTHORITY, name="H. Rusdi Hartono")
    page.check("main tr:has-text('Rusdi') [name=ids]")
    slips |= read_slips(send(hr, "button[value=slips] >> nth=-1"))

    step(hr, path("role_list"))
    page = follow(hr, path("role_grant"))
    page.select_option("[name=role]", "authority")
    save(hr, account=AUTHORITY)
    return slips


def settle_places_and_days(hr: Visitor) -> None:
    step(hr, path("site_list"))
    follow(hr, path("site_create"))
    save(hr, code="KEC", name="Kantor Kecamatan", open_to_others=True)

    step(hr, path("calendar"))
    follow(hr, path("ramadan_create"))
    first = timezone.localdate() + timedelta(days=100)
    save(hr, year_hijri="1448", valid_from=first.isoformat(), valid_to=(first + timedelta(days=29)).isoformat())

    step(hr, reverse("attendance:terms_list"))
    follow(hr, reverse("attendance:terms_create"))
    save(hr, valid_from=timezone.localdate().isoformat(), decree_no="800/12/2026")


def activate(one: Visitor, username: str, code: str) -> None:
    """From the login page with the slip, as somebody does who was only told the address of the system."""
    one.go("/")
    follow(one, path("activate"))
    one.page.fill("[name=username]", username)
    one.page.fill("[name=code]", code)
    one.page.fill("[name=password]", PASSWORD)
    one.page.fill("[name=again]", PASSWORD)
    one.page.click("main form button[type=submit]")
    one.page.wait_for_url(one.base_url + reverse("account_login"))
    one.log_in(username)
    assert one.fits()


def declare_ready(head: Visitor, hr: Visitor) -> None:
    """The head's first page asks for it; then HR confirms."""
    follow(head, path("unit_list"))
    head.page.click(f"main a:text-is('{UNIT}')")
    head.page.click("main a[href$='/readiness/']")
    save(head, technology=True, supervision=True)

    step(hr, path("readiness_list"))
    send(hr)


def finish_set_up(hr: Visitor) -> None:
    hr.page.click(f"header a[href='{path('setup')}']")
    hr.page.wait_for_url(hr.base_url + path("setup"))
    assert hr.page.locator("main .rule:not(.ok)").count() == 0, hr.page.inner_text("main")
    send(hr)
    assert AgencyProfile.objects.get().setup_completed_at
    assert hr.page.locator(SUBMIT).count() == 0


def ask_for_two_days_a_week(one: Visitor) -> Request:
    page = follow(one, reverse("fwa:request_new"))
    monday = next_monday()
    page.fill("[name=valid_from]", monday.isoformat())
    page.fill("[name=valid_to]", (monday + timedelta(days=27)).isoformat())
    page.check("[name=weekdays][value='2']")
    page.check("[name=weekdays][value='4']")
    page.fill("[name=reason]", "Menyusun telaahan.")
    page.fill("[name=work_plan]", "Bab satu sampai empat.")
    page.fill("[name=outputs-0-title]", "Telaahan")
    page.fill("[name=outputs-0-measure]", "naskah")
    page.fill("[name=outputs-0-target]", "4")
    page.fill("[name=outputs-0-due_on]", (monday + timedelta(days=20)).isoformat())
    page.wait_for_selector("#preview .day.exact, #preview .day.ok")
    assert page.locator("#preview .day.stop").count() == 0
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    assert one.fits()
    return Request.objects.get()


def agree(one: Visitor, fwa_request: Request) -> None:
    """From the first page, which names what waits, to the button."""
    one.go("/")
    follow(one, reverse("fwa:step_decide", args=[fwa_request.public_id]))
    one.page.fill("[name=note]", "Setuju.")
    one.page.click("button[value=approve]")
    one.page.wait_for_url(one.base_url + reverse("fwa:inbox"))


def test_an_empty_agency_comes_to_its_first_letter_by_clicks_alone(people: Open) -> None:
    call_command("setup_agency", stdout=io.StringIO())
    hr = people()
    set_up_second_step(hr)
    settle_agency(hr)
    import_people(hr)
    correct_supervisor(hr)
    map_tasks(hr)
    settle_places_and_days(hr)
    slips = hand_out_accounts(hr)

    phones = {name: people() for name in (EMPLOYEE, SUPERVISOR, HEAD, AUTHORITY)}
    for name, phone in phones.items():
        activate(phone, name, slips[name])
    declare_ready(phones[HEAD], hr)
    finish_set_up(hr)
    assert Unit.objects.get(parent=None).name == "Pemerintah Kota Nusa Bakti"

    fwa_request = ask_for_two_days_a_week(phones[EMPLOYEE])
    for one in (phones[SUPERVISOR], phones[HEAD], hr, phones[AUTHORITY]):
        agree(one, fwa_request)
    work()

    letter = Letter.objects.get()
    page = phones[EMPLOYEE].page
    page.reload()
    assert letter.number in page.inner_text("main")
    with page.expect_download() as download:
        page.click(f"main a[href='{reverse('fwa:letter_download', args=[fwa_request.public_id])}']")
    stranger = people()
    page = stranger.go(reverse("fwa:check", args=[letter.token]))
    assert letter.number in page.inner_text("main")
    page.set_input_files("[name=file]", download.value.path())
    send(stranger)
    assert page.locator("main .notice.ok").count() == 1
    assert "Rizky" not in page.content()

"""The whole story as its people click it: from an empty form to a letter that a stranger checks."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from fwa.models import Letter, Request
from fwa.services.letters import render_letter
from organization.models import User
from tests.browser.conftest import DESK, PASSWORD, PHONE
from tests.fwa.letters_kit import sent
from tests.world import make_world, next_monday

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = make_world()
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    # Outside the demo HR needs a second factor first; tests/organization is about that.
    settings.DEMO = True
    return made


def fill_form(page):
    monday = next_monday()
    page.fill("[name=valid_from]", monday.isoformat())
    page.fill("[name=valid_to]", (monday + timedelta(days=27)).isoformat())
    page.check("[name=weekdays][value='2']")
    page.check("[name=weekdays][value='4']")
    page.fill("[name=reason]", "Menyusun naskah akademik.")
    page.fill("[name=work_plan]", "Menulis bab satu sampai empat.")
    page.fill("[name=outputs-0-title]", "Naskah akademik")
    page.fill("[name=outputs-0-measure]", "bab")
    page.fill("[name=outputs-0-target]", "4")
    page.fill("[name=outputs-0-due_on]", (monday + timedelta(days=20)).isoformat())


@pytest.mark.parametrize(
    ("size", "language", "javascript"),
    [(PHONE, "id", True), (PHONE, "en", True), (DESK, "id", True), (DESK, "en", True), (DESK, "id", False)],
    ids=["phone-id", "phone-en", "desk-id", "desk-en", "without-javascript"],
)
def test_from_the_form_to_a_letter_anyone_can_check(world, visitor, size, language, javascript):
    one = visitor(size=size, language=language, javascript=javascript)
    page = one.log_in("emp")
    page.click("main a[href='/requests/new/']")
    fill_form(page)
    if javascript:
        page.wait_for_selector("#preview .day.exact, #preview .day.ok")
        assert one.fits()
    else:
        page.click("button[value=preview]")
    assert page.locator("#preview td.ok, #preview td.exact").count() == 8
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    number = Request.objects.get().number
    assert number in page.inner_text("main")

    for name in ("sup", "head", "hr", "boss"):
        page = one.log_in(name)
        page.click("main a[href^='/inbox/']")
        assert one.fits() or not javascript
        page.fill("[name=note]", "Setuju.")
        page.click("button[value=approve]")
        page.wait_for_url(one.base_url + reverse("fwa:inbox"))

    letter = Letter.objects.get()
    render_letter(letter.pk)
    page = one.log_in("emp")
    page.click("main a[href^='/requests/']:not([href='/requests/new/'])")
    assert letter.number in page.inner_text("main")
    one.context.clear_cookies()
    page = one.go(reverse("fwa:check", args=[letter.token]))
    assert letter.number in page.inner_text("main")
    assert "Mulawarman" not in page.content()
    assert one.problems == []


def test_a_button_of_the_preview_mends_a_date_and_the_text_stays(world, visitor):
    one = visitor()
    page = one.log_in("emp")
    one.go(reverse("fwa:request_new"))
    fill_form(page)
    page.check("[name=weekdays][value='3']")
    page.wait_for_selector("#preview .day.stop")

    page.click("#preview button[name=without]:last-of-type >> nth=-1")
    page.wait_for_url(re.compile("/edit/#preview$"))

    assert page.locator("#preview .day.stop").count() == 0
    assert page.input_value("[name=reason]") == "Menyusun naskah akademik."
    assert one.problems == []


def test_a_second_button_keeps_what_the_first_one_changed(world, visitor):
    """The page that comes back shows the swap, not the text as it was typed before."""
    one = visitor()
    page = one.log_in("emp")
    one.go(reverse("fwa:request_new"))
    fill_form(page)
    page.click("button[value=draft]")
    page.wait_for_url(re.compile("/edit/$"))
    page.check("[name=weekdays][value='3']")
    page.wait_for_selector("#preview .day.stop")

    page.click("#preview button[name=without] >> nth=0")
    page.wait_for_url(re.compile("/edit/#preview$"))
    page.wait_for_load_state()

    assert page.locator("#restored").count() == 0
    assert page.locator("[name=left_out]:checked").count() == 1


def test_text_survives_an_expired_login(world, visitor):
    one = visitor()
    page = one.log_in("emp")
    one.go(reverse("fwa:request_new"))
    fill_form(page)
    page.wait_for_timeout(500)
    one.context.clear_cookies(name="sessionid")

    page.click("button[value=draft]")
    page.wait_for_url(re.compile("/accounts/login/"))
    page.fill("[name=login]", "emp")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    if reverse("fwa:request_new") not in page.url:
        one.go(reverse("fwa:request_new"))

    page.wait_for_selector("#restored")
    assert page.input_value("[name=reason]") == "Menyusun naskah akademik."
    assert page.input_value("[name=outputs-0-title]") == "Naskah akademik"


def test_the_supervisor_decides_many_at_once_by_keyboard(world, visitor):
    for name in ("emp", "col1", "col2"):
        sent(world, name)
    one = visitor()
    page = one.log_in("sup")
    one.go(reverse("fwa:inbox"))
    page.focus("[data-check-all=ids]")
    page.keyboard.press("Space")
    page.focus("#list button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/bulk/$"))

    page.wait_for_selector(".rule")
    assert page.locator(".rule.ok").count() == 3
    assert one.problems == []

"""What everybody sets for themself: language, appearance, notices."""

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.urls import reverse

from organization import outbox
from organization.models import Notice, OutboxMessage, User
from organization.notices import render_notice
from organization.services.notices import notify
from tests.organization.cast import body, get, make_cast, post, said, url

pytestmark = pytest.mark.django_db
COOKIE = django_settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def emp(cast):
    return cast.users["emp"]


def tell(user, number=1, path="/requests/", **change):
    context = {"kind": "Plh.", "principal": "head", "delegate": "sup", "start": "1 Januari 2027"}
    notify(user_ids=[user.pk], code="delegation.created", context=context, url=path, key=f"k{number}", **change)
    return Notice.objects.get(user=user, key=f"k{number}:{user.pk}")


def test_the_profile_shows_the_record_and_who_stands_in(client, cast, emp):
    page = body(get(client, emp, "profile"))

    assert "Mulawarman" in page
    assert "Hukum" in page
    assert "Analis Kebijakan" in page


@pytest.mark.parametrize("name", ["boss", "hr", "seal"])
def test_an_account_without_employee_record_has_a_profile_too(client, cast, name):
    assert get(client, cast.users[name], "profile").status_code == 200


def test_language_and_appearance_are_kept_with_the_account(client, emp):
    page = said(client, post(client, emp, "preferences_save", language="en", theme="dark"))

    emp.refresh_from_db()
    assert (emp.language, emp.theme) == ("en", "dark")
    assert '<html lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    client.cookies.clear()
    client.force_login(emp)
    answer = client.get("/")
    assert '<html lang="en"' in body(answer)
    assert answer.cookies[COOKIE].value == "en", "a new browser follows the account"


@pytest.mark.parametrize("change", [{"language": "de"}, {"theme": "pink"}, {"language": ""}])
def test_what_is_not_offered_is_not_saved(client, emp, change):
    said(client, post(client, emp, "preferences_save", **({"language": "en", "theme": "dark"} | change)))

    emp.refresh_from_db()
    assert (emp.language, emp.theme) == ("", "auto")


def test_the_switch_in_the_top_bar_works_before_and_after_login(client, emp):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"})
    assert (answer.url, answer.cookies[COOKIE].value) == ("/accounts/login/", "en")
    assert '<html lang="en"' in body(client.get(answer.url))

    client.force_login(emp)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert User.objects.get(pk=emp.pk).language == "en"
    client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    assert User.objects.get(pk=emp.pk).language == "en"


def test_the_switch_leads_to_no_other_site(client):
    assert client.post(reverse("set_language"), {"language": "en", "next": "https://jahat.example/"}).url == "/"


def test_a_notice_is_in_the_app_and_goes_out_by_mail_with_a_link(client, emp):
    tell(emp)
    page = body(get(client, emp, "notice_list"))
    assert "Plh. mulai 1 Januari 2027" in page or "1 Januari 2027" in page

    assert outbox.deliver(OutboxMessage.objects.get().pk)
    message = mail.outbox[0]
    assert message.to == [emp.email]
    assert "http://testserver/requests/" in message.body
    assert 'href="http://testserver/requests/"' in message.alternatives[0][0]


def test_the_same_notice_twice_is_one(emp):
    tell(emp)
    tell(emp)

    assert Notice.objects.count() == OutboxMessage.objects.count() == 1


def test_who_has_no_address_or_waits_gets_no_mail(cast, emp):
    User.objects.filter(pk=emp.pk).update(email="")
    User.objects.filter(username="sup").update(is_active=False)
    for name in ("emp", "sup"):
        tell(User.objects.get(username=name))

    assert Notice.objects.count() == 2
    assert not OutboxMessage.objects.exists()


def test_opening_a_notice_marks_it_read_and_leads_on(client, emp):
    notice = tell(emp)

    answer = post(client, emp, "notice_open", notice.pk)

    notice.refresh_from_db()
    assert (answer.url, notice.read_at is not None) == ("/requests/", True)


@pytest.mark.parametrize("path", ["", "https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_a_notice_leads_to_no_other_site(client, emp, path):
    assert post(client, emp, "notice_open", tell(emp, path=path).pk).url == url("notice_list")


def test_notices_are_the_readers_own(client, cast, emp):
    notice = tell(emp)

    assert post(client, cast.users["sup"], "notice_open", notice.pk).status_code == 404
    post(client, cast.users["sup"], "notice_read_all")
    notice.refresh_from_db()
    assert notice.read_at is None
    assert get(client, cast.users["hr"], "notice_list").context["rows"] == []


def test_all_are_marked_read_at_once(client, emp):
    for number in range(3):
        tell(emp, number)
    said(client, post(client, emp, "notice_read_all"))

    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_old_notices_are_on_further_pages(client, emp):
    for number in range(27):
        tell(emp, number, mail=False)

    assert len(get(client, emp, "notice_list").context["rows"]) == 25
    assert len(get(client, emp, "notice_list", page="2").context["rows"]) == 2
    assert len(get(client, emp, "notice_list", page="99").context["rows"]) == 2


@pytest.mark.parametrize("page", ["notice_list", "profile"])
def test_the_number_of_queries_does_not_grow(client, emp, page, django_assert_max_num_queries):
    client.force_login(emp)
    counts = []
    for numbers in ([1], [2, 3, 4]):
        for number in numbers:
            tell(emp, number)
        with django_assert_max_num_queries(15) as found:
            client.get(url(page))
        counts.append(len(found.captured_queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(("chosen", "browser", "shown"), [("", "en", "en"), ("", "fr", "id"), ("id", "en", "id")])
def test_pages_follow_the_choice_and_else_the_browser(client, emp, chosen, browser, shown):
    User.objects.filter(pk=emp.pk).update(language=chosen)
    client.force_login(emp)

    page = client.get("/", headers={"Accept-Language": browser}).content.decode()

    assert f'<html lang="{shown}"' in page
    emp.refresh_from_db()
    assert emp.mail_language == "id"


def test_the_reason_of_a_refusal_stands_in_the_app_and_not_in_the_mail():
    context = {"reason": "Tidak sesuai KTP."}

    assert "Tidak sesuai KTP." in render_notice("domicile.refused", context)[1]
    assert "Tidak sesuai KTP." not in render_notice("domicile.refused", context, for_mail=True)[1]

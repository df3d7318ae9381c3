"""Logging in: by which names, how often one may guess, and the second step of those who may do much."""

import inspect
import re
import time

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from config.settings import security
from organization.models import Delegation
from tests.organization.cast import PASSWORD, body, days, make_cast, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def cast():
    made = make_cast()
    for user in made.users.values():
        user.set_password(PASSWORD)
        user.save()
    return made


@pytest.fixture
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "login": "100/1m/ip",
        "login_failed": "6/15m/key",
        "login_failed_account_ip": "3/5m/key",
    }


def log_in(client, login, password=PASSWORD, address="10.0.0.1"):
    return client.post(LOGIN, {"login": login, "password": password}, REMOTE_ADDR=address)


def current_code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize("typed", ["emp", "EMP@contoh.go.id", " emp "])
def test_user_name_and_address_both_open_the_account(client, cast, typed):
    assert log_in(client, typed).status_code == 302


def test_an_nip_is_found_however_it_is_typed(client):
    make_user("198505052010012009", password="").set_password(PASSWORD)
    user = make_user("198505052010012008", email="")
    user.set_password(PASSWORD)
    user.save()

    assert log_in(client, "19850505 201001 2 008").status_code == 302


def test_a_name_with_a_dot_is_not_taken_for_the_one_without(client):
    for name in ("walikota", "wali.kota"):
        user = make_user(name, email="")
        user.set_password(f"{PASSWORD}{name}")
        user.save()

    assert log_in(client, "wali.kota", f"{PASSWORD}wali.kota").status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_active": False, "deactivated_at": timezone.now()}])
def test_an_account_that_waits_or_is_switched_off_stays_closed(client, cast, change):
    type(cast.users["emp"]).objects.filter(username="emp").update(**change)

    assert log_in(client, "emp").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_told_without_saying_which_half_was_wrong(client, cast):
    known, unknown = log_in(client, "emp", "salah"), log_in(client, "nobody", "salah")

    error = re.compile(r'role="alert".*?</div>', re.S)
    assert error.search(body(known)).group() == error.search(body(unknown)).group()


def test_one_address_has_few_tries_on_an_account_and_others_still_get_in(client, cast, limits):
    for _try in range(3):
        log_in(client, "emp", "salah")

    assert log_in(client, "emp").status_code == 200, "the right password too has to wait at this address"
    assert log_in(client, "sup").status_code == 302, "a colleague at the same address is not held up"
    client.logout()
    assert log_in(client, "emp", address="10.0.0.2").status_code == 302, "nor the owner at another address"


def test_many_addresses_share_the_tries_of_one_account_under_any_of_its_names(client, cast, limits):
    names = ["emp", "emp@contoh.go.id", "EMP@CONTOH.go.id"]
    for number in range(6):
        log_in(client, names[number % 3], "salah", address=f"10.0.1.{number}")

    assert log_in(client, "emp", address="10.0.1.9").status_code == 200
    assert "_auth_user_id" not in client.session


def test_logging_in_rightly_uses_up_nothing(client, cast, limits):
    for _time in range(10):
        assert log_in(client, "emp").status_code == 302
        client.logout()


def test_refused_tries_of_one_address_do_not_shut_the_owner_out(client, cast, limits):
    for _try in range(20):
        log_in(client, "emp", "salah")

    assert log_in(client, "emp", address="10.0.0.2").status_code == 302


def test_the_limit_of_an_address_answers_429(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/1m/ip"}
    for name in ("emp", "sup", "head"):
        assert log_in(client, name).status_code == 302
        client.logout()

    assert log_in(client, "col1").status_code == 429


def test_three_hundred_people_of_a_city_hall_fit_behind_one_address():
    amount, duration = re.search(r'"LOGIN_RATE_IP", "(\d+)/(\w+)"', inspect.getsource(security)).groups()

    assert (int(amount) >= 300, duration) == (True, "1m")


@pytest.mark.parametrize("name", ["hr", "lawhr", "audit"])
def test_hr_and_auditors_set_up_a_second_step_right_after_their_first_login(client, cast, settings, name):
    settings.DEMO = False
    log_in(client, name)

    sent = client.get("/")
    assert (sent.status_code, sent.url) == (302, reverse("mfa_activate_totp"))
    page = client.get(sent.url)
    assert page.status_code == 200, "the password was typed a moment ago"
    secret = page.context["form"].secret
    done = client.post(sent.url, {"code": current_code(secret)})

    assert done.status_code == 302
    assert client.get("/").status_code == 200
    assert Authenticator.objects.filter(user=cast.users[name], type="totp").exists()


def test_an_old_session_types_the_password_again_before_the_second_step_is_set_up(client, cast, settings):
    settings.DEMO = False
    log_in(client, "hr")
    session = client.session
    session["account_authentication_methods"][-1]["at"] = time.time() - 3600
    session.save()

    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    confirmed = client.post(answer.url, {"password": PASSWORD})
    assert confirmed.status_code == 302
    assert client.get(confirmed.url).status_code == 200


def test_the_second_step_is_asked_for_at_the_next_login(client, cast, settings):
    settings.DEMO = False
    log_in(client, "hr")
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    client.logout()

    asked = log_in(client, "hr")
    assert asked.url == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302, "half a login opens nothing"
    wrong = client.post(asked.url, {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session


def test_whoever_stands_in_for_hr_needs_a_second_step_too(client, cast, settings):
    settings.DEMO = False
    Delegation.objects.create(
        principal=cast.users["hr"], delegate=cast.users["emp"], valid_from=days(-1), valid_to=days(1)
    )
    log_in(client, "emp")

    assert client.get("/").url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss", "seal"])
def test_nobody_else_is_forced(client, cast, settings, name):
    settings.DEMO = False
    log_in(client, name)

    assert client.get("/").status_code == 200


def test_the_api_refuses_hr_without_a_second_step(client, cast, settings):
    settings.DEMO = False
    log_in(client, "hr")

    assert client.get("/api/v1/units/").status_code == 403


def test_the_demo_forces_nobody(client, cast):
    log_in(client, "hr")

    assert client.get("/").status_code == 200


def test_a_forgotten_password_is_reset_by_mail(client, cast):
    answer = client.post(reverse("account_reset_password"), {"email": "emp@contoh.go.id"})
    assert answer.status_code == 302
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[0].body).group()

    form = client.get(link, follow=True)
    target = form.redirect_chain[-1][0]
    short = client.post(target, {"password1": "pendek", "password2": "pendek"})
    assert short.status_code == 200
    assert short.context["form"].errors
    assert client.post(target, {"password1": "baru-sekali-2026", "password2": "baru-sekali-2026"}).status_code == 302

    client.logout()
    assert log_in(client, "emp").status_code == 200
    assert log_in(client, "emp", "baru-sekali-2026").status_code == 302
    used = client.get(link, follow=True)
    assert "password1" not in body(used)


def test_a_reset_by_mail_opens_no_account_that_waits(client, cast):
    make_user("baru", is_active=False, activated_at=None)

    answer = client.post(reverse("account_reset_password"), {"email": "baru@kota.go.id"})

    assert answer.status_code == 302, "the answer is the same for every address"
    assert not any("/password/reset/key/" in message.body for message in mail.outbox)


def test_after_a_reset_the_tries_count_anew(client, cast, limits):
    for _try in range(3):
        log_in(client, "emp", "salah")
    client.post(reverse("account_reset_password"), {"email": "emp@contoh.go.id"})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[0].body).group()
    target = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(target, {"password1": "baru-sekali-2026", "password2": "baru-sekali-2026"}, REMOTE_ADDR="10.0.0.1")

    assert log_in(client, "emp", "baru-sekali-2026").status_code == 302


def test_nobody_signs_up(client):
    assert get_adapter().is_open_for_signup(None) is False
    answer = client.post(reverse("account_signup"), {"username": "x", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session

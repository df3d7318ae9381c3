"""Accounts: nobody gets in before activating; links and slips open one account, once, for a limited time."""

import re

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from organization import outbox
from organization.models import AccountToken, Delegation, OutboxMessage, RoleGrant, User
from tests.organization.cast import PASSWORD, body, days, get, make_cast, make_employee, make_user, post, said, url

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def newcomer(cast):
    """Somebody of the legal section whose account came with an import and waits."""
    return make_waiting(cast, "baru")


def make_waiting(cast, name, **values):
    user = make_employee(name, cast.law).user
    User.objects.filter(pk=user.pk).update(is_active=False, activated_at=None, **values)
    user.refresh_from_db()
    return user


def hand_out(client, by, action, *accounts, **values):
    return post(client, by, "account_hand_out", action=action, ids=[account.pk for account in accounts], **values)


def mailed_link(client, by, account):
    hand_out(client, by, "mail", account)
    message = OutboxMessage.objects.get(topic="organization.activation_mail", payload__user=account.pk)
    assert outbox.deliver(message.pk)
    return re.search(r"http://testserver(/activate/\S+/)", mail.outbox[-1].body).group(1)


def printed_code(client, by, account):
    page = hand_out(client, by, "slips", account)
    assert page.status_code == 200
    return next(slip for slip in page.context["slips"] if slip.username == account.username).code


def choose(client, address, password=PASSWORD, **values):
    return client.post(address, {"password": password, "again": password} | values)


def can_log_in(client, account, password=PASSWORD):
    client.logout()
    return client.post(LOGIN, {"login": account.username, "password": password}).status_code == 302


def test_an_imported_account_opens_with_no_password_at_all(client, newcomer):
    for password in ("", " ", newcomer.username, "!"):
        assert not can_log_in(client, newcomer, password)


def test_a_mailed_link_opens_the_account_once(client, cast, newcomer):
    link = mailed_link(client, cast.users["hr"], newcomer)
    client.logout()

    assert mail.outbox[-1].to == [newcomer.email]
    html = mail.outbox[-1].alternatives[0][0]
    assert f'href="http://testserver{link}"' in html
    assert client.get(link).status_code == client.get(link).status_code == 200, "a mail scanner opens links too"
    assert choose(client, link).url == LOGIN
    assert can_log_in(client, newcomer)
    client.logout()
    assert client.get(link).status_code == 410
    assert choose(client, link, "lain-sekali-2026").status_code == 410
    assert can_log_in(client, newcomer)


def test_the_link_is_kept_nowhere(client, cast, newcomer):
    token = mailed_link(client, cast.users["hr"], newcomer).split("/")[-2]

    assert not AccountToken.objects.filter(digest__contains=token).exists()
    assert token not in str(list(OutboxMessage.objects.values()))


def test_a_link_ends_after_its_days(client, cast, newcomer, settings):
    link = mailed_link(client, cast.users["hr"], newcomer)

    with time_machine.travel(days(settings.ACTIVATION_LINK_DAYS + 1)):
        assert client.get(link).status_code == 410
        assert choose(client, link).status_code == 410
    assert not User.objects.get(pk=newcomer.pk).is_active


def test_a_newer_link_makes_the_older_one_useless(client, cast, newcomer):
    first = mailed_link(client, cast.users["hr"], newcomer)
    OutboxMessage.objects.all().delete()
    second = mailed_link(client, cast.users["hr"], newcomer)

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("pendek", "pendek", "password"),
        ("1234567890123", "1234567890123", "password"),
        ("password123", "password123", "password"),
        (PASSWORD, "sangat-rahasia-2027", "again"),
        ("", "", "password"),
    ],
)
def test_a_bad_password_leaves_the_link_open(client, cast, newcomer, password, again, field):
    link = mailed_link(client, cast.users["hr"], newcomer)
    client.logout()

    answer = client.post(link, {"password": password, "again": again})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not User.objects.get(pk=newcomer.pk).is_active
    assert choose(client, link).status_code == 302


def test_a_printed_slip_opens_the_account_once(client, cast, newcomer):
    code = printed_code(client, cast.users["hr"], newcomer)
    client.logout()

    typed = {"username": f" {newcomer.username} ", "code": code.lower().replace("-", " ")}
    assert choose(client, url("activate"), **typed).url == LOGIN
    assert can_log_in(client, newcomer)
    client.logout()
    again = choose(client, url("activate"), "lain-sekali-2026", **typed)
    assert again.status_code == 422
    assert again.context["form"].non_field_errors()
    assert can_log_in(client, newcomer)


def test_a_slip_shows_name_unit_and_code_and_is_never_kept_by_a_browser(client, cast, newcomer):
    page = hand_out(client, cast.users["hr"], "slips", newcomer)
    slip = page.context["slips"][0]

    assert (slip.name, slip.unit, slip.username) == ("Baru", "Hukum", "baru")
    assert slip.code in body(page)
    assert "no-store" in page["Cache-Control"]
    assert not AccountToken.objects.filter(digest__icontains=slip.code.replace("-", "")).exists()


def test_a_slip_ends_after_its_days(client, cast, newcomer, settings):
    code = printed_code(client, cast.users["hr"], newcomer)
    client.logout()

    with time_machine.travel(days(settings.ACTIVATION_SLIP_DAYS + 1)):
        answer = choose(client, url("activate"), username=newcomer.username, code=code)
    assert answer.status_code == 422
    assert not User.objects.get(pk=newcomer.pk).is_active


def test_the_code_of_one_slip_opens_no_other_account(client, cast, newcomer):
    other = make_waiting(cast, "lain")
    code = printed_code(client, cast.users["hr"], newcomer)
    client.logout()

    assert choose(client, url("activate"), username=other.username, code=code).status_code == 422
    assert not User.objects.get(pk=other.pk).is_active


def test_guessing_codes_is_stopped_per_account(client, cast, newcomer, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"activate": "3/15m/key"}
    code = printed_code(client, cast.users["hr"], newcomer)
    client.logout()
    wrong = {"username": newcomer.username, "code": "AAAAA-AAAAA"}

    assert [choose(client, url("activate"), **wrong).status_code for _try in range(4)] == [422, 422, 422, 429]
    assert choose(client, url("activate"), username=newcomer.username, code=code).status_code == 429
    assert choose(client, url("activate"), username="lain", code=code).status_code == 422


def test_slips_for_a_unit_reach_everybody_below_who_waits_and_nobody_else(client, cast, newcomer):
    make_waiting(cast, "dinkes")
    User.objects.filter(username="dinkes").update(name="Dinkes")
    elsewhere = make_employee("jauh", cast.health).user
    User.objects.filter(pk=elsewhere.pk).update(is_active=False, activated_at=None)
    User.objects.exclude(username__in=("baru", "dinkes", "jauh")).update(activated_at="2026-01-01T00:00Z")

    page = post(client, cast.users["hr"], "account_hand_out", scope="unit", unit=cast.law.pk, action="slips")

    assert [slip.username for slip in page.context["slips"]] == ["baru", "dinkes"]
    everybody = post(
        client, cast.users["hr"], "account_hand_out", scope="unit", unit=cast.law.parent_id, action="slips"
    )
    assert {slip.username for slip in everybody.context["slips"]} == {"baru", "dinkes", "jauh"}


def test_a_slip_is_also_how_hr_resets_a_password(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_account_ip": "2/5m/key"}
    emp = cast.users["emp"]
    for _try in range(3):
        assert not can_log_in(client, emp, "salah")
    code = printed_code(client, cast.users["hr"], emp)
    client.logout()

    assert choose(client, url("activate"), username="emp", code=code).status_code == 302
    assert can_log_in(client, emp), "the forgotten tries are forgiven with the new password"


def test_nobody_prints_a_slip_for_themself(client, cast):
    answer = hand_out(client, cast.users["hr"], "slips", cast.users["hr"])

    assert answer.status_code == 403
    assert not AccountToken.objects.exists()


def test_hr_of_a_part_reaches_its_own_people_only(client, cast, newcomer):
    lawhr = cast.users["lawhr"]
    elsewhere = make_employee("jauh", cast.health).user
    User.objects.filter(pk=elsewhere.pk).update(is_active=False, activated_at=None)

    assert hand_out(client, lawhr, "slips", newcomer).status_code == 200
    assert hand_out(client, lawhr, "slips", elsewhere).status_code == 302, "who is out of reach is not even named"
    assert not elsewhere.tokens.exists()
    assert post(client, lawhr, "account_hand_out", scope="unit", unit=cast.health.pk, action="slips").status_code == 404
    assert post(client, lawhr, "account_off", elsewhere.pk).status_code == 404


def test_hr_of_a_part_resets_no_account_that_holds_a_role(client, cast):
    """Else they could print a slip for the agency's HR admin, log in as them, and be everything."""
    emp = cast.users["emp"]
    RoleGrant.objects.create(user=emp, role="hr_admin", valid_from=days(-1))

    assert hand_out(client, cast.users["lawhr"], "slips", emp).status_code == 403
    assert post(client, cast.users["lawhr"], "account_off", emp.pk).status_code == 403
    assert not emp.tokens.exists()


@pytest.mark.parametrize(("action", "unit"), [("slips", ""), ("mail", "x")])
def test_handing_out_to_nobody_says_so(client, cast, action, unit):
    answer = post(client, cast.users["hr"], "account_hand_out", scope="unit", unit=unit, action=action)

    assert "notice" in said(client, answer)
    assert not OutboxMessage.objects.exists()


def test_people_without_address_are_named_as_such(client, cast):
    account = make_waiting(cast, "tanpa", email="")

    answer = hand_out(client, cast.users["hr"], "mail", account)

    assert answer.status_code == 302
    assert not OutboxMessage.objects.exists()
    assert AccountToken.objects.count() == 0


def test_a_mail_that_was_queued_before_a_switch_off_opens_nothing(client, cast, newcomer):
    hr = cast.users["hr"]
    hand_out(client, hr, "mail", newcomer)
    post(client, hr, "account_off", newcomer.pk)

    assert outbox.deliver(OutboxMessage.objects.get().pk)
    assert not mail.outbox
    assert not AccountToken.objects.exists()


def test_a_switched_off_account_loses_its_session_and_its_slip(client, cast, newcomer):
    hr = cast.users["hr"]
    code = printed_code(client, hr, newcomer)
    said(client, post(client, hr, "account_off", newcomer.pk))
    client.logout()
    assert choose(client, url("activate"), username="baru", code=code).status_code == 422

    client.force_login(cast.users["emp"])
    User.objects.filter(username="emp").update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_switched_off_account_comes_back_with_its_old_password(client, cast):
    emp, hr = cast.users["emp"], cast.users["hr"]
    emp.set_password(PASSWORD)
    emp.save()
    User.objects.filter(pk=emp.pk).update(activated_at="2026-01-01T00:00Z")

    post(client, hr, "account_off", emp.pk)
    assert not can_log_in(client, emp)
    assert hand_out(client, hr, "slips", emp).status_code == 302, "first it has to be switched on"
    post(client, hr, "account_on", emp.pk)
    assert can_log_in(client, emp)


def test_switching_on_activates_nothing(client, cast, newcomer):
    post(client, cast.users["hr"], "account_off", newcomer.pk)
    post(client, cast.users["hr"], "account_on", newcomer.pk)

    assert not User.objects.get(pk=newcomer.pk).is_active


def test_whoever_left_is_not_switched_on_again(client, cast, newcomer):
    newcomer.employee.left_on = days(-1)
    newcomer.employee.save()
    User.objects.filter(pk=newcomer.pk).update(deactivated_at="2026-01-01T00:00Z")

    post(client, cast.users["hr"], "account_on", newcomer.pk)

    assert User.objects.get(pk=newcomer.pk).deactivated_at


def test_nobody_switches_themself_off(client, cast):
    assert post(client, cast.users["hr"], "account_off", cast.users["hr"].pk).status_code == 403


def test_the_authority_gets_an_account_without_employee_record(client, cast):
    hr = cast.users["hr"]
    answer = post(client, hr, "account_create", username="wali.kota", name="Wali Kota", email="wali@kota.go.id")
    assert answer.status_code == 302
    mayor = User.objects.get(username="wali.kota")
    assert (mayor.is_active, mayor.has_usable_password()) == (False, False)

    code = printed_code(client, hr, mayor)
    client.logout()
    assert choose(client, url("activate"), username="wali.kota", code=code).status_code == 302
    assert can_log_in(client, mayor)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"username": "emp"}, "username"), ({"email": "EMP@contoh.go.id"}, None), ({"name": ""}, "name")],
)
def test_an_account_that_cannot_be_made_is_answered_in_words(client, cast, change, field):
    values = {"username": "wali", "name": "Wali", "email": "wali@kota.go.id"} | change

    answer = post(client, cast.users["hr"], "account_create", **values)

    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors[field] if field else form.errors
    assert not User.objects.filter(name="Wali").exists()


def test_an_account_without_employee_record_is_corrected(client, cast):
    said(client, post(client, cast.users["hr"], "account_edit", cast.users["boss"].pk, name="Ibu Wali", email=""))
    assert User.objects.get(username="boss").name == "Ibu Wali"

    refused = post(client, cast.users["hr"], "account_edit", cast.users["emp"].pk, name="X", email="x@kota.go.id")
    assert refused.status_code == 422
    assert User.objects.get(username="emp").name == "emp"


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss", "audit", "seal"])
def test_only_hr_hands_accounts_out(client, cast, newcomer, name):
    user = cast.users[name]

    assert get(client, user, "account_list").status_code == 403
    assert hand_out(client, user, "slips", newcomer).status_code == 403
    assert post(client, user, "account_off", newcomer.pk).status_code == 403
    assert post(client, user, "account_create", username="x", name="X").status_code == 403
    assert not AccountToken.objects.exists()


def test_hr_of_a_part_makes_no_accounts(client, cast):
    assert post(client, cast.users["lawhr"], "account_create", username="x", name="X").status_code == 403
    assert post(client, cast.users["lawhr"], "account_edit", cast.users["emp"].pk, name="X").status_code == 403


def test_the_list_filters_by_state_and_name(client, cast, newcomer):
    hr = cast.users["hr"]
    waiting = get(client, hr, "account_list", state="waiting")
    assert [row.username for row in waiting.context["page_obj"]] == ["baru"]
    printed_code(client, hr, newcomer)
    invited = get(client, hr, "account_list", state="invited", name="bar")
    assert [row.username for row in invited.context["page_obj"]] == ["baru"]


def test_a_number_like_an_nip_is_not_searched_for(client, cast):
    """It would stand in the address, in the history of the browser and in logs."""
    page = get(client, cast.users["hr"], "account_list", name="198505052010")

    assert page.context["filter"].form.errors["name"]


@pytest.mark.parametrize("page", ["account_list"])
def test_the_list_asks_the_same_questions_however_long_it_is(client, cast, page, django_assert_max_num_queries):
    client.force_login(cast.users["hr"])
    counts = []
    for names in (["a"], ["b", "c", "d"]):
        for name in names:
            make_waiting(cast, name)
        with django_assert_max_num_queries(15) as found:
            client.get(url(page))
        counts.append(len(found.captured_queries))
    assert counts[0] == counts[1]


def test_one_set_of_slips_asks_few_questions_per_person(client, cast, django_assert_max_num_queries):
    people = [make_waiting(cast, f"p{number}") for number in range(20)]
    with django_assert_max_num_queries(20 + 5 * len(people)):
        assert hand_out(client, cast.users["hr"], "slips", *people).status_code == 200


def test_a_change_of_password_keeps_the_session_and_asks_for_the_old_one(client, cast):
    emp = cast.users["emp"]
    emp.set_password(PASSWORD)
    emp.save()
    client.force_login(emp)
    new = {"password1": "baru-sekali-2026", "password2": "baru-sekali-2026"}

    wrong = client.post(reverse("account_change_password"), {"oldpassword": "salah"} | new)
    assert wrong.status_code == 200
    assert wrong.context["form"].errors["oldpassword"]
    assert client.post(reverse("account_change_password"), {"oldpassword": PASSWORD} | new).status_code == 302
    assert client.get("/").status_code == 200
    assert can_log_in(client, emp, "baru-sekali-2026")


def test_a_delegate_of_hr_hands_out_too(client, cast, newcomer):
    Delegation.objects.create(
        principal=cast.users["hr"], delegate=cast.users["col1"], valid_from=days(-1), valid_to=days(1)
    )
    assert hand_out(client, cast.users["col1"], "slips", newcomer).status_code == 200


def test_the_account_of_a_stranger_to_the_list_is_not_found(client, cast):
    stranger = make_user("asing")
    assert post(client, cast.users["lawhr"], "account_on", stranger.pk).status_code == 404
    assert post(client, cast.users["hr"], "account_on", 10**9).status_code == 404

"""Roles on parts of the agency, and standing in: who gives them, from when, and never to oneself."""

import pytest

from organization.access import access_for
from organization.models import Delegation, Notice, OutboxMessage, RoleGrant, User
from tests.organization.cast import body, days, get, make_cast, make_user, post, said, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


def fresh(user):
    """The user as the next request reads them."""
    return User.objects.get(pk=user.pk)


def grant(client, by, **change):
    values = {"account": "emp", "role": "auditor", "valid_from": days(0)} | change
    return post(client, by, "role_grant", **values)


def stand_in(client, by, **change):
    values = {"principal": "head", "delegate": "sup", "kind": "plh", "valid_from": days(0)} | change
    return post(client, by, "delegation_create", **values)


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


def test_a_role_reaches_its_unit_and_what_is_below(client, cast, hr):
    said(client, grant(client, hr, unit=cast.law.pk, valid_to=days(30)))

    given = RoleGrant.objects.get(user=cast.users["emp"])
    assert (given.granted_by, given.unit, given.valid_to) == (hr, cast.law, days(30))
    access = access_for(fresh(cast.users["emp"]))
    assert access.has_role("auditor", cast.law.path)
    assert not access.has_role("auditor", cast.health.path)
    emp = cast.users["emp"]
    assert get(client, emp, "person", cast.employees["col1"].pk).status_code == 200
    assert get(client, emp, "person", cast.employees["out"].pk).status_code == 404


def test_a_role_begins_on_its_day(client, cast, hr):
    said(client, grant(client, hr, valid_from=days(5)))

    assert not access_for(fresh(cast.users["emp"])).has_role("auditor")
    assert access_for(fresh(cast.users["emp"]), days(5)).has_role("auditor")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": "siapa ini"}, "account"),
        ({"account": "col"}, "account"),
        ({"role": "wali kota"}, "role"),
        ({"valid_from": days(-1)}, "valid_from"),
        ({"valid_to": days(-1)}, "valid_to"),
        ({"unit": 10**9}, "unit"),
        ({"account": ""}, "account"),
    ],
)
def test_a_bad_grant_is_told_beside_its_field(client, hr, change, field):
    before = RoleGrant.objects.count()

    assert list(errors(grant(client, hr, **change))) == [field]
    assert RoleGrant.objects.count() == before


def test_the_same_role_twice_is_refused_in_words(client, hr):
    said(client, grant(client, hr))

    assert errors(grant(client, hr, valid_from=days(3)))["__all__"]
    assert RoleGrant.objects.filter(user__username="emp").count() == 1


@pytest.mark.parametrize("role", ["hr_admin", "authority", "auditor", "evidence_officer"])
def test_nobody_gives_a_role_to_themself(client, hr, role):
    assert grant(client, hr, account="hr", role=role).status_code == 403
    assert RoleGrant.objects.filter(user=hr).count() == 1


def test_the_refusal_says_why(client, hr, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "Nobody gives a role to themself" in body(grant(client, hr, account="hr"))


def test_nor_through_somebody_they_stand_in_for(client, cast, hr):
    Delegation.objects.create(principal=hr, delegate=cast.users["col1"], valid_from=days(-1))

    assert grant(client, cast.users["col1"], account="col1", role="hr_admin").status_code == 403
    assert grant(client, cast.users["col1"], account="emp").status_code == 302


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss", "audit", "seal", "lawhr"])
def test_only_hr_of_the_agency_gives_and_takes_roles(client, cast, name):
    given = RoleGrant.objects.get(user=cast.users["boss"])

    assert grant(client, cast.users[name]).status_code == 403
    assert get(client, cast.users[name], "role_grant").status_code == 403
    assert post(client, cast.users[name], "role_end", given.pk).status_code == 403
    assert RoleGrant.objects.get(pk=given.pk).valid_to is None


def test_a_role_taken_back_is_gone_at_once(client, cast, hr):
    given = RoleGrant.objects.get(user=cast.users["boss"])

    said(client, post(client, hr, "role_end", given.pk))

    assert not access_for(fresh(cast.users["boss"])).has_role("authority")
    assert RoleGrant.objects.get(pk=given.pk).valid_to == days(-1)
    assert post(client, hr, "role_end", 10**9).status_code == 404


def test_the_last_hr_admin_keeps_the_role(client, hr):
    own = RoleGrant.objects.get(user=hr)
    waiting = make_user("calon", is_active=False, activated_at=None)
    RoleGrant.objects.create(user=waiting, role="hr_admin", valid_from=days(-1))

    said(client, post(client, hr, "role_end", own.pk))
    assert RoleGrant.objects.get(pk=own.pk).valid_to is None, "the other one cannot log in yet"

    User.objects.filter(pk=waiting.pk).update(is_active=True)
    said(client, post(client, hr, "role_end", own.pk))
    assert RoleGrant.objects.get(pk=own.pk).valid_to == days(-1)


def test_the_last_hr_admin_is_not_switched_off_by_a_deputy(client, cast, hr):
    Delegation.objects.create(principal=hr, delegate=cast.users["col1"], valid_from=days(-1))

    said(client, post(client, cast.users["col1"], "account_off", hr.pk))

    assert fresh(hr).is_active


def test_a_deputy_acts_in_the_place_and_both_are_told(client, cast, hr):
    said(client, stand_in(client, hr, valid_to=days(7), order_no="SP-1"))

    row = Delegation.objects.get()
    assert (row.created_by, row.order_no, row.kind) == (hr, "SP-1", "plh")
    told = Notice.objects.filter(code="delegation.created").values_list("user__username", flat=True)
    assert set(told) == {"head", "sup"}
    assert OutboxMessage.objects.filter(topic="organization.mail").count() == 2
    assert access_for(fresh(cast.users["sup"])).heads(cast.law.path)
    assert not access_for(fresh(cast.users["sup"]), days(8)).heads(cast.law.path)


@pytest.mark.parametrize("name", ["head", "sup", "boss"])
def test_an_officer_names_somebody_for_their_own_place_only(client, cast, name):
    said(client, stand_in(client, cast.users[name], principal="hr", delegate="col1"))

    assert Delegation.objects.get().principal == cast.users[name], "whoever else was typed"


@pytest.mark.parametrize("name", ["emp", "out"])
def test_somebody_without_a_say_hands_nothing_on(client, cast, name):
    assert get(client, cast.users[name], "delegation_create").status_code == 403
    assert stand_in(client, cast.users[name]).status_code == 403
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delegate": "head"}, "__all__"),
        ({"valid_from": days(-1)}, "valid_from"),
        ({"valid_to": days(-1)}, "valid_to"),
        ({"delegate": "siapa"}, "delegate"),
        ({"kind": "raja"}, "kind"),
        ({"order_no": "x" * 81}, "order_no"),
    ],
)
def test_a_bad_delegation_is_told_beside_its_field(client, hr, change, field):
    assert list(errors(stand_in(client, hr, **change))) == [field]
    assert not Delegation.objects.exists()
    assert not Notice.objects.exists()


def test_two_deputies_of_one_officer_at_a_time_are_refused(client, cast, hr):
    said(client, stand_in(client, hr, valid_to=days(7)))

    assert errors(stand_in(client, hr, delegate="col1", valid_from=days(7)))["__all__"]
    said(client, stand_in(client, hr, delegate="col1", valid_from=days(8)))
    assert Delegation.objects.count() == 2


def test_somebody_who_cannot_log_in_cannot_stand_in(client, cast, hr):
    User.objects.filter(username="sup").update(is_active=False)

    assert errors(stand_in(client, hr))["delegate"]


def test_hr_names_nobody_less_than_themself(client, hr):
    assert stand_in(client, hr, principal="boss", delegate="hr").status_code == 403
    assert not Delegation.objects.exists()


def test_a_delegation_ends_on_a_day_or_is_removed_before_it_began(client, cast, hr):
    said(client, stand_in(client, hr))
    later = {"principal": "boss", "valid_from": days(10)}
    said(client, stand_in(client, hr, **later))
    running, coming = Delegation.objects.order_by("valid_from")

    said(client, post(client, cast.users["head"], "delegation_end", running.pk, last_day=days(2)))
    running.refresh_from_db()
    assert running.valid_to == days(2)
    said(client, post(client, hr, "delegation_end", coming.pk, last_day=days(0)))
    assert not Delegation.objects.filter(pk=coming.pk).exists()


def test_what_was_decided_before_stays(client, cast, hr):
    row = Delegation.objects.create(principal=cast.users["head"], delegate=cast.users["sup"], valid_from=days(-30))

    assert errors(post(client, hr, "delegation_end", row.pk, last_day=days(-20)))["last_day"]
    row.refresh_from_db()
    assert row.valid_to is None
    Delegation.objects.filter(pk=row.pk).update(valid_to=days(-1))
    assert errors(post(client, hr, "delegation_end", row.pk, last_day=days(0)))["__all__"]


def test_a_deputy_reads_the_delegation_but_does_not_end_it(client, cast):
    row = Delegation.objects.create(principal=cast.users["head"], delegate=cast.users["sup"], valid_from=days(-1))

    assert "sup" in body(get(client, cast.users["sup"], "delegation_list"))
    assert get(client, cast.users["sup"], "delegation_end", row.pk).status_code == 403
    assert post(client, cast.users["out"], "delegation_end", row.pk, last_day=days(1)).status_code == 404
    assert "head" not in [
        str(each.principal) for each in get(client, cast.users["out"], "delegation_list").context["page_obj"]
    ]


def test_a_delegation_is_visible_wherever_it_is_used(client, cast):
    Delegation.objects.create(principal=cast.users["head"], delegate=cast.users["sup"], valid_from=days(-1))

    for page in ("notice_list", "person_list", "profile"):
        assert "Plh." in body(get(client, cast.users["sup"], page)), page


def test_the_lists_show_what_holds_and_on_request_what_ended(client, cast, hr):
    given = RoleGrant.objects.get(user=cast.users["audit"])
    RoleGrant.objects.filter(pk=given.pk).update(valid_to=days(-1))

    assert given not in get(client, hr, "role_list").context["page_obj"]
    assert given in get(client, hr, "role_list", period="ended").context["page_obj"]
    assert given in get(client, hr, "role_list", period="all", role="auditor").context["page_obj"]


@pytest.mark.parametrize("page", ["role_list", "delegation_list"])
def test_the_number_of_queries_does_not_grow(client, cast, hr, page, django_assert_max_num_queries):
    client.force_login(hr)
    counts = []
    for names in (["emp"], ["col1", "col2", "out"]):
        for name in names:
            RoleGrant.objects.create(user=cast.users[name], role="auditor", unit=cast.law, valid_from=days(-1))
            Delegation.objects.create(principal=cast.users[name], delegate=cast.users["sup"], valid_from=days(-1))
        with django_assert_max_num_queries(15) as found:
            client.get(url(page))
        counts.append(len(found.captured_queries))

    assert counts[0] == counts[1]

"""What policies share, from a day on: general terms, kinds of special circumstance, single excluded posts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from eligibility.errors import FixedByLaw
from eligibility.models import ArrangementTerms, CircumstanceKind, Screening
from eligibility.screening import ask_of_policy, replays_identically, screen_employee, version_in_force
from eligibility.selectors import terms_on
from eligibility.services import store_screening
from eligibility.services.terms import save_kind, set_terms, withdraw_terms
from organization.models import ExcludedPost, Position
from organization.services.excluded_posts import end_exclusion, exclude_post
from tests.eligibility.drafting import make_drafting_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_drafting_world()


def day(number):
    return timezone.localdate() + timedelta(days=number)


def set_from(world, start, name="hr", decree_no="9/2026", **values):
    return set_terms(by=world.users[name], valid_from=start, decree_no=decree_no, values=values)


def fields_of(error):
    return set(error.value.error_dict)


# General terms


def test_new_terms_end_the_running_ones_the_day_before_and_keep_what_is_not_said(world):
    before = terms_on(timezone.localdate())

    made = set_from(world, day(10), quota_pct=20)

    before.refresh_from_db()
    assert before.valid_to == day(9)
    assert (made.quota_pct, made.max_days_per_week, made.max_months, made.valid_to) == (20, 2, before.max_months, None)
    assert (terms_on(day(9)), terms_on(day(10))) == (before, made)


def test_terms_that_never_applied_on_another_day_are_replaced_the_same_day(world):
    first = set_from(world, day(0), quota_pct=20)

    second = set_from(world, day(0), quota_pct=25)

    assert not ArrangementTerms.objects.filter(pk=first.pk).exists()
    assert terms_on(day(0)) == second


@pytest.mark.parametrize("days", [3, 7])
def test_the_cap_of_art_13_is_lowered_never_raised(world, days):
    with translation.override("en"), pytest.raises(FixedByLaw) as error:
        set_from(world, day(10), max_days_per_week=days)

    assert fields_of(error) == {"max_days_per_week"}
    assert "13(1)" in error.value.article
    assert set_from(world, day(10), max_days_per_week=1).max_days_per_week == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"max_days_per_week": 0}, "max_days_per_week"),
        ({"quota_pct": 0}, "quota_pct"),
        ({"quota_pct": 101}, "quota_pct"),
        ({"place_kinds": []}, "place_kinds"),
        ({"decree_no": " "}, "decree_no"),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(world, values, field):
    with pytest.raises(ValidationError) as error:
        set_from(world, day(10), **values)

    assert fields_of(error) == {field}
    assert ArrangementTerms.objects.count() == 1


def test_terms_of_the_past_and_before_later_ones_are_refused(world):
    set_from(world, day(20))
    for start in (day(-1), day(10)):
        with pytest.raises(ValidationError) as error:
            set_from(world, start)
        assert fields_of(error) == {"valid_from"}


def test_later_terms_can_be_withdrawn_and_the_ones_before_run_on(world):
    before = terms_on(timezone.localdate())
    later = set_from(world, day(20))

    withdraw_terms(by=world.users["hr"], terms_id=later.pk)

    before.refresh_from_db()
    assert before.valid_to is None
    with pytest.raises(ValidationError):
        withdraw_terms(by=world.users["hr"], terms_id=before.pk)


@pytest.mark.parametrize("name", ["emp", "sup", "boss"])
def test_only_hr_of_the_agency_sets_what_policies_share(world, name):
    post = Position.objects.get()
    commands = [
        lambda: set_from(world, day(10), name=name),
        lambda: save_kind(by=world.users[name], code=None, values={"name": "Lain"}),
        lambda: exclude_post(
            by=world.users[name], position_id=post.pk, valid_from=day(0), valid_to=None, decree_no="1"
        ),
    ]
    for command in commands:
        with pytest.raises(PermissionDenied):
            command()


def terms_form(**changes):
    values = {
        "valid_from": str(day(10)), "decree_no": "9/2026", "max_days_per_week": "2", "counted": ["home"],
        "place_kinds": ["home", "other"], "quota_pct": "25", "quota_basis": "holders", "quota_rounding": "up",
        "max_months": "12", "hold_days": "10", "response_days": "7",
    }  # fmt: skip
    return values | changes


def test_the_page_sets_terms_and_says_why_the_cap_stays(client, world):
    client.force_login(world.users["hr"])
    url = reverse("eligibility:terms_new")

    refused = client.post(url, terms_form(max_days_per_week="3"))
    assert refused.status_code == 422
    assert "13 ayat (1)" in refused.content.decode()

    assert client.post(url, terms_form()).status_code == 302
    made = terms_on(day(10))
    assert (made.quota_pct, made.quota_basis, made.quota_rounding, made.max_months) == (25, "holders", "up", 12)
    assert (made.home_counts, made.other_office_counts, made.other_place_counts) == (True, False, False)


def test_every_period_stays_readable(client, world):
    set_from(world, day(0), quota_pct=20)
    client.force_login(world.users["emp"])

    listed = client.get(reverse("eligibility:terms")).content.decode()

    for row in ArrangementTerms.objects.all():
        url = reverse("eligibility:terms_period", args=[row.pk])
        assert url in listed
        assert f"{row.quota_pct} persen" in client.get(url).content.decode()


# Kinds of special circumstance


def test_a_kind_is_added_changed_and_switched_off(world):
    made = save_kind(by=world.users["hr"], code=None, values={"name": "Duka keluarga", "max_days": 14})
    twin = save_kind(by=world.users["hr"], code=None, values={"name": "Duka keluarga!"})

    changed = save_kind(by=world.users["hr"], code=made.code, values={"is_active": False})

    assert (made.code, twin.code) == ("duka-keluarga", "duka-keluarga-2")
    assert (changed.is_active, changed.name, changed.max_days) == (False, "Duka keluarga", 14)


def test_the_pages_of_kinds(client, world):
    client.force_login(world.users["hr"])
    values = {"name": "Duka keluarga", "name_en": "Bereavement", "max_days": "", "evidence_hint": "Surat kematian"}

    assert client.post(reverse("eligibility:kind_new"), values | {"is_active": "on"}).status_code == 302
    kind = CircumstanceKind.objects.get(code="duka-keluarga")
    assert (kind.lifts_weekly_cap, kind.is_active) == (False, True)
    assert client.post(reverse("eligibility:kind_edit", args=[kind.code]), values | {"name": ""}).status_code == 422
    assert client.post(reverse("eligibility:kind_edit", args=[kind.code]), values).status_code == 302
    kind.refresh_from_db()
    assert not kind.is_active


# Single excluded posts


def verdict(world, on):
    version = version_in_force("location", on)
    return screen_employee(world.employees["emp"], version, on=on, ask=ask_of_policy("location"))


def rule_of(result):
    return next(item for item in result.results if item.rule.criterion == "excluded_post")


@pytest.mark.parametrize(
    ("start", "end", "passed"), [(0, None, False), (-9, -1, True), (1, None, True), (-9, 0, False)]
)
def test_an_excluded_post_counts_on_its_days(world, start, end, passed):
    ExcludedPost.objects.create(
        position=Position.objects.get(),
        valid_from=day(start),
        valid_to=None if end is None else day(end),
        decree_no="7",
    )

    found = rule_of(verdict(world, timezone.localdate()))

    assert (found.outcome == "passed") is passed
    with translation.override("en"):
        assert ("excluded by 7" in str(found.explanation.observed)) is not passed


def test_a_post_is_excluded_from_a_day_on_and_again_free(world):
    post = Position.objects.get()
    made = exclude_post(by=world.users["hr"], position_id=post.pk, valid_from=day(0), valid_to=None, decree_no="7/2026")
    with pytest.raises(ValidationError):
        exclude_post(by=world.users["hr"], position_id=post.pk, valid_from=day(5), valid_to=None, decree_no="8/2026")

    end_exclusion(by=world.users["hr"], exclusion_id=made.pk, last_day=day(3))

    assert rule_of(verdict(world, day(3))).outcome == "failed"
    assert rule_of(verdict(world, day(4))).outcome == "passed"


def test_a_verdict_stored_before_there_were_single_exclusions_replays(world):
    stored = store_screening(result=verdict(world, timezone.localdate()), by=None)
    for item in stored.results:
        item["observed"].pop("excluded_by", None)
    Screening.objects.filter(pk=stored.pk).update(results=stored.results)

    assert replays_identically(Screening.objects.get(pk=stored.pk))


def test_the_pages_of_excluded_posts(client, world):
    client.force_login(world.users["hr"])
    url = reverse("eligibility:excluded_post_new")
    values = {"position": "analis", "valid_from": str(day(0)), "valid_to": "", "decree_no": "7/2026"}

    assert client.post(url, values | {"position": "tidak ada"}).status_code == 422
    assert client.post(url, values | {"valid_to": str(day(-1))}).status_code == 422
    assert client.post(url, values).status_code == 302
    row = ExcludedPost.objects.get()
    assert "7/2026" in client.get(reverse("eligibility:excluded_posts")).content.decode()
    end = reverse("eligibility:excluded_post_end", args=[row.pk])
    assert client.post(end, {"last_day": str(day(-5))}).status_code == 422
    assert client.post(end, {"last_day": str(day(-1))}).status_code == 302
    assert not ExcludedPost.objects.exists()  # it never applied

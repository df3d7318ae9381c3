"""What binds a policy version: the marks of regulation 8, two people, and a database that keeps it frozen."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone, translation

from eligibility.defaults import DEFAULT_RULES, required_by_law
from eligibility.enums import Mark, PolicyCode, Severity
from eligibility.errors import AlreadyPublished
from eligibility.models import ArrangementTerms, CircumstanceKind, Policy, PolicyVersion, Rule
from eligibility.screening import version_in_force
from eligibility.services import publish_version
from eligibility.services.policies import seed_default_policies
from fwa.data import DraftData
from fwa.facts import gather
from organization.models import RoleGrant, UnitVersion
from tests.world import SINCE, draft, make_world, next_monday

pytestmark = pytest.mark.django_db

FROM = date(2027, 1, 1)
DECREE = {"decree_no": "2/2026", "decree_date": date(2026, 12, 1)}
EVERY_LAW_RULE = [(code, criterion) for code in PolicyCode.values for criterion in sorted(required_by_law(code))]


@pytest.fixture
def world():
    made = make_world()
    RoleGrant.objects.create(user=made.users["head"], role="hr_admin", valid_from=SINCE)
    return made


def copy_of(code, **fields):
    """A draft with the rules of the version in force."""
    before = Policy.objects.get(code=code).versions.first()
    values = {"number": before.number + 1, "valid_from": FROM, "edited_by": before.edited_by} | fields
    version = PolicyVersion.objects.create(policy=before.policy, **values)
    for rule in before.rules.all():
        waivers = list(rule.waivable_by.all())
        rule.pk, rule.version, rule._state.adding = None, version, True
        rule.save()
        rule.waivable_by.set(waivers)
    return version


def publish(version, by, **changes):
    return publish_version(version_id=version.pk, by=by, **(DECREE | changes))


def refused(version, by, **changes):
    with translation.override("en"), pytest.raises(ValidationError) as error:
        publish(version, by, **changes)
    version.refresh_from_db()
    assert version.status == "draft"
    return " ".join(error.value.messages)


def test_an_unchanged_copy_can_be_published_and_ends_the_one_before(world):
    version = copy_of("location")

    publish(version, world.users["head"])

    before = PolicyVersion.objects.get(policy__code="location", number=1)
    assert (before.status, before.valid_to) == ("superseded", FROM - timedelta(days=1))
    assert version_in_force("location", FROM - timedelta(days=1)) == before
    assert version_in_force("location", FROM) == version


# Mark L: fixed by law


@pytest.mark.parametrize(("code", "criterion"), EVERY_LAW_RULE)
def test_a_rule_of_the_law_cannot_be_left_out(world, code, criterion):
    version = copy_of(code)
    version.rules.filter(criterion=criterion).delete()

    assert "is fixed by law and is missing" in refused(version, world.users["head"])


@pytest.mark.parametrize(("code", "criterion"), EVERY_LAW_RULE)
def test_a_rule_of_the_law_cannot_be_softened_relabelled_or_waived(world, code, criterion):
    version = copy_of(code)
    rule = version.rules.get(criterion=criterion)
    for change in ({"severity": "warn"}, {"severity": "manual"}, {"mark": "P"}, {"mark": "H"}, {"mark": "U"}):
        before = {name: getattr(rule, name) for name in change}
        Rule.objects.filter(pk=rule.pk).update(**change)
        refused(version, world.users["head"])
        Rule.objects.filter(pk=rule.pk).update(**before)
    rule.waivable_by.add(CircumstanceKind.objects.first())
    refused(version, world.users["head"])
    rule.waivable_by.clear()

    assert publish(version, world.users["head"]).status == "published"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"months": 0, "triggers": ["recruitment", "promotion", "transfer", "rotation"]}, id="no-months"),
        pytest.param({"months": 6, "triggers": ["recruitment", "promotion", "transfer"]}, id="a-trigger-missing"),
    ],
)
def test_who_is_new_cannot_be_narrowed_below_art_25(world, params):
    version = copy_of("location")
    version.rules.filter(criterion="not_new_in_post").update(params=params)

    refused(version, world.users["head"])


@pytest.mark.parametrize("months", [1, 6, 24])
def test_the_number_of_months_is_the_agencys_own(world, months):
    version = copy_of("location")
    rule = version.rules.get(criterion="not_new_in_post")
    rule.params["months"] = months
    rule.save()

    assert publish(version, world.users["head"]).status == "published"


def test_the_default_versions_carry_every_mark_l_rule_blocking_and_unwaivable():
    for code, specs in DEFAULT_RULES.items():
        law = [spec for spec in specs if spec.mark == Mark.LAW]
        assert {spec.criterion for spec in law} == required_by_law(code)
        assert all(spec.severity == Severity.BLOCK and not spec.waivable for spec in law)


def test_the_weekly_cap_may_be_lowered_but_not_raised_art_13(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE eligibility_arrangementterms SET max_days_per_week = 1")
    with pytest.raises(IntegrityError, match="terms_cap_is_at_most_two"), transaction.atomic():
        ArrangementTerms.objects.update(max_days_per_week=3)


# Mark P: a decree; added criteria: the coordination letter


@pytest.mark.parametrize("missing", [{"decree_no": ""}, {"decree_date": None}])
def test_publishing_needs_number_and_date_of_a_decree(world, missing):
    refused(copy_of("location"), world.users["head"], **missing)


def test_an_added_criterion_blocks_only_with_its_coordination_letter_art_26(world):
    version = copy_of("location")
    rule = version.rules.get(criterion="outputs_delivered")
    assert rule.severity == "warn"  # seeded without a letter
    rule.severity = "block"
    rule.save()
    refused(version, world.users["head"])
    rule.coordination_no = "B/1/M.SM.02/2026"
    rule.save()

    assert publish(version, world.users["head"]).status == "published"


def test_a_lowest_predicate_is_not_seeded_without_its_letter(world):
    with pytest.raises(ValidationError):
        seed_default_policies(
            valid_from=SINCE, decree_no="1", decree_date=SINCE, edited_by=world.users["hr"],
            published_by=world.users["boss"], min_predicate="baik",
        )  # fmt: skip


def test_parameters_that_make_no_sense_are_not_published(world):
    version = copy_of("location")
    version.rules.filter(criterion="location_tasks").update(params={"min_share_pct": 0})

    refused(version, world.users["head"])


# Mark U: a unit head may only tighten


@pytest.mark.parametrize(("own", "quota"), [(100, 1), (30, 1), (20, 1), (0, 0), (None, 1)])
def test_a_unit_may_lower_the_quota_and_never_raise_it(world, own, quota):
    UnitVersion.objects.filter(unit=world.law).update(quota_pct=own)

    gathered = gather(employee=world.employees["emp"], draft=DraftData(place_kind="home"), today=next_monday())

    quotas = [limit.quota for limit in gathered.facts.limits[next_monday()] if limit.unit == "Hukum"]
    assert quotas == [quota]


def test_a_larger_percentage_of_the_agency_does_not_widen_a_smaller_one_of_the_unit(world):
    ArrangementTerms.objects.update(quota_pct=100)
    UnitVersion.objects.filter(unit=world.law).update(quota_pct=40)

    gathered = gather(employee=world.employees["emp"], draft=draft(), today=next_monday())

    assert [limit.quota for limit in gathered.facts.limits[next_monday()]] == [5, 2]  # root, then the section


# Who publishes


def test_the_last_editor_does_not_publish(world):
    with pytest.raises(PermissionDenied):
        publish(copy_of("location", edited_by=world.users["head"]), world.users["head"])


@pytest.mark.parametrize("name", ["emp", "sup"])
def test_who_has_no_right_does_not_publish(world, name):
    with pytest.raises(PermissionDenied):
        publish(copy_of("location"), world.users[name])


def test_a_version_is_published_once(world):
    version = copy_of("location")
    publish(version, world.users["head"])

    with pytest.raises(AlreadyPublished):
        publish(version, world.users["head"])


def test_two_versions_that_begin_today_are_refused_with_words(world):
    today = timezone.localdate()
    publish(copy_of("location", valid_from=today), world.users["head"], decree_date=today)
    second = copy_of("location", valid_from=today)

    assert refused(second, world.users["head"], decree_date=today).startswith("Version 2 applies from ")


# The database itself: by raw SQL, past every service


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE eligibility_rule SET params = '{}' WHERE criterion = 'location_tasks'",
        "UPDATE eligibility_rule SET severity = 'warn'",
        "UPDATE eligibility_rule SET legal_basis = 'x'",
        "UPDATE eligibility_rule SET version_id = (SELECT id FROM eligibility_policyversion WHERE status = 'draft')",
        "DELETE FROM eligibility_rule WHERE criterion = 'not_examined'",
        'INSERT INTO eligibility_rule (version_id, "order", criterion, params, severity, mark, legal_basis,'
        " coordination_no) SELECT id, 99, 'x', '{}', 'block', 'P', 'x', '' FROM eligibility_policyversion"
        " WHERE status = 'published'",
        "UPDATE eligibility_policyversion SET valid_from = valid_from - 1 WHERE status = 'published'",
        "UPDATE eligibility_policyversion SET decree_no = 'x' WHERE status = 'published'",
        "UPDATE eligibility_policyversion SET status = 'draft', published_at = NULL WHERE status = 'published'",
        "DELETE FROM eligibility_policyversion WHERE status = 'published'",
        "INSERT INTO eligibility_rule_waivable_by (rule_id, circumstancekind_id)"
        " SELECT r.id, k.id FROM eligibility_rule r, eligibility_circumstancekind k WHERE r.criterion = 'not_examined'",
        "DELETE FROM eligibility_rule_waivable_by",
    ],
)
def test_a_published_version_is_immutable(world, sql):
    PolicyVersion.objects.create(policy=Policy.objects.get(code="location"), number=2, valid_from=FROM)

    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_draft_can_be_changed(world):
    version = copy_of("location")

    assert Rule.objects.filter(version=version).update(severity="warn") == 13
    assert version.rules.all().delete()[0] > 0


def test_two_published_versions_of_a_policy_never_overlap(world):
    """By SQL alone: a second published row on any day of the first is refused, one after its end is not."""
    insert = (
        "INSERT INTO eligibility_policyversion (policy_id, number, valid_from, status, decree_no, decree_date,"
        " published_at, published_by_id, edited_by_id, note, revision)"
        " SELECT policy_id, %s, %s, 'published', '2', %s, now(),"
        " published_by_id, edited_by_id, '', 1 FROM eligibility_policyversion WHERE number = 1 AND policy_id = %s"
    )
    policy = Policy.objects.get(code="location")
    PolicyVersion.objects.filter(policy=policy).update(valid_to=FROM - timedelta(days=1))
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="policy_version_one_in_force"), transaction.atomic():
            cursor.execute(insert, [2, FROM - timedelta(days=1), FROM, policy.pk])
        cursor.execute(insert, [3, FROM, FROM, policy.pk])
    other = Policy.objects.get(code="shift")
    assert other.versions.count() == 1  # each policy has its own line


def test_publisher_and_editor_are_two_people_in_the_database_too(world):
    version = copy_of("location")
    publish(version, world.users["head"])

    with pytest.raises(IntegrityError, match="policy_version_two_people"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(edited_by=world.users["head"])

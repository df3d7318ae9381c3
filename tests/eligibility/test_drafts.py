"""The draft of a policy: copied, changed under an edit counter, ordered, asked for, discarded."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from eligibility.errors import NoDraft, StaleDraft
from eligibility.models import CircumstanceKind, Policy, PolicyVersion, Rule
from eligibility.services import publish_version
from eligibility.services.drafts import (
    RuleChange,
    add_rule,
    discard_draft,
    edit_rule,
    move_rule,
    remove_rule,
    request_publication,
    set_period,
    start_draft,
)
from organization.models import Notice
from tests.eligibility.drafting import change, make_drafting_world, soon, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_drafting_world()


def at(draft, world, name="hr"):
    """Who edits what, as it stands now."""
    draft.refresh_from_db()
    return {"by": world.users[name], "version_id": draft.pk, "revision": draft.revision}


def order(draft):
    return list(draft.rules.order_by("order").values_list("criterion", flat=True))


def numbers(draft):
    return list(draft.rules.order_by("order").values_list("order", flat=True))


def refused(command, **arguments):
    with translation.override("en"), pytest.raises(ValidationError) as error:
        command(**arguments)
    return error.value


def test_a_draft_starts_as_a_copy_of_the_latest_version_with_its_waivers(world):
    draft = start(world)

    base = PolicyVersion.objects.get(policy__code="location", number=1)
    assert (draft.number, draft.status, draft.base, draft.edited_by, draft.revision) == (
        2, "draft", base, world.users["hr"], 1,
    )  # fmt: skip
    for before, after in zip(base.rules.order_by("order"), draft.rules.order_by("order"), strict=True):
        names = ("order", "criterion", "params", "severity", "mark", "legal_basis", "coordination_no")
        assert [getattr(before, name) for name in names] == [getattr(after, name) for name in names]
        assert set(before.waivable_by.all()) == set(after.waivable_by.all())
    assert base.rules.count() == 13  # and the published one has kept its own


def test_a_policy_has_one_draft(world):
    start(world)

    assert "is a draft already" in " ".join(refused(start, world=world).messages)
    policy = Policy.objects.get(code="location")
    with pytest.raises(IntegrityError, match="policy_one_draft"), transaction.atomic():
        PolicyVersion.objects.create(policy=policy, number=9, valid_from=soon())
    assert start(world, "shift").number == 2


def test_a_draft_starts_after_every_version_that_has_begun(world):
    """One that has not begun may be replaced: test_replacing."""
    today = timezone.localdate()
    published = start(world, valid_from=today)
    publish_version(version_id=published.pk, by=world.users["head"], decree_no="2/2026", decree_date=today)

    assert "valid_from" in refused(start, world=world, valid_from=today).error_dict
    assert start(world, valid_from=today + timedelta(days=1)).base == published


def test_a_day_of_the_past_is_refused(world):
    assert "valid_from" in refused(start, world=world, valid_from=timezone.localdate() - timedelta(days=1)).error_dict


def test_a_mistake_is_corrected_from_the_version_chosen(world):
    first = start(world)
    change(world, first, "not_new_in_post", params={"months": 12, "triggers": law_triggers()})
    publish_version(version_id=first.pk, by=world.users["head"], decree_no="2/2026", decree_date=timezone.localdate())

    draft = start(world, valid_from=soon() + timedelta(days=30), base_number=1)

    assert (draft.number, draft.base.number) == (3, 1)
    assert draft.rules.get(criterion="not_new_in_post").params["months"] == 6
    discard_draft(**at(draft, world))
    assert "base" in refused(start, world=world, valid_from=soon() + timedelta(days=30), base_number=9).error_dict


def law_triggers():
    return ["recruitment", "promotion", "transfer", "rotation"]


def test_an_edit_counts_and_names_its_editor(world):
    draft = start(world)

    change(world, draft, "location_tasks", params={"min_share_pct": 70})
    edit_rule(**at(draft, world, "head"), criterion="location_tasks", change=RuleChange(params={"min_share_pct": 75}))

    draft.refresh_from_db()
    assert (draft.revision, draft.edited_by) == (3, world.users["head"])
    assert draft.rules.get(criterion="location_tasks").params == {"min_share_pct": 75}


def test_what_is_left_out_of_a_change_stays(world):
    draft = start(world)
    before = draft.rules.get(criterion="outputs_delivered")
    waivers = set(before.waivable_by.all())

    change(world, draft, "outputs_delivered", severity="manual")

    after = draft.rules.get(criterion="outputs_delivered")
    assert (after.severity, after.params, after.legal_basis) == ("manual", before.params, before.legal_basis)
    assert set(after.waivable_by.all()) == waivers


def test_nobody_overwrites_what_somebody_else_changed_meanwhile(world):
    draft = start(world)
    seen = at(draft, world)
    edit_rule(**at(draft, world, "head"), criterion="location_tasks", change=RuleChange(params={"min_share_pct": 75}))

    commands = [
        lambda: edit_rule(**seen, criterion="location_tasks", change=RuleChange(params={"min_share_pct": 10})),
        lambda: add_rule(**seen, criterion="min_predicate", change=RuleChange(params={"minimum": "baik"})),
        lambda: remove_rule(**seen, criterion="unit_ready"),
        lambda: move_rule(**seen, criterion="unit_ready", direction="up"),
        lambda: set_period(**seen, valid_from=soon(), note="x"),
        lambda: request_publication(**seen, decree_no="2", decree_date=timezone.localdate()),
        lambda: discard_draft(**seen),
    ]
    for command in commands:
        with translation.override("en"), pytest.raises(StaleDraft, match="head changed this draft meanwhile"):
            command()
    assert draft.rules.get(criterion="location_tasks").params == {"min_share_pct": 75}


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_is_told(world):
    draft = start(world)
    told = []

    def edit(name, share):
        try:
            edit_rule(
                by=world.users[name], version_id=draft.pk, revision=1, criterion="location_tasks",
                change=RuleChange(params={"min_share_pct": share}),
            )  # fmt: skip
        except StaleDraft:
            told.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=args) for args in (("hr", 70), ("head", 80))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft.refresh_from_db()
    assert len(told) == 1
    assert draft.revision == 2
    stored = {"hr": 80, "head": 70}[told[0]]
    assert draft.rules.get(criterion="location_tasks").params == {"min_share_pct": stored}


def test_a_published_version_takes_no_edit(world):
    draft = start(world)
    publish_version(version_id=draft.pk, by=world.users["head"], decree_no="2/2026", decree_date=timezone.localdate())

    for command in (
        lambda: change(world, draft, "location_tasks", params={"min_share_pct": 70}),
        lambda: discard_draft(**at(draft, world)),
        lambda: request_publication(**at(draft, world), decree_no="2", decree_date=timezone.localdate()),
    ):
        with pytest.raises(NoDraft):
            command()


@pytest.mark.parametrize("name", ["emp", "sup", "boss"])
def test_only_hr_of_the_whole_agency_drafts(world, name):
    with pytest.raises(PermissionDenied):
        start_draft(by=world.users[name], policy_code="location", valid_from=soon())
    draft = start(world)
    for command in (
        lambda: edit_rule(**at(draft, world, name), criterion="location_tasks", change=RuleChange()),
        lambda: remove_rule(**at(draft, world, name), criterion="unit_ready"),
        lambda: discard_draft(**at(draft, world, name)),
    ):
        with pytest.raises(PermissionDenied):
            command()


# Rules


def test_parameters_are_checked_by_their_criterion(world):
    error = refused(change, world=world, draft=start(world), criterion="location_tasks", params={"min_share_pct": 101})

    assert set(error.error_dict) == {"min_share_pct"}


def test_a_rule_is_added_at_the_end_with_mark_and_article(world):
    draft = start(world)

    add_rule(
        **at(draft, world),
        criterion="min_predicate",
        change=RuleChange(params={"minimum": "baik"}, coordination_no=" B/117/2026 ", waivers=("pregnancy",)),
    )

    rule = draft.rules.get(criterion="min_predicate")
    assert (rule.order, rule.severity, rule.mark, rule.coordination_no) == (14, "block", "P", "B/117/2026")
    assert rule.legal_basis.endswith("Ps. 26")
    assert [kind.code for kind in rule.waivable_by.all()] == ["pregnancy"]


def test_a_rule_stands_once(world):
    draft = start(world)

    assert "criterion" in refused(add_rule, **at(draft, world), criterion="unit_ready", change=RuleChange()).error_dict


@pytest.mark.parametrize("criterion", ["nothing", "shift_tasks", "home_registered"])
def test_a_rule_that_does_not_fit_the_policy_is_refused(world, criterion):
    draft = start(world, "dynamic")

    error = refused(add_rule, **at(draft, world), criterion=criterion, change=RuleChange(params={"min_share_pct": 60}))

    assert set(error.error_dict) == {"criterion"}


def test_an_unknown_waiver_is_refused(world):
    error = refused(change, world=world, draft=start(world), criterion="unit_ready", waivers=("nothing",))

    assert set(error.error_dict) == {"waivers"}


def test_removing_closes_the_gap_and_moving_swaps(world):
    draft = start(world)
    before = order(draft)

    remove_rule(**at(draft, world), criterion="unit_service")
    move_rule(**at(draft, world), criterion="unit_ready", direction="up")

    here = before.index("unit_service")
    expected = [*before[: here - 1], "unit_ready", before[here - 1], *before[here + 2 :]]
    assert order(draft) == expected
    assert numbers(draft) == list(range(1, 13))


def test_the_ends_of_the_order_are_said(world):
    draft = start(world)
    first, last = order(draft)[0], order(draft)[-1]

    refused(move_rule, **at(draft, world), criterion=first, direction="up")
    refused(move_rule, **at(draft, world), criterion=last, direction="down")
    with pytest.raises(Rule.DoesNotExist):
        move_rule(**at(draft, world), criterion="min_predicate", direction="down")


# Asking for publication


def test_asking_stores_the_decree_and_tells_the_other_hr_admins(world):
    draft = start(world)

    asked = request_publication(**at(draft, world), decree_no="12/2026", decree_date=timezone.localdate())

    assert (asked.status, asked.decree_no, asked.submitted_by) == ("draft", "12/2026", world.users["hr"])
    notices = Notice.objects.filter(code="eligibility.publication_asked")
    assert [notice.user for notice in notices] == [world.users["head"]]


def test_the_next_edit_takes_the_request_back_and_keeps_the_decree(world):
    draft = start(world)
    request_publication(**at(draft, world), decree_no="12/2026", decree_date=timezone.localdate())

    change(world, draft, "location_tasks", params={"min_share_pct": 70})

    draft.refresh_from_db()
    assert (draft.submitted_by, draft.submitted_at, draft.decree_no) == (None, None, "12/2026")


def test_a_decree_applies_from_its_own_date_at_the_earliest(world):
    draft = start(world)

    error = refused(request_publication, **at(draft, world), decree_no="1", decree_date=soon() + timedelta(days=1))

    assert set(error.error_dict) == {"decree_date"}


def test_a_number_is_needed(world):
    refused(request_publication, **at(start(world), world), decree_no="", decree_date=date(2026, 1, 1))


def test_what_publishing_would_refuse_is_said_when_asked(world):
    draft = start(world)
    draft.rules.filter(criterion="not_examined").update(severity="warn")

    error = refused(request_publication, **at(draft, world), decree_no="1", decree_date=timezone.localdate())

    assert "Not under examination" in error.messages[0]


def test_a_discarded_draft_is_gone_and_its_number_free(world):
    draft = start(world)

    discard_draft(**at(draft, world))

    assert not PolicyVersion.objects.filter(pk=draft.pk).exists()
    assert start(world).number == 2


def test_a_kind_switched_off_stays_where_it_waives(world):
    CircumstanceKind.objects.filter(code="pregnancy").update(is_active=False)

    rule = start(world).rules.get(criterion="outputs_delivered")

    assert "pregnancy" in {kind.code for kind in rule.waivable_by.all()}

"""The pages of the policy editor: who sees them, what they say, and that they cost the same at any size."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eligibility.extensions import DraftPanel, _panels, draft_panels, register_draft_panel
from eligibility.models import Policy, PolicyVersion
from eligibility.rule_changes import phrase_pieces, rule_changes
from eligibility.services import publish_version
from eligibility.services.drafts import RuleChange, add_rule, edit_rule, remove_rule
from tests.eligibility.drafting import change, make_drafting_world, soon, start

pytestmark = pytest.mark.django_db
TRIGGERS = ["recruitment", "promotion", "transfer", "rotation"]


@pytest.fixture
def world():
    return make_drafting_world()


def url(name, *args):
    return reverse(f"eligibility:{name}", args=args)


def draft_url(draft, name="draft", *more):
    return url(name, draft.policy.code, draft.number, *more)


def edited(world):
    """A draft with a changed, a new and a removed rule."""
    draft = start(world)
    change(world, draft, "not_new_in_post", params={"months": 12, "triggers": TRIGGERS})
    draft.refresh_from_db()
    add_rule(
        by=world.users["hr"], version_id=draft.pk, revision=draft.revision, criterion="min_predicate",
        change=RuleChange(params={"minimum": "baik"}, coordination_no="B/117/2026"),
    )  # fmt: skip
    draft.refresh_from_db()
    remove_rule(by=world.users["hr"], version_id=draft.pk, revision=draft.revision, criterion="unit_service")
    draft.refresh_from_db()
    return draft


# Differences


@pytest.mark.parametrize(
    ("phrase", "pieces"),
    [
        ("No parameter", [("No parameter", "")]),
        ("At least %(n)s %% of it", [("At least ", ""), ("", "n"), (" % of it", "")]),
        ("%(a)s", [("", "a")]),
        ("%(a)s: %(b)s", [("", "a"), (": ", ""), ("", "b")]),
    ],
)
def test_a_phrase_falls_into_text_and_places(phrase, pieces):
    assert list(phrase_pieces(phrase)) == pieces


def test_a_draft_says_what_is_new_changed_and_removed(world):
    draft = edited(world)
    whole = PolicyVersion.objects.with_rules().get(pk=draft.pk)
    base = PolicyVersion.objects.with_rules().get(pk=draft.base_id)

    found = {changed.criterion: changed for changed in rule_changes(whole, base)}

    assert {code: changed.kind for code, changed in found.items() if changed.kind != "same"} == {
        "not_new_in_post": "changed", "min_predicate": "new", "unit_service": "removed",
    }  # fmt: skip
    part = next(part for part in found["not_new_in_post"].parts if part.name == "months")
    assert (part.text, part.before, part.is_changed) == ("12", "6", True)
    assert [(point.before, point.after) for point in found["not_new_in_post"].points] == [("6", "12")]
    assert not found["not_new_in_post"].points_beside  # it stands in the sentence
    assert all(changed.moved_from is None for changed in found.values())  # removing one moves no other


def test_effect_waivers_basis_and_order_are_told_beside_the_sentence(world):
    draft = start(world)
    change(world, draft, "unit_ready", severity="warn", legal_basis="SK 12/2026", waivers=("pregnancy",))
    whole = PolicyVersion.objects.with_rules().get(pk=draft.pk)
    base = PolicyVersion.objects.with_rules().get(pk=draft.base_id)

    changed = next(item for item in rule_changes(whole, base) if item.criterion == "unit_ready")

    assert len(changed.points_beside) == 3


# Who sees what


@pytest.mark.parametrize(
    ("name", "status"), [("hr", 200), ("head", 200), ("sup", 200), ("emp", 404), ("boss", 404), ("col1", 404)]
)
def test_a_draft_is_there_for_hr_and_auditors_only(client, world, name, status):
    draft = start(world)
    client.force_login(world.users[name])

    assert client.get(draft_url(draft)).status_code == status
    listed = client.get(url("policy", "location")).content.decode()
    assert (draft_url(draft) in listed) is (status == 200)
    assert client.get(url("policy_compare", "location") + "?a=1&b=2").status_code == status


def test_an_auditor_reads_and_changes_nothing(client, world):
    draft = start(world)
    client.force_login(world.users["sup"])

    text = client.get(draft_url(draft)).content.decode()

    assert 'method="post"' not in text.split("<main")[1].split("</main")[0]
    assert client.post(draft_url(draft), {"revision": 1}).status_code == 403
    assert client.get(draft_url(draft, "draft_rule", "unit_ready")).status_code == 403


def test_everybody_reads_every_published_version(client, world):
    draft = start(world, note="Perlu lebih lama.")
    publish_version(version_id=draft.pk, by=world.users["head"], decree_no="2/2026", decree_date=timezone.localdate())
    client.force_login(world.users["emp"])

    listed = client.get(url("policy", "location")).content.decode()

    assert all(url("policy_version", "location", number) in listed for number in (1, 2))
    assert "Perlu lebih lama." in client.get(url("policy_version", "location", 2)).content.decode()
    assert "draft_start" not in listed
    assert url("draft_start", "location") not in listed
    assert client.get(draft_url(draft)).status_code == 404


def test_a_published_version_offers_its_correction_and_an_old_link_leads_on(client, world):
    draft = start(world)
    publish_version(version_id=draft.pk, by=world.users["head"], decree_no="2/2026", decree_date=timezone.localdate())
    client.force_login(world.users["hr"])

    assert (
        url("draft_start", "location") + "?from=2" in client.get(url("policy_version", "location", 2)).content.decode()
    )
    assert client.get(draft_url(draft)).url == url("policy_version", "location", 2)
    assert client.post(draft_url(draft), {"revision": 1}).status_code == 409


# Doing it


def test_from_a_version_to_the_request_for_publication(client, world):
    client.force_login(world.users["hr"])
    begin = client.get(url("draft_start", "location") + "?from=1")
    assert 'value="1" selected' in begin.content.decode()

    assert client.post(url("draft_start", "location"), {"base": "1", "valid_from": "kemarin"}).status_code == 422
    made = client.post(
        url("draft_start", "location"), {"base": "1", "valid_from": str(soon()), "note": "Baru"}, follow=True
    )
    draft = PolicyVersion.objects.get(status="draft")
    assert made.redirect_chain[-1][0] == draft_url(draft)
    assert client.get(url("draft_start", "location")).url == draft_url(draft)  # one draft a policy

    rule = {"revision": 1, "months": "12"}
    assert client.post(draft_url(draft, "draft_rule", "not_new_in_post"), rule).status_code == 302
    text = client.get(draft_url(draft)).content.decode()
    assert 'class="val new">12</span>' in text
    assert 'class="val was">' in text

    move = {"revision": 2, "act": "up"}
    assert client.post(draft_url(draft, "draft_rule_act", "unit_ready"), move).status_code == 302
    predicate = {"revision": 3, "minimum": "baik", "severity": "block", "legal_basis": "Ps. 26"}
    url_predicate = draft_url(draft, "draft_rule", "min_predicate")
    assert url_predicate in client.get(draft_url(draft, "draft_rule_new")).content.decode()
    assert client.post(url_predicate, predicate).status_code == 422
    assert client.post(url_predicate, predicate | {"coordination_no": "B/117/2026"}).status_code == 302
    period = {"revision": 4, "valid_from": str(soon() + timedelta(days=5)), "note": "Lain"}
    assert client.post(draft_url(draft, "draft_period"), period).status_code == 302

    decree = {"revision": 5, "decree_no": "12/2026", "decree_date": str(timezone.localdate())}
    assert client.post(draft_url(draft), decree | {"decree_no": ""}).status_code == 422
    assert client.post(draft_url(draft), decree).status_code == 302
    draft.refresh_from_db()
    assert (draft.submitted_by, draft.note, draft.valid_from) == (
        world.users["hr"], "Lain", soon() + timedelta(days=5),
    )  # fmt: skip

    assert client.get(draft_url(draft, "draft_discard")).status_code == 200
    assert client.post(draft_url(draft, "draft_discard"), {"revision": 5}).status_code == 302
    assert not PolicyVersion.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("criterion", ["nothing", "shift_tasks"])
def test_a_rule_that_does_not_fit_is_not_there(client, world, criterion):
    draft = start(world)
    client.force_login(world.users["hr"])

    assert client.get(draft_url(draft, "draft_rule", criterion)).status_code == 404
    assert client.post(draft_url(draft, "draft_rule_act", criterion), {"revision": 1, "act": "up"}).status_code == 404


def test_what_was_typed_stays_when_somebody_else_edited_meanwhile(client, world):
    draft = start(world)
    edit_rule(
        by=world.users["head"], version_id=draft.pk, revision=1, criterion="location_tasks",
        change=RuleChange(params={"min_share_pct": 75}),
    )  # fmt: skip
    client.force_login(world.users["hr"])
    here = draft_url(draft, "draft_rule", "location_tasks")

    answer = client.post(here, {"revision": 1, "min_share_pct": "70"})

    assert answer.status_code == 409
    text = answer.content.decode()
    assert 'value="70"' in text
    assert "head" in text
    assert 'name="revision" value="2"' in text
    assert draft.rules.get(criterion="location_tasks").params == {"min_share_pct": 75}
    assert client.post(here, {"revision": 2, "min_share_pct": "70"}).status_code == 302
    stale = client.post(draft_url(draft, "draft_rule_act", "unit_ready"), {"revision": 2, "act": "remove"})
    assert stale.status_code == 409


def test_panels_of_other_parts_stand_in_their_order_for_those_who_may_see_them(world):
    draft = start(world)
    panels = {name: DraftPanel(f"{name}.html", order=order) for name, order in (("late", 990), ("early", 1))}

    @register_draft_panel
    def late(user, version):
        return panels["late"]

    @register_draft_panel
    def early(user, version):
        return panels["early"] if user == world.users["hr"] else None

    try:
        found = draft_panels(world.users["hr"], draft)
        assert (found[0], found[-1]) == (panels["early"], panels["late"])
        assert panels["early"] not in draft_panels(world.users["sup"], draft)
    finally:
        _panels.remove(late)
        _panels.remove(early)


def test_a_comparison_names_two_versions_that_are_there(client, world):
    draft = edited(world)
    client.force_login(world.users["hr"])

    text = client.get(url("policy_compare", "location")).content.decode()

    assert text.count('<li class="rule') == 3
    assert client.get(url("policy_compare", "location") + "?a=1&b=1").status_code == 200
    for wrong in ("?a=9&b=1", "?a=x", f"?a=1&b={draft.number}%00"):
        assert client.get(url("policy_compare", "location") + wrong).status_code == 404
    assert client.get(url("policy", "nothing")).status_code == 404


# The same number of queries, whatever the size


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def versions(world, count):
    """`count` published versions of the location policy."""
    for number in range(2, count + 1):
        draft = start(world, valid_from=soon() + timedelta(days=number))
        publish_version(
            version_id=draft.pk, by=world.users["head"], decree_no=f"{number}/2026", decree_date=timezone.localdate()
        )


def test_pages_cost_the_same_with_one_and_three_versions(client, world):
    client.force_login(world.users["hr"])
    pages = [url("policy", "location"), url("policy_compare", "location"), url("policy_version", "location", 1)]
    before = [queries(client, page) for page in pages]
    versions(world, 3)

    after = [queries(client, page) for page in pages]

    assert all(now <= max(was, was + 2) for was, now in zip(before, after, strict=True)), (before, after)
    versions_of_shift = Policy.objects.get(code="shift").versions.count()
    assert versions_of_shift == 1
    assert max(after) <= 15


@pytest.mark.parametrize("rules", [1, 3])
def test_a_draft_costs_the_same_with_one_and_three_rules(client, world, rules):
    draft = start(world)
    kept = list(draft.rules.order_by("order").values_list("pk", flat=True)[:rules])
    for rule in draft.rules.exclude(pk__in=kept):
        rule.waivable_by.clear()
        rule.delete()
    client.force_login(world.users["hr"])
    client.get(draft_url(draft))

    few = queries(client, draft_url(draft))
    draft_of_all = start(world, "shift")
    many = queries(client, draft_url(draft_of_all))

    assert few <= many <= few + 1  # the waivers of no rule take no query
    assert many <= 15

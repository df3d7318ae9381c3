"""What the law fixes: every rule of mark L against removal, softening, loosening and waiving, at every door."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from eligibility.defaults import DEFAULT_RULES
from eligibility.enums import Mark, PolicyCode, article
from eligibility.errors import FixedByLaw
from eligibility.forms_policies import RuleForm
from eligibility.marks import RuleValues, basis_of, check_rule, fits, freedom_of, is_fixed, mark_of, needs_letter
from eligibility.models import PolicyVersion, Rule
from eligibility.registry import all_criteria, get_criterion
from eligibility.services import publish_version
from eligibility.services.drafts import RuleChange, add_rule, remove_rule
from tests.api import client_of, problem
from tests.eligibility.drafting import EVERY_LAW_RULE, change, make_drafting_world, soon, start

pytestmark = pytest.mark.django_db
ALL_TRIGGERS = ["recruitment", "promotion", "transfer", "rotation"]

# What each criterion itself calls less than the article: values, and the fields at fault.
BELOW_LAW = [
    ("not_new_in_post", {"months": 0, "triggers": ALL_TRIGGERS}, {"months"}),
    *[
        ("not_new_in_post", {"months": 6, "triggers": [code for code in ALL_TRIGGERS if code != left]}, {"triggers"})
        for left in ALL_TRIGGERS
    ],
    ("not_new_in_post", {"months": 0, "triggers": ["transfer"]}, {"months", "triggers"}),
    ("location_tasks", {"min_share_pct": 0}, {"min_share_pct"}),
    ("shift_tasks", {"min_share_pct": 0}, {"min_share_pct"}),
    ("dynamic_tasks", {"min_share_pct": 0}, {"min_share_pct"}),
]
WITHIN_LAW = [
    ("not_new_in_post", {"months": 1, "triggers": ALL_TRIGGERS}),
    ("not_new_in_post", {"months": 60, "triggers": ALL_TRIGGERS}),
    ("location_tasks", {"min_share_pct": 1}),
    ("shift_tasks", {"min_share_pct": 100}),
    ("dynamic_tasks", {"min_share_pct": 60}),
    ("excluded_body", {}),
    ("not_sanctioned", {}),
    ("not_examined", {}),
    ("home_registered", {}),
]
# Every way to make a rule of the law less than one.
SOFTER = [
    ("severity", "warn"),
    ("severity", "manual"),
    ("waivers", ("pregnancy",)),
    ("legal_basis", "Keputusan Wali Kota"),
]
POLICY_OF = {"shift_tasks": "shift", "dynamic_tasks": "dynamic"}


@pytest.fixture
def world():
    return make_drafting_world()


def law_rules(code):
    return [criterion for policy, criterion in EVERY_LAW_RULE if policy == code]


def below_law(code):
    """Cases of `BELOW_LAW` that stand in the policy."""
    return [case for case in BELOW_LAW if POLICY_OF.get(case[0], "location") == code]


# The criteria and the marks themselves


@pytest.mark.parametrize(("criterion", "params", "fields"), BELOW_LAW)
def test_less_than_the_article_is_known_by_field(criterion, params, fields):
    assert set(get_criterion(criterion).below_law(params)) == fields
    assert get_criterion(criterion).falls_below_law(params)


@pytest.mark.parametrize(("criterion", "params"), WITHIN_LAW)
def test_what_the_agency_may_choose_is_not_less(criterion, params):
    assert not get_criterion(criterion).falls_below_law(params)


def test_every_rule_of_the_law_has_a_case_here():
    covered = {criterion for criterion, *_rest in (*BELOW_LAW, *WITHIN_LAW)}
    assert {criterion for _code, criterion in EVERY_LAW_RULE} <= covered


def test_no_criterion_that_has_values_of_the_article_says_so_of_its_default():
    for specs in DEFAULT_RULES.values():
        for spec in specs:
            if spec.params or spec.mark == Mark.LAW:
                assert not get_criterion(spec.criterion).below_law(spec.params), spec.criterion


@pytest.mark.parametrize("code", PolicyCode.values)
def test_marks_articles_and_letters_follow_the_list_of_the_regulation(code):
    listed = {spec.criterion: spec for spec in DEFAULT_RULES[code]}
    for criterion in all_criteria():
        spec = listed.get(criterion)
        assert is_fixed(code, criterion) is bool(spec and spec.mark == Mark.LAW)
        assert mark_of(code, criterion) == (spec.mark if spec else Mark.DECREE)
        assert basis_of(code, criterion).endswith("Ps. 26") or spec
        if spec is None:
            assert needs_letter(code, criterion), "what the articles do not list needs the letter of Art 26"


def test_a_criterion_answers_only_what_the_policy_asks():
    fitting = {code: {c.code for c in all_criteria().values() if fits(code, c)} for code in PolicyCode.values}

    assert {"home_registered", "place_allowed", "location_tasks"} & (fitting["shift"] | fitting["dynamic"]) == set()
    assert "shift_tasks" not in fitting["location"] | fitting["dynamic"]
    assert all("unit_ready" in codes for codes in fitting.values())


# The service


def values_of(world, code, criterion):
    rule = PolicyVersion.objects.get(policy__code=code, number=1).rules.with_waivers().get(criterion=criterion)
    return RuleValues.of(rule)


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_service_refuses_to_remove_a_rule_of_the_law(world, code):
    draft = start(world, code)

    for criterion in law_rules(code):
        with translation.override("en"), pytest.raises(FixedByLaw) as error:
            remove_rule(by=world.users["hr"], version_id=draft.pk, revision=1, criterion=criterion)

        with translation.override("en"):
            assert error.value.article == article(basis_of(code, criterion))
        assert error.value.article in " ".join(error.value.messages)
        assert draft.rules.filter(criterion=criterion).exists()


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_service_refuses_to_soften_a_rule_of_the_law(world, code):
    draft = start(world, code)

    for criterion in law_rules(code):
        before = values_of(world, code, criterion)
        for field, value in SOFTER:
            with pytest.raises(FixedByLaw) as error:
                change(world, draft, criterion, **{field: value})
            assert set(error.value.error_dict) == {field}
        assert RuleValues.of(draft.rules.with_waivers().get(criterion=criterion)) == before
    draft.refresh_from_db()
    assert draft.revision == 1


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_service_refuses_values_below_the_article(world, code):
    draft = start(world, code)

    for criterion, params, fields in below_law(code):
        with pytest.raises(FixedByLaw) as error:
            change(world, draft, criterion, params=params)
        assert set(error.value.error_dict) == fields


@pytest.mark.parametrize("mark", ["P", "H", "U"])
def test_a_rule_of_the_law_keeps_its_mark_and_no_other_claims_it(world, mark):
    values = values_of(world, "location", "not_examined")
    with pytest.raises(FixedByLaw):
        check_rule("location", RuleValues(**(vars(values) | {"mark": mark})))
    other = values_of(world, "location", "unit_ready")
    with pytest.raises(ValidationError):
        check_rule("location", RuleValues(**(vars(other) | {"mark": "L"})))


@pytest.mark.parametrize("number", ["", "  "])
def test_an_added_criterion_blocks_only_with_its_letter(world, number):
    draft = start(world)

    with pytest.raises(ValidationError) as error:
        add_rule(
            by=world.users["hr"], version_id=draft.pk, revision=1, criterion="min_predicate",
            change=RuleChange(params={"minimum": "baik"}, coordination_no=number),
        )  # fmt: skip
    assert set(error.value.error_dict) == {"coordination_no"}
    add_rule(
        by=world.users["hr"], version_id=draft.pk, revision=1, criterion="min_predicate",
        change=RuleChange(params={"minimum": "baik"}, severity="manual"),
    )  # fmt: skip
    assert draft.rules.get(criterion="min_predicate").severity == "manual"


def test_a_rule_the_articles_list_for_another_policy_is_an_added_one(world):
    draft = start(world, "dynamic")

    with pytest.raises(ValidationError) as error:
        add_rule(by=world.users["hr"], version_id=draft.pk, revision=1, criterion="unit_service", change=RuleChange())
    assert set(error.value.error_dict) == {"coordination_no"}


def test_what_stands_on_a_decree_may_be_waived_softened_and_removed(world):
    draft = start(world)

    change(world, draft, "unit_service", severity="warn", waivers=("pregnancy",), legal_basis="SK 12/2026")
    draft.refresh_from_db()
    remove_rule(by=world.users["hr"], version_id=draft.pk, revision=draft.revision, criterion="unit_service")

    assert not draft.rules.filter(criterion="unit_service").exists()
    with pytest.raises(ValidationError):
        change(world, draft, "unit_ready", legal_basis=" ")


# The form, and a POST that it would never send


def page_of(client, world, code, draft, criterion):
    client.force_login(world.users["hr"])
    return reverse("eligibility:draft_rule", args=[code, draft.number, criterion])


def posted(form, **changes):
    """What a browser sends that shows the form: parts that cannot be used are left out."""
    data = {"revision": 1}
    for name, field in form.fields.items():
        if name not in form.locked and name != "revision":
            data[name] = form.get_initial_for_field(field, name)
    return data | changes


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_form_does_not_offer_to_soften_a_rule_of_the_law(client, world, code):
    draft = start(world, code)

    for criterion in law_rules(code):
        url = page_of(client, world, code, draft, criterion)
        text = client.get(url).content.decode()
        form = RuleForm(policy_code=code, values=values_of(world, code, criterion))
        assert {"severity", "waivers", "legal_basis"} <= form.locked
        for name in form.locked:
            field = form[name]
            inputs = [str(choice) for choice in field] if hasattr(field.field, "choices") else [str(field)]
            assert all("disabled" in html for html in inputs), name
        with translation.override("id"):
            assert escape(freedom_of(code, criterion).reason) in text
            assert escape(article(basis_of(code, criterion))) in text
        assert 'value="remove"' not in _row(client, code, draft, criterion)
        draft.refresh_from_db()
        assert client.post(url, posted(form, revision=draft.revision)).status_code == 302


def _row(client, code, draft, criterion):
    text = client.get(reverse("eligibility:draft", args=[code, draft.number])).content.decode()
    return text.split(f'id="{criterion}"')[1].split("</li>")[0]


@pytest.mark.parametrize("code", PolicyCode.values)
def test_a_forged_form_is_refused_with_the_article(client, world, code):
    draft = start(world, code)

    for criterion in law_rules(code):
        url = page_of(client, world, code, draft, criterion)
        form = RuleForm(policy_code=code, values=values_of(world, code, criterion))
        for name, value in SOFTER:
            answer = client.post(url, posted(form, **{name: value}))
            assert answer.status_code == 422
            with translation.override("id"):
                assert escape(article(basis_of(code, criterion))) in answer.content.decode()
            assert set(answer.context["form"].errors) == {name}
    draft.refresh_from_db()
    assert draft.revision == 1


@pytest.mark.parametrize("code", PolicyCode.values)
def test_a_forged_removal_is_refused(client, world, code):
    draft = start(world, code)
    client.force_login(world.users["hr"])

    for criterion in law_rules(code):
        url = reverse("eligibility:draft_rule_act", args=[code, draft.number, criterion])
        answer = client.post(url, {"act": "remove", "revision": 1}, follow=True)
        assert draft.rules.filter(criterion=criterion).exists()
        with translation.override("id"):
            assert escape(article(basis_of(code, criterion))) in "".join(str(m) for m in answer.context["messages"])


@pytest.mark.parametrize("code", PolicyCode.values)
def test_forged_values_are_refused_beside_their_field(client, world, code):
    draft = start(world, code)

    for criterion, params, fields in below_law(code):
        answer = client.post(page_of(client, world, code, draft, criterion), {"revision": 1, **params})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == fields


# The API


def api_rule(draft, criterion):
    return f"/api/v1/policy-drafts/{draft.pk}/rules/{criterion}/"


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_api_refuses_to_soften_and_names_field_and_article(world, code):
    draft, client = start(world, code), client_of(world.users["hr"])

    for criterion in law_rules(code):
        for name, value in SOFTER:
            field = "waivable_by" if name == "waivers" else name
            answer = client.patch(api_rule(draft, criterion), {"revision": 1, field: value}, format="json")
            body = problem(answer, 400, "fixed_by_law")
            with translation.override("id"):
                assert body["article"] == article(basis_of(code, criterion))
            assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, "fixed_by_law")]
    draft.refresh_from_db()
    assert draft.revision == 1


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_api_refuses_to_remove(world, code):
    draft, client = start(world, code), client_of(world.users["hr"])

    for criterion in law_rules(code):
        answer = client.delete(f"{api_rule(draft, criterion)}?revision=1")
        assert problem(answer, 400, "fixed_by_law")["errors"][0]["field"] == "criterion"
        assert Rule.objects.filter(version=draft, criterion=criterion).exists()


@pytest.mark.parametrize("code", PolicyCode.values)
def test_the_api_refuses_values_below_the_article(world, code):
    draft, client = start(world, code), client_of(world.users["hr"])

    for criterion, params, fields in below_law(code):
        answer = client.patch(api_rule(draft, criterion), {"revision": 1, "params": params}, format="json")
        body = problem(answer, 400, "fixed_by_law")
        assert {error["field"] for error in body["errors"]} == {f"params.{name}" for name in fields}


# Publishing, past every service


@pytest.mark.parametrize("code", PolicyCode.values)
def test_publishing_refuses_what_lies_in_the_database_all_the_same(world, code):
    draft = start(world, code)

    for criterion, params, _fields in below_law(code):
        rule = draft.rules.get(criterion=criterion)
        draft.rules.filter(criterion=criterion).update(params=params)
        with translation.override("en"), pytest.raises(ValidationError) as error:
            publish_version(version_id=draft.pk, by=world.users["head"], decree_no="1", decree_date=soon())
        assert "(PermenPANRB 4/2025" in " ".join(error.value.messages)
        draft.rules.filter(criterion=criterion).update(params=rule.params)

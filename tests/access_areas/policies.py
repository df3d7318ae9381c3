"""Rows of the access table: policies."""

from __future__ import annotations

from tests.access_words import AUDITOR, EVERYBODY, HR, May, Row, act, form, mixed, page

# A draft is there for those who keep or audit policies only.
HIDDEN = EVERYBODY - HR - AUDITOR

ROWS: dict[str, Row] = {
    "eligibility:policy": page(EVERYBODY, at="policy"),
    "eligibility:policy_compare": page(EVERYBODY, at="policy"),
    "eligibility:terms_new": form(HR),
    "eligibility:terms_period": page(EVERYBODY, at="terms"),
    "eligibility:terms_withdraw": act(HR, at="terms"),
    "eligibility:kind_list": page(EVERYBODY),
    "eligibility:kind_new": form(HR),
    "eligibility:kind_edit": form(HR, at="kind"),
    "eligibility:excluded_posts": page(EVERYBODY),
    "eligibility:excluded_post_new": form(HR),
    "eligibility:excluded_post_end": form(HR, at="exclusion"),
    "fwa:chain_history": page(EVERYBODY, at="policy"),
    "fwa:chain_edit": form(HR, at="policy"),
    "fwa:chain_withdraw": act(HR, at="later chain"),
    "api:excluded-post-list": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:excluded-post-detail": page(EVERYBODY, at="exclusion"),
    "api:excluded-post-end": act(HR, at="exclusion"),
    "api:approval-chain-list": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:approval-chain-detail": mixed("later chain", DELETE=May(HR)),
    "api:policy-draft-list": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:policy-draft-detail": mixed(
        "api draft",
        GET=May(HR | AUDITOR, HIDDEN),
        PATCH=May(HR, HIDDEN, body={"revision": 1}),
        DELETE=May(HR, HIDDEN),
    ),
    "api:policy-draft-rules": act(HR, hidden=HIDDEN, at="api draft"),
    "api:policy-draft-rule": mixed("api draft rule", PATCH=May(HR, HIDDEN), DELETE=May(HR, HIDDEN)),
    "api:policy-draft-rule-move": act(HR, hidden=HIDDEN, at="api draft rule"),
    "api:policy-draft-request-publication": act(HR, hidden=HIDDEN, at="api draft"),
    "api:terms-history-list": page(EVERYBODY),
    "api:circumstance-kind-detail": mixed("kind", PATCH=May(HR)),
    "eligibility:draft_start": form(HR, at="policy", status=302),  # there is a draft already
    "eligibility:draft": mixed("policy draft", GET=May(HR | AUDITOR, HIDDEN), POST=May(HR, HIDDEN)),
    "eligibility:draft_period": form(HR, hidden=HIDDEN, at="policy draft"),
    "eligibility:draft_discard": form(HR, hidden=HIDDEN, at="policy draft"),
    "eligibility:draft_rule_new": page(HR, hidden=HIDDEN, at="policy draft"),
    "eligibility:draft_rule": form(HR, hidden=HIDDEN, at="policy draft rule"),
    "eligibility:draft_rule_act": act(HR, hidden=HIDDEN, at="policy draft rule"),
}

"""Addresses of the policy editor. Fixed names come before those of a policy."""

from django.urls import path

from eligibility.views import drafts, history, terms

policy_urls = [
    path("policies/terms/", terms.terms, name="terms"),
    path("policies/terms/new/", terms.terms_new, name="terms_new"),
    path("policies/terms/<int:pk>/", terms.terms, name="terms_period"),
    path("policies/terms/<int:pk>/withdraw/", terms.terms_withdraw, name="terms_withdraw"),
    path("policies/circumstances/", terms.kind_list, name="kind_list"),
    path("policies/circumstances/new/", terms.kind_edit, name="kind_new"),
    path("policies/circumstances/<slug:code>/", terms.kind_edit, name="kind_edit"),
    path("policies/excluded-posts/", terms.excluded_posts, name="excluded_posts"),
    path("policies/excluded-posts/new/", terms.excluded_post_new, name="excluded_post_new"),
    path("policies/excluded-posts/<int:pk>/end/", terms.excluded_post_end, name="excluded_post_end"),
    path("policies/<slug:code>/", history.policy, name="policy"),
    path("policies/<slug:code>/compare/", history.compare, name="policy_compare"),
    path("policies/<slug:code>/new/", drafts.draft_start, name="draft_start"),
    path("policies/<slug:code>/<int:number>/edit/", drafts.draft, name="draft"),
    path("policies/<slug:code>/<int:number>/period/", drafts.draft_period, name="draft_period"),
    path("policies/<slug:code>/<int:number>/discard/", drafts.draft_discard, name="draft_discard"),
    path("policies/<slug:code>/<int:number>/rules/new/", drafts.draft_rule_new, name="draft_rule_new"),
    path("policies/<slug:code>/<int:number>/rules/<slug:criterion>/", drafts.draft_rule, name="draft_rule"),
    path("policies/<slug:code>/<int:number>/rules/<slug:criterion>/act/", drafts.draft_rule_act, name="draft_rule_act"),
]

"""Addresses of the policy editor. Fixed names come before those of a policy."""

from django.urls import path

from eligibility.views import drafts, history

policy_urls = [
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

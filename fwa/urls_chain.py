"""Addresses of the approval chain."""

from django.urls import path

from fwa.views import chain

chain_urls = [
    path("approval-chain/", chain.chain_list, name="chain_list"),
    path("approval-chain/default/", chain.chain_default, name="chain_default"),
    path("approval-chain/<slug:code>/", chain.chain_history, name="chain_history"),
    path("approval-chain/<slug:code>/new/", chain.chain_edit, name="chain_edit"),
    path("approval-chain/<slug:code>/<slug:start>/withdraw/", chain.chain_withdraw, name="chain_withdraw"),
]

"""Addresses of the approval chain."""

from django.urls import path

from fwa.views import chain

chain_urls = [
    path("approval-chain/", chain.chain_list, name="chain_list"),
    path("approval-chain/default/", chain.chain_default, name="chain_default"),
]

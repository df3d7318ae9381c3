"""Addresses of contracts of outputs and of changes to them; each is named by a random id."""

from django.urls import path

from performance.views import contracts

contract_urls = [
    path("contracts/", contracts.contract_list, name="contract_list"),
    path("contracts/<uuid:public_id>/", contracts.contract, name="contract"),
    path("contracts/<uuid:public_id>/change/", contracts.amendment_new, name="amendment_new"),
    path("contracts/changes/<uuid:public_id>/answer/", contracts.amendment_answer, name="amendment_answer"),
    path("contracts/changes/<uuid:public_id>/withdraw/", contracts.amendment_withdraw, name="amendment_withdraw"),
]

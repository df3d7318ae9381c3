"""Addresses of flexible work. Requests are named by random ids."""

from django.urls import path

from fwa.urls_capacity import capacity_urls
from fwa.urls_chain import chain_urls
from fwa.urls_determinations import determination_urls
from fwa.urls_exports import export_urls
from fwa.urls_letters import letter_urls
from fwa.urls_reconciliation import reconciliation_urls
from fwa.urls_reviews import review_urls
from fwa.views import home, inbox, request_acts, request_form, requests

app_name = "fwa"

urlpatterns = [
    path("", home.home, name="home"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/new/", request_form.request_new, name="request_new"),
    path("requests/preview/", request_form.request_preview, name="request_preview"),
    path("requests/<uuid:public_id>/", requests.request_detail, name="request_detail"),
    path("requests/<uuid:public_id>/edit/", request_form.request_edit, name="request_edit"),
    path("requests/<uuid:public_id>/preview/", request_form.request_preview, name="request_preview_of"),
    path("requests/<uuid:public_id>/renew/", request_form.request_renew, name="request_renew"),
    path("requests/<uuid:public_id>/circumstance/", request_form.request_circumstance, name="request_circumstance"),
    path("requests/<uuid:public_id>/delete/", request_acts.request_delete, name="request_delete"),
    path("requests/<uuid:public_id>/withdraw/", request_acts.request_withdraw, name="request_withdraw"),
    path("requests/<uuid:public_id>/end/", request_acts.arrangement_end, name="arrangement_end"),
    path("evidence/files/<uuid:public_id>/remove/", request_form.evidence_remove, name="evidence_remove"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/bulk/", inbox.inbox_bulk, name="inbox_bulk"),
    path("inbox/<uuid:public_id>/", inbox.step_decide, name="step_decide"),
    path("inbox/<uuid:public_id>/act/", inbox.step_act, name="step_act"),
    path("inbox/<uuid:public_id>/reject/", inbox.step_reject, name="step_reject"),
    *letter_urls,
    *export_urls,
    *capacity_urls,
    *review_urls,
    *reconciliation_urls,
    *determination_urls,
    *chain_urls,
]

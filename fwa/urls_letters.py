"""Addresses of letters, their public check, sealed evidence and the ledger. Requests are named by random ids."""

from django.urls import path

from fwa.views import check, evidence, ledger, letters

letter_urls = [
    path("letters/", letters.letter_list, name="letter_list"),
    path("letters/preview/", letters.letter_preview, name="letter_preview"),
    path("letters/preview.pdf", letters.letter_preview_pdf, name="letter_preview_pdf"),
    path("letters/<uuid:public_id>/", letters.letter_signed_upload, name="letter_signed_upload"),
    path("letters/<uuid:public_id>/pdf/", letters.letter_download, name="letter_download"),
    path("letters/<uuid:public_id>/retry/", letters.letter_retry, name="letter_retry"),
    path("check/<str:token>/", check.check, name="check"),
    path("check/<str:token>/file/", check.check_file, name="check_file"),
    path("evidence/", evidence.circumstance_list, name="circumstance_list"),
    path("evidence/<uuid:public_id>/", evidence.circumstance_detail, name="circumstance_detail"),
    path("evidence/<uuid:public_id>/open/", evidence.circumstance_open, name="circumstance_open"),
    path("evidence/files/<uuid:public_id>/", evidence.evidence_open, name="evidence_open"),
    path("ledger/", ledger.ledger, name="ledger"),
]

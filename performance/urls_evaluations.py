"""Addresses of evaluations; one is named by a random id."""

from django.urls import path

from performance.views import evaluations

evaluation_urls = [
    path("evaluations/", evaluations.evaluation_list, name="evaluation_list"),
    path("evaluations/open/", evaluations.evaluation_open, name="evaluation_open"),
    path("evaluations/<uuid:public_id>/", evaluations.evaluation, name="evaluation"),
    path(
        "evaluations/<uuid:public_id>/acknowledge/", evaluations.evaluation_acknowledge, name="evaluation_acknowledge"
    ),
    path("evaluations/<uuid:public_id>/object/", evaluations.evaluation_object, name="evaluation_object"),
    path("evaluations/<uuid:public_id>/settle/", evaluations.evaluation_settle, name="evaluation_settle"),
    path("evaluations/<uuid:public_id>/close/", evaluations.evaluation_close, name="evaluation_close"),
    path("evaluations/<uuid:public_id>/notes/", evaluations.evaluation_note, name="evaluation_note"),
]

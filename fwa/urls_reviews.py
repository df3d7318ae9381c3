"""Addresses of reviews of running arrangements, named by random ids."""

from django.urls import path

from fwa.views import reviews

review_urls = [
    path("reviews/", reviews.review_list, name="review_list"),
    path("reviews/<uuid:public_id>/", reviews.review, name="review"),
    path("reviews/<uuid:public_id>/respond/", reviews.review_respond, name="review_respond"),
    path("reviews/<uuid:public_id>/decide/", reviews.review_decide, name="review_decide"),
    path("reviews/<uuid:public_id>/lift/", reviews.suspension_lift, name="suspension_lift"),
]

"""Addresses of flexible work. Requests are named by random ids."""

from django.urls import path

from fwa.urls_chain import chain_urls
from fwa.urls_letters import letter_urls
from fwa.views import home, requests

app_name = "fwa"

urlpatterns = [
    path("", home.home, name="home"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/<uuid:public_id>/", requests.request_detail, name="request_detail"),
    *letter_urls,
    *chain_urls,
]

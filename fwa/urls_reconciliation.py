"""Addresses of the comparison of plan, presence and output. A person is named by row number."""

from django.urls import path

from fwa.views import reconciliation

reconciliation_urls = [
    path("reconciliation/", reconciliation.own, name="reconciliation"),
    path("reconciliation/team/", reconciliation.team, name="reconciliation_team"),
    path("reconciliation/people/<int:pk>/", reconciliation.person, name="reconciliation_person"),
]

"""Addresses of roster proposals, and of what to do where people are missing."""

from django.urls import path

from attendance.views import proposals, shortfalls

proposal_urls = [
    path("rosters/<int:pk>/propose/", proposals.proposal_ask, name="proposal_ask"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/progress/", proposals.proposal_progress, name="proposal_progress"),
    path("proposals/<int:pk>/take-back/", proposals.proposal_take_back, name="proposal_take_back"),
    path("units/<int:pk>/short/<str:day>/", shortfalls.shortfall, name="shortfall"),
]

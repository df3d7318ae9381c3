"""Addresses of work figures. A person is named by row number."""

from django.urls import path

from performance.views import figures

figure_urls = [
    path("work-figures/", figures.own, name="figures"),
    path("work-figures/team/", figures.team, name="figures_team"),
    path("work-figures/people/<int:pk>/", figures.person, name="figures_person"),
]

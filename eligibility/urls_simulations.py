"""Addresses of simulations and of publishing."""

from django.urls import path

from eligibility.views import publishing, simulations

simulation_urls = [
    path("policies/<slug:code>/<int:number>/simulate/", simulations.simulation_start, name="simulation_start"),
    path("policies/<slug:code>/<int:number>/publish/", publishing.publish, name="publish"),
    path("policies/<slug:code>/<int:number>/send-back/", publishing.send_back, name="send_back"),
    path("simulations/", simulations.simulation_list, name="simulation_list"),
    path("simulations/<int:pk>/", simulations.simulation, name="simulation"),
    path("simulations/<int:pk>/state/", simulations.simulation_state, name="simulation_state"),
    path("simulations/<int:pk>/people/", simulations.simulation_people, name="simulation_people"),
    path("simulations/<int:pk>/export.<str:file_format>", simulations.simulation_export, name="simulation_export"),
]

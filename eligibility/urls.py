"""Addresses of eligibility."""

from django.urls import path

from eligibility.urls_policies import policy_urls
from eligibility.urls_simulations import simulation_urls
from eligibility.views import policies, screenings

app_name = "eligibility"

urlpatterns = [
    path("policies/", policies.policy_list, name="policy_list"),
    path("policies/set-up/", policies.policy_setup, name="policy_setup"),
    *policy_urls,
    *simulation_urls,
    path("policies/<slug:code>/<int:number>/", policies.policy_version, name="policy_version"),
    path("screening/", screenings.run_list, name="run_list"),
    path("screening/me/", screenings.screening_me, name="screening_me"),
    path("screening/new/", screenings.run_create, name="run_create"),
    path("screening/runs/<int:pk>/", screenings.run, name="run"),
    path("screening/runs/<int:pk>/state/", screenings.run_state, name="run_state"),
    path("screening/runs/<int:pk>/export.<str:file_format>", screenings.run_export, name="run_export"),
    path("screening/<int:pk>/", screenings.screening, name="screening"),
]

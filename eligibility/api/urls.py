"""Addresses of eligibility under /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from eligibility.api import drafts, simulations, views

router = SimpleRouter()
router.register("policies", views.PolicyViewSet, "policy")
router.register("policy-drafts", drafts.DraftViewSet, "policy-draft")
router.register("terms-history", drafts.TermsHistoryViewSet, "terms-history")
router.register("circumstance-kinds", views.CircumstanceKindViewSet, "circumstance-kind")
router.register("screenings", views.ScreeningViewSet, "screening")
router.register("screening-runs", views.RunViewSet, "screening-run")
router.register("simulations", simulations.SimulationViewSet, "simulation")

urlpatterns = [
    path("terms/", views.TermsView.as_view(), name="terms"),
    path("policy-drafts/<int:pk>/rules/", drafts.DraftRulesView.as_view(), name="policy-draft-rules"),
    path("policy-drafts/<int:pk>/rules/<slug:criterion>/", drafts.DraftRuleView.as_view(), name="policy-draft-rule"),
    path(
        "policy-drafts/<int:pk>/rules/<slug:criterion>/move/",
        drafts.DraftRuleMoveView.as_view(),
        name="policy-draft-rule-move",
    ),
    path(
        "policy-drafts/<int:pk>/request-publication/",
        drafts.DraftPublicationView.as_view(),
        name="policy-draft-request-publication",
    ),
    path("screenings/me/", views.OwnVerdictsView.as_view(), name="screening-me"),
    path(
        "screening-runs/<int:pk>/results/",
        views.RunResultViewSet.as_view({"get": "list"}),
        name="screening-run-results",
    ),
    path(
        "simulations/<int:pk>/rows/", simulations.SimulationRowViewSet.as_view({"get": "list"}), name="simulation-rows"
    ),
    path(
        "policies/<slug:code>/versions/<int:number>/publish/", simulations.PublishView.as_view(), name="policy-publish"
    ),
    path(
        "policies/<slug:code>/versions/<int:number>/send-back/",
        simulations.SendBackView.as_view(),
        name="policy-send-back",
    ),
    path("", include(router.urls)),
]

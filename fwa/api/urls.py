"""Addresses of flexible work under /api/v1/. Requests, letters and evidence are named by random ids."""

from django.urls import include, path
from rest_framework.parsers import MultiPartParser
from rest_framework.routers import SimpleRouter

from fwa.api import problems as problems  # registers what the problems of this app hold
from fwa.api.capacity import UnitCapacityView, UnitDayView, UnitMinimumView, UnitQuotaView
from fwa.api.chains import ChainViewSet
from fwa.api.decisions import StepViewSet
from fwa.api.determinations import DeterminationMemberViewSet, DeterminationViewSet
from fwa.api.exports import GrantExportViewSet
from fwa.api.letters import EvidenceView, LetterCheckView, LetterViewSet
from fwa.api.requests import CircumstanceViewSet, LedgerViewSet, RequestViewSet
from fwa.api.reviews import ReviewViewSet

router = SimpleRouter()
router.register("requests", RequestViewSet, "request")
router.register("approval-chains", ChainViewSet, "approval-chain")
router.register("steps", StepViewSet, "step")
router.register("letters", LetterViewSet, "letter")
router.register("grant-exports", GrantExportViewSet, "grant-export")
router.register("determinations", DeterminationViewSet, "determination")
router.register("reviews", ReviewViewSet, "review")

circumstance = CircumstanceViewSet.as_view({"get": "retrieve", "post": "create"}, parser_classes=[MultiPartParser])

annex = DeterminationMemberViewSet.as_view({"get": "list", "post": "create"})
annex_change = DeterminationMemberViewSet.as_view({"post": "change"})

urlpatterns = [
    path("requests/<uuid:public_id>/circumstance/", circumstance, name="circumstance"),
    path(
        "requests/<uuid:public_id>/circumstance/open/",
        CircumstanceViewSet.as_view({"post": "open"}),
        name="circumstance-open",
    ),
    path("requests/<uuid:public_id>/ledger/", LedgerViewSet.as_view({"get": "list"}), name="request-ledger"),
    path("determinations/<uuid:public_id>/members/", annex, name="determination-members"),
    path("determinations/<uuid:public_id>/members/change/", annex_change, name="determination-change-members"),
    path(
        "approval-chains/<slug:policy>/<str:start>/",
        ChainViewSet.as_view({"delete": "withdraw"}),
        name="approval-chain-detail",
    ),
    path("evidence/<uuid:public_id>/", EvidenceView.as_view(), name="evidence"),
    path("check/<str:token>/", LetterCheckView.as_view(), name="letter-check"),
    path("units/<int:pk>/capacity/", UnitCapacityView.as_view(), name="unit-capacity"),
    path("units/<int:pk>/capacity/<str:day>/people/", UnitDayView.as_view(), name="unit-day-people"),
    path("units/<int:pk>/quota/", UnitQuotaView.as_view(), name="unit-quota"),
    path("units/<int:pk>/minimum/", UnitMinimumView.as_view(), name="unit-minimum"),
    path("", include(router.urls)),
]

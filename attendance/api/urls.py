"""Addresses of attendance under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from attendance.api import views
from attendance.api.absences import AbsenceViewSet
from attendance.api.contacts import ContactViewSet
from attendance.api.corrections import CorrectionViewSet
from attendance.api.days import WhereaboutsViewSet, WorkDayViewSet
from attendance.api.flags import IntegrityFlagViewSet
from attendance.api.presence import PresenceEventViewSet
from attendance.api.proposals import RosterProposalViewSet, UnitShortfallsView
from attendance.api.recaps import RecapMonthViewSet, RecapViewSet
from attendance.api.rosters import RosterEntryViewSet, RosterViewSet, RotationViewSet, ShiftViewSet, SwapViewSet
from attendance.api.schedules import TermsOfAttendanceViewSet, UnitPatternViewSet, WorkPatternViewSet
from attendance.api.terminals import OutageViewSet, TerminalViewSet
from attendance.api.thresholds import AccumulatedView, ThresholdViewSet

router = SimpleRouter()
router.register("presence-events", PresenceEventViewSet, "presence-event")  # the most calls: first
router.register("absences", AbsenceViewSet, "absence")
router.register("work-days", WorkDayViewSet, "work-day")
router.register("whereabouts", WhereaboutsViewSet, "whereabouts")
router.register("assignments", views.AssignmentViewSet, "assignment")
router.register("assignment-days", views.AssignmentDayViewSet, "assignment-day")
router.register("corrections", CorrectionViewSet, "correction")
router.register("attendance-terms", TermsOfAttendanceViewSet, "attendance-terms")
router.register("work-patterns", WorkPatternViewSet, "work-pattern")
router.register("unit-patterns", UnitPatternViewSet, "unit-pattern")
router.register("integrity-flags", IntegrityFlagViewSet, "integrity-flag")
router.register("terminals", TerminalViewSet, "terminal")
router.register("outages", OutageViewSet, "outage")
router.register("contacts", ContactViewSet, "contact")
router.register("recaps", RecapViewSet, "recap")
router.register("recap-months", RecapMonthViewSet, "recap-month")
router.register("shifts", ShiftViewSet, "shift")
router.register("rotations", RotationViewSet, "rotation")
router.register("rosters", RosterViewSet, "roster")
router.register("roster-entries", RosterEntryViewSet, "roster-entry")
router.register("shift-swaps", SwapViewSet, "shift-swap")
router.register("roster-proposals", RosterProposalViewSet, "roster-proposal")
router.register("thresholds", ThresholdViewSet, "threshold")

urlpatterns = [
    path("employees/<int:pk>/accumulated/", AccumulatedView.as_view(), name="employee-accumulated"),
    path("units/<int:pk>/shortfalls/", UnitShortfallsView.as_view(), name="unit-shortfalls"),
    *router.urls,
]

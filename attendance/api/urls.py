"""Addresses of attendance under /api/v1/."""

from rest_framework.routers import SimpleRouter

from attendance.api import views

router = SimpleRouter()
router.register("assignments", views.AssignmentViewSet, "assignment")
router.register("assignment-days", views.AssignmentDayViewSet, "assignment-day")

urlpatterns = router.urls

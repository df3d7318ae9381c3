"""Addresses of the organisation under /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from organization.api import excluded_posts, national_periods, task_mapping, views

router = SimpleRouter()
router.register("units", views.UnitViewSet, "unit")
router.register("employees", views.EmployeeViewSet, "employee")
router.register("positions", views.PositionViewSet, "position")
router.register("excluded-posts", excluded_posts.ExcludedPostViewSet, "excluded-post")
router.register("task-types", task_mapping.TaskTypeViewSet, "task-type")
router.register("task-mapping", task_mapping.TaskMappingViewSet, "task-mapping")
router.register("task-mapping-proposals", task_mapping.TaskProposalViewSet, "task-proposal")
router.register("sites", views.SiteViewSet, "site")
router.register("holidays", views.HolidayViewSet, "holiday")
router.register("national-periods", national_periods.NationalPeriodViewSet, "national-period")
router.register("delegations", views.DelegationViewSet, "delegation")
router.register("role-grants", views.RoleGrantViewSet, "role-grant")
router.register("notices", views.NoticeViewSet, "notice")

urlpatterns = [path("me/", views.MeView.as_view(), name="me"), path("", include(router.urls))]

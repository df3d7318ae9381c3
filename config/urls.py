"""All addresses. Each app brings its own ``urls``; the admin is not mounted: every act has a page with its rules."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config import health
from config.oauth import ConnectionRevokeView, ConnectionTokenView
from config.openapi import DocsView
from organization.views.profile import language_set

urlpatterns = [
    # First what is called most: every pattern before it costs each call.
    path("api/v1/", include("config.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("config.account_urls")),
    path("i18n/setlang/", language_set, name="set_language"),
    path("", include("fwa.urls")),
    path("", include("organization.urls")),
    path("", include("eligibility.urls")),
    path("", include("attendance.urls")),
    path("", include("performance.urls")),
    path("api/oauth/token/", ConnectionTokenView.as_view(), name="oauth-token"),
    path("api/oauth/revoke/", ConnectionRevokeView.as_view(), name="oauth-revoke"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

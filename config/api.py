"""What every REST endpoint shares: session login with 401, and pages of a bounded size."""

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, pagination
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session login; nobody logged in is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme of WWW-Authenticate, which makes the answer a 401."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a write without the token, under a code of its own: the way out is another one than for a right."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(
                _("Send the token of the cookie csrftoken in the header X-CSRFToken."), "csrf_failed"
            ) from error


class Pagination(pagination.PageNumberPagination):
    """Pages of 50 entries, up to 200 on request."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

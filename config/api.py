"""What every REST endpoint shares: session login with 401, and pages of a bounded size."""

from rest_framework import authentication, pagination
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session login; nobody logged in is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme of WWW-Authenticate, which makes the answer a 401."""
        return "Session"


class Pagination(pagination.PageNumberPagination):
    """Pages of 50 entries, up to 200 on request."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

"""What every REST endpoint shares: session login with 401, and pages of a bounded size."""

from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, pagination
from rest_framework.request import Request
from rest_framework.response import Response

from config.paging import BoundedPaginator


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
    """Pages of 50 entries, up to 200 on request. Long lists are counted as far as the page asked for, and to 1,000."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    django_paginator_class = BoundedPaginator

    def get_page_number(self, request: Request, paginator: Any) -> int | str:
        """Return the number asked for; to know the last page, all rows are counted."""
        if request.query_params.get(self.page_query_param) in self.last_page_strings:
            paginator.look_to_the_end()
        number: int | str = super().get_page_number(request, paginator)
        return number

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with its neighbours, the count, and whether there are more than were counted."""
        response = super().get_paginated_response(data)
        paginator = cast(BoundedPaginator, cast(Any, self.page).paginator)
        return Response({"count": response.data["count"], "count_is_exact": paginator.is_exact, **response.data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the same as a schema."""
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        described["required"] = ["count", "count_is_exact", "results"]
        described["properties"]["count"]["description"] = "All entries, or so many that were counted of a longer list."
        described["properties"]["count_is_exact"] = {
            "type": "boolean",
            "description": "False: there are more than `count`. Follow `next` to the end.",
        }
        return described

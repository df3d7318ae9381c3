"""The OpenAPI document and its page. Loaded by ``config.urls``, since REST framework's settings load ``config.api``."""

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.views import SpectacularSwaggerSplitView


class SessionAuthenticationScheme(SessionScheme):
    """Description of the session login in the OpenAPI document."""

    target_class = "config.api.SessionAuthentication"


class DocsView(SpectacularSwaggerSplitView):
    """Swagger from local files, its script in a file of its own (the CSP allows no inline script or style)."""

    template_name = "api/docs.html"

"""What makes the presence page an app that opens without a network: manifest, service worker, empty frame of the page.

All public and without anything personal: a browser keeps them.
"""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from attendance.views.presence import PERMISSIONS_POLICY

ASSETS = (
    "vendor/bootstrap/bootstrap.css",
    "css/app.css",
    "css/dark.css",
    "css/presence.css",
    "vendor/plus-jakarta-sans/plus-jakarta-sans.woff2",
    "icons.svg",
    "favicon.svg",
    "js/presence-queue.js",
    "js/presence.js",
)
# Asked for again at every visit, so that a new version is found at once; the answer is small.
revalidated = cache_control(no_cache=True, public=True)


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return code


@require_safe
@login_not_required
@revalidated
def presence_manifest(request: HttpRequest) -> JsonResponse:
    """The app as a phone installs it."""
    icons = [("icons/app-192.png", "192x192", "any"), ("icons/app-512.png", "512x512", "any")]
    icons.append(("icons/app-maskable-512.png", "512x512", "maskable"))
    manifest = {
        "name": _("Fleksibel – attendance"),
        "short_name": "Fleksibel",
        "id": reverse("attendance:presence"),
        "start_url": reverse("attendance:presence"),
        "scope": "/",
        "display": "standalone",
        "lang": translation.get_language(),
        "background_color": "#f4f5f4",
        "theme_color": "#0b5f6b",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


def _frame(language: str) -> str:
    """The page without anybody on it. Rendered without the request, so that nothing of a person can get into it."""
    with translation.override(language):
        return render_to_string("attendance/presence_offline.html", {"language": language})


@require_safe
@login_not_required
@revalidated
def presence_offline(request: HttpRequest, language: str) -> HttpResponse:
    """What the browser shows without a network: the two buttons, and what waits to be sent."""
    response = HttpResponse(_frame(_language(language)))
    response["Permissions-Policy"] = PERMISSIONS_POLICY
    return response


@require_safe
@login_not_required
@revalidated
def presence_worker(request: HttpRequest, language: str) -> HttpResponse:
    """The service worker, for pages under this address only. Its version is that of all it keeps."""
    frame = reverse("attendance:presence_offline", args=[_language(language)])
    assets = [static(name) for name in ASSETS]
    version = hashlib.sha256("\n".join([_frame(language), *assets]).encode()).hexdigest()[:16]
    shell = {
        "version": version,
        "page": reverse("attendance:presence"),
        "frame": frame,
        "assets": assets,
        "queue": static("js/presence-queue.js"),
    }
    text = f"self.SHELL = {json.dumps(shell)};\nimportScripts({json.dumps(static('js/presence-worker.js'))});\n"
    response = HttpResponse(text, content_type="text/javascript")
    response["Service-Worker-Allowed"] = reverse("attendance:presence")
    return response

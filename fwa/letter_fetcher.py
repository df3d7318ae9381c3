"""What a letter's pages may load: our own fonts and pictures inside the page, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint.urls import URLFetcher


class OwnFilesOnly(URLFetcher):
    """Whatever a text may hold, no request leaves the host and no other file is read."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Fetch a data address or a file below our static folders. Raises ValueError for all else."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url.startswith("file://"):
            path = Path(url.removeprefix("file://")).resolve()
            folders = [*settings.STATICFILES_DIRS, settings.STATIC_ROOT]
            if any(path.is_relative_to(Path(folder).resolve()) for folder in folders):
                return super().fetch(url, headers)
        raise ValueError("a letter may not load anything from elsewhere")

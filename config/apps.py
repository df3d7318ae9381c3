"""Configuration of Django's own applications where ours differs."""

from django.contrib.staticfiles import apps


class StaticFilesConfig(apps.StaticFilesConfig):
    """Leave out files of packages that no page of ours uses: the browsable API and a second viewer of the API."""

    ignore_patterns = [*apps.StaticFilesConfig.ignore_patterns, "rest_framework", "redoc"]

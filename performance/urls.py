"""Addresses of performance. A person is addressed by row number, never by NIP. One file per area is included here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from performance.urls_reviews import review_urls

app_name = "performance"

urlpatterns: list[URLPattern | URLResolver] = [*review_urls]

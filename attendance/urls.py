"""Addresses of attendance. A person is addressed by row number, never by NIP. One file per area is included here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "attendance"

urlpatterns: list[URLPattern | URLResolver] = []

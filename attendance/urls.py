"""Addresses of attendance. A person is addressed by row number, never by NIP. One file per area is included here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from attendance.urls_board import board_urls
from attendance.urls_contacts import contact_urls
from attendance.urls_corrections import correction_urls
from attendance.urls_flags import flag_urls
from attendance.urls_presence import presence_urls
from attendance.urls_proposals import proposal_urls
from attendance.urls_recaps import recap_urls
from attendance.urls_rosters import roster_urls
from attendance.urls_schedules import schedule_urls
from attendance.urls_terminals import terminal_urls
from attendance.urls_thresholds import threshold_urls

app_name = "attendance"

urlpatterns: list[URLPattern | URLResolver] = [
    *board_urls,
    *presence_urls,
    *correction_urls,
    *contact_urls,
    *roster_urls,
    *proposal_urls,
    *recap_urls,
    *threshold_urls,
    *terminal_urls,
    *flag_urls,
    *schedule_urls,
]

"""Addresses of terminals and outages; a PIN never stands in one, only the number of its row."""

from django.urls import path

from attendance.views import outages, terminals

terminal_urls = [
    path("terminals/", terminals.terminal_list, name="terminal_list"),
    path("terminals/new/", terminals.terminal_edit, name="terminal_create"),
    path("terminals/<int:pk>/", terminals.terminal, name="terminal"),
    path("terminals/<int:pk>/edit/", terminals.terminal_edit, name="terminal_edit"),
    path("terminals/<int:pk>/upload/", terminals.terminal_upload, name="terminal_upload"),
    path("terminals/<int:pk>/pins/new/", terminals.pin_assign, name="pin_assign"),
    path("terminals/<int:pk>/pins/<int:pin>/end/", terminals.pin_end, name="pin_end"),
    path("outages/", outages.outage_list, name="outage_list"),
    path("outages/new/", outages.outage_enter, name="outage_enter"),
    path("outages/<int:pk>/withdraw/", outages.outage_withdraw, name="outage_withdraw"),
]

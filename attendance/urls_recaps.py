"""Addresses of the monthly recap."""

from django.urls import path

from attendance.views import recaps

recap_urls = [
    path("attendance/recaps/", recaps.recap_list, name="recap_list"),
    path("attendance/recaps/export/", recaps.recap_export, name="recap_export"),
    path("attendance/recaps/files/<int:pk>/", recaps.recap_file, name="recap_file"),
    path("attendance/recaps/files/<int:pk>/progress/", recaps.recap_export_progress, name="recap_export_progress"),
    path("attendance/recaps/<str:month>/lock/", recaps.recap_lock, name="recap_lock"),
]

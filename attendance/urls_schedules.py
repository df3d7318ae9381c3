"""Addresses of the terms of attendance and of working hours."""

from django.urls import path

from attendance.views import schedules

schedule_urls = [
    path("attendance/terms/", schedules.terms_list, name="terms_list"),
    path("attendance/terms/new/", schedules.terms_create, name="terms_create"),
    path("attendance/working-hours/", schedules.pattern_list, name="pattern_list"),
    path("attendance/working-hours/new/", schedules.pattern_create, name="pattern_create"),
    path("attendance/working-hours/<int:pk>/", schedules.pattern, name="pattern"),
    path("attendance/working-hours/<int:pk>/change/", schedules.pattern_hours, name="pattern_hours"),
    path("attendance/working-hours/units/new/", schedules.unit_pattern_create, name="unit_pattern_create"),
    path("attendance/working-hours/units/<int:pk>/end/", schedules.unit_pattern_end, name="unit_pattern_end"),
]

"""Addresses of accumulated minutes, flags of the ladder, and the agency's own steps."""

from django.urls import path

from attendance.views import thresholds

threshold_urls = [
    path("attendance/accumulated/", thresholds.accumulated, name="accumulated"),
    path("attendance/people/<int:pk>/accumulated/", thresholds.person_accumulated, name="person_accumulated"),
    path("attendance/thresholds/", thresholds.threshold_list, name="threshold_list"),
    path("attendance/thresholds/<int:pk>/", thresholds.threshold, name="threshold"),
    path("attendance/thresholds/<int:pk>/acknowledge/", thresholds.threshold_acknowledge, name="threshold_acknowledge"),
    path("attendance/ladders/", thresholds.ladder_list, name="ladder_list"),
    path("attendance/ladders/new/", thresholds.ladder_create, name="ladder_create"),
    path("attendance/ladders/<int:pk>/end/", thresholds.ladder_end, name="ladder_end"),
]

"""Addresses of integrity flags."""

from django.urls import path

from attendance.views import flags

flag_urls = [
    path("flags/", flags.flag_list, name="flag_list"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
    path("flags/<int:pk>/answer/", flags.flag_answer, name="flag_answer"),
    path("flags/<int:pk>/judge/", flags.flag_judge, name="flag_judge"),
]

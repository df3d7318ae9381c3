"""Addresses of the boards, of people's days and of calendar feeds."""

from django.urls import path

from attendance.views import board, days, feeds

board_urls = [
    path("whereabouts/", board.whereabouts, name="whereabouts"),
    path("days/", days.my_days, name="my_days"),
    path("days/<int:pk>/", days.days_of, name="days_of"),
    path("calendar/", feeds.feed_list, name="feeds"),
    path("calendar/new/", feeds.feed_create, name="feed_create"),
    path("calendar/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
    path("calendar/<str:token>.ics", feeds.feed, name="feed"),
]

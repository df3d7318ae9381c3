"""Addresses of the boards, of people's days, of absences and of calendar feeds."""

from django.urls import path

from attendance.views import absences, board, days, feeds

board_urls = [
    path("whereabouts/", board.whereabouts, name="whereabouts"),
    path("days/", days.my_days, name="my_days"),
    path("days/<int:pk>/", days.days_of, name="days_of"),
    path("absences/", absences.absence_list, name="absence_list"),
    path("absences/new/", absences.absence_create, name="absence_create"),
    path("absences/<int:pk>/", absences.absence_edit, name="absence_edit"),
    path("absences/<int:pk>/remove/", absences.absence_delete, name="absence_delete"),
    path("feeds/", feeds.feed_list, name="feeds"),
    path("feeds/new/", feeds.feed_create, name="feed_create"),
    path("feeds/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
]

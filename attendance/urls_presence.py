"""Addresses of checking in; what the service worker keeps lies under the same path as the page it serves."""

from django.urls import path

from attendance.views import presence, presence_app

presence_urls = [
    path("presence/", presence.presence, name="presence"),
    path("presence/check/", presence.presence_check, name="presence_check"),
    path("presence/notice/", presence.notice_acknowledge, name="notice_acknowledge"),
    path("presence/session/", presence.presence_session, name="presence_session"),
    path("presence/app.webmanifest", presence_app.presence_manifest, name="presence_manifest"),
    path("presence/offline/<slug:language>/", presence_app.presence_offline, name="presence_offline"),
    path("presence/worker/<slug:language>.js", presence_app.presence_worker, name="presence_worker"),
]

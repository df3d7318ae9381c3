"""Addresses of checking in; what the service worker keeps lies under the same path as the page it serves."""

from django.urls import path

from attendance.views import home_points, homes, locations, presence, presence_app, privacy

presence_urls = [
    path("presence/", presence.presence, name="presence"),
    path("presence/check/", presence.presence_check, name="presence_check"),
    path("presence/notice/", presence.notice_acknowledge, name="notice_acknowledge"),
    path("presence/prompts/<int:pk>/seen/", presence.prompt_seen, name="prompt_seen"),
    path("presence/prompts/<int:pk>/answer/", presence.prompt_answer, name="prompt_answer"),
    path("presence/session/", presence.presence_session, name="presence_session"),
    path("presence/app.webmanifest", presence_app.presence_manifest, name="presence_manifest"),
    path("presence/offline/<slug:language>/", presence_app.presence_offline, name="presence_offline"),
    path("presence/worker/<slug:language>.js", presence_app.presence_worker, name="presence_worker"),
    path("presence/privacy-notice/", privacy.privacy_notice, name="privacy_notice"),
    path("presence/my-data/", locations.my_locations, name="my_locations"),
    path("presence/home/", homes.my_home, name="my_home"),
    path("presence/homes/", homes.home_list, name="home_list"),
    path("presence/homes/<int:pk>/decide/", homes.home_decide, name="home_decide"),
    path("presence/sealed/", locations.location_list, name="location_list"),
    path("presence/sealed/homes/", home_points.home_points, name="home_points"),
    path("presence/sealed/homes/<int:pk>/", home_points.home_point, name="home_point"),
    path("presence/sealed/homes/<int:pk>/open/", home_points.home_point_open, name="home_point_open"),
    path("presence/sealed/<int:pk>/", locations.location, name="location"),
    path("presence/sealed/<int:pk>/open/", locations.location_open, name="location_open"),
]

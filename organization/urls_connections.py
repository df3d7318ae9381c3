"""Addresses of connections."""

from django.urls import path

from organization.views import connections

urlpatterns = [
    path("connections/", connections.connection_list, name="connection_list"),
    path("connections/new/", connections.connection_create, name="connection_create"),
    path("connections/<int:pk>/", connections.connection, name="connection"),
    path("connections/<int:pk>/change/", connections.connection_change, name="connection_change"),
    path("connections/<int:pk>/secret/", connections.connection_secret, name="connection_secret"),
    path("connections/<int:pk>/role/", connections.connection_role, name="connection_role"),
    path("connections/<int:pk>/off/", connections.connection_off, name="connection_off"),
    path("connections/<int:pk>/on/", connections.connection_on, name="connection_on"),
]

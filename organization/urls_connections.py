"""Addresses of connections."""

from django.urls import path

from organization.views import connections, webhooks

urlpatterns = [
    path("connections/", connections.connection_list, name="connection_list"),
    path("connections/new/", connections.connection_create, name="connection_create"),
    path("connections/<int:pk>/", connections.connection, name="connection"),
    path("connections/<int:pk>/change/", connections.connection_change, name="connection_change"),
    path("connections/<int:pk>/secret/", connections.connection_secret, name="connection_secret"),
    path("connections/<int:pk>/role/", connections.connection_role, name="connection_role"),
    path("connections/<int:pk>/off/", connections.connection_off, name="connection_off"),
    path("connections/<int:pk>/on/", connections.connection_on, name="connection_on"),
    path("connections/<int:pk>/webhooks/new/", webhooks.webhook_create, name="webhook_create"),
    path("connections/webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("connections/webhooks/<int:pk>/change/", webhooks.webhook_change, name="webhook_change"),
    path("connections/webhooks/<int:pk>/secret/", webhooks.webhook_secret, name="webhook_secret"),
    path("connections/webhooks/<int:pk>/off/", webhooks.webhook_off, name="webhook_off"),
    path("connections/webhooks/<int:pk>/on/", webhooks.webhook_on, name="webhook_on"),
    path(
        "connections/webhooks/<int:pk>/deliveries/<int:delivery_pk>/again/", webhooks.send_again, name="webhook_again"
    ),
]

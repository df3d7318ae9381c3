from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FwaConfig(AppConfig):
    """Requests, the approval chain, decisions, letters and the ledger."""

    name = "fwa"
    verbose_name = _("Flexible work")
    default_auto_field = "django.db.models.BigAutoField"

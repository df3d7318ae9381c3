from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    """Official predicates and promised outputs."""

    name = "performance"
    verbose_name = _("Performance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's criteria known to the rules."""
        # Importing registers them; models are ready only now.
        from performance import criteria, criteria_contracts, criteria_reviews  # noqa: F401

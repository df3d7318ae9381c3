from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """People, units, positions and tasks, calendar, roles: the facts that everything else reads."""

    name = "organization"
    verbose_name = _("Organisation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the set-up steps, outbox handlers, navigation, importers and notices of every app."""
        from django.utils.module_loading import autodiscover_modules  # apps are ready only now

        from organization.notices import discover_notices

        autodiscover_modules("setup_steps", "handlers", "nav", "importers", "panels", "waiting")
        discover_notices()

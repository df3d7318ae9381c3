from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EligibilityConfig(AppConfig):
    """Policies as dated data, criteria, screening."""

    name = "eligibility"
    verbose_name = _("Eligibility")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the criteria over organisation facts known to the rules, and fill the page of a draft."""
        from eligibility import criteria, draft_panels  # noqa: F401  (importing registers them; models are ready only now)

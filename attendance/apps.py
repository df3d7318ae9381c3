from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    """What was granted per day, and who is absent."""

    name = "attendance"
    verbose_name = _("Attendance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let policies count the arrangements that stand on them, and show the entries of the navigation."""
        from attendance import affected, criteria, nav  # noqa: F401  (importing registers it; models are ready only now)

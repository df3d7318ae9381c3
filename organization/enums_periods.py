"""Kinds and states of national and emergency periods."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NationalPeriodKind(models.TextChoices):
    NATIONAL = "national", _("National period")
    EMERGENCY = "emergency", _("Emergency")


class PeriodState(models.TextChoices):
    """Derived from the dates, never stored."""

    PLANNED = "planned", _("planned")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")

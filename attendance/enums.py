"""States of what was granted, and kinds of absence."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Facet(models.TextChoices):
    """A day can carry one arrangement per facet: where one works and when."""

    LOCATION = "location", _("location")
    TIME = "time", _("time")


class AssignmentStatus(models.TextChoices):
    HELD = "held", _("held")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", _("ended early")


class DayStatus(models.TextChoices):
    """A suspended day stays the arrangement's, but its place is free: nobody is away, and no limit counts it."""

    HELD = "held", _("held")
    IN_FORCE = "in_force", _("in force")
    SUSPENDED = "suspended", _("suspended")


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("leave")
    SICK = "sick", _("sick leave")
    TRAVEL = "travel", _("official travel")
    TRAINING = "training", _("training")

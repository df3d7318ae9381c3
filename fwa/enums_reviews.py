"""States, outcomes and grounds of the review of a running arrangement."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewStatus(models.TextChoices):
    """Open until the employee answers or somebody decides; moot when the facts are right again, or it ended anyway."""

    OPEN = "open", pgettext_lazy("review", "waits for an answer")
    RESPONDED = "responded", pgettext_lazy("review", "answered, waits for a decision")
    DECIDED = "decided", pgettext_lazy("review", "decided")
    MOOT = "moot", pgettext_lazy("review", "no longer needed")


# What waits for somebody; the arrangement runs on meanwhile.
UNDER_WAY = (ReviewStatus.OPEN, ReviewStatus.RESPONDED)


class ReviewOutcome(models.TextChoices):
    CONTINUED = "continued", pgettext_lazy("review", "goes on")
    SUSPENDED = "suspended", pgettext_lazy("review", "suspended")
    ENDED = "ended", pgettext_lazy("review", "ended")


class RevocationGround(models.TextChoices):
    """Coded grounds for suspending or ending a running arrangement (DESIGN); each needs a reason in words."""

    DISCIPLINE = "discipline", _("Discipline criterion not met")
    NEW_POST = "new_post", _("New post or new in the post")
    PERFORMANCE = "performance", _("Outputs or performance do not support it")
    TASK = "task", _("The task cannot be done that way")
    SERVICE = "service", _("The unit's service comes first")
    READINESS = "readiness", _("The unit is not ready")
    RULES = "rules", _("The agency's rules changed")
    OTHER = "other", _("Another ground")

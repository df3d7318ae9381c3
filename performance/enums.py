"""Official predicates (PermenPANRB 6/2022 annex [P]), best first by rank."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Predicate(models.TextChoices):
    VERY_GOOD = "sangat_baik", _("Very good")
    GOOD = "baik", _("Good")
    NEEDS_IMPROVEMENT = "butuh_perbaikan", _("Needs improvement")
    POOR = "kurang", _("Poor (misconduct)")
    VERY_POOR = "sangat_kurang", _("Very poor")


# Rank for "at least": higher is better.
PREDICATE_RANK: dict[str, int] = {
    Predicate.VERY_GOOD: 5,
    Predicate.GOOD: 4,
    Predicate.NEEDS_IMPROVEMENT: 3,
    Predicate.POOR: 2,
    Predicate.VERY_POOR: 1,
}

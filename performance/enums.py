"""Words of performance management (PermenPANRB 6/2022): predicates, ratings, states of reports and evaluations."""

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


class Rating(models.TextChoices):
    """Of an output, of the results and of the behaviour: against what the leader expects [S]."""

    ABOVE = "above", _("above expectation")
    MEETS = "meets", _("meets expectation")
    BELOW = "below", _("below expectation")


class ResultKind(models.TextChoices):
    """Hasil kerja utama and tambahan."""

    MAIN = "main", _("main")
    ADDITIONAL = "additional", _("additional")


class Approach(models.TextChoices):
    QUANTITATIVE = "quantitative", _("quantitative")
    QUALITATIVE = "qualitative", _("qualitative")


class Perspective(models.TextChoices):
    """Perspectives of results as agencies use them (annex to PermenPANRB 6/2022; names (unverified))."""

    SERVICE = "service", _("those who are served")
    PROCESS = "process", _("work process")
    LEARNING = "learning", _("strengthening from within")
    BUDGET = "budget", _("budget")


class RecordSource(models.TextChoices):
    TYPED = "typed", _("typed")
    IMPORTED = "imported", _("imported")


class PeriodKind(models.TextChoices):
    """Periods of an evaluation; `first` is the first look at an arrangement (two months by default, BKN [S])."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")
    FIRST = "first", _("first review of an arrangement")


# Without the first review, which follows its arrangement.
CALENDAR_PERIODS = [(kind.value, kind.label) for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)]


class AmendmentStatus(models.TextChoices):
    PROPOSED = "proposed", _("waiting for the other side")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OutputChangeKind(models.TextChoices):
    ADD = "add", _("new output")
    CHANGE = "change", _("changed output")
    DROP = "drop", _("output no longer due")


class ReportStatus(models.TextChoices):
    """A day's report: planned, then reported, then judged by who leads the person."""

    PLANNED = "planned", _("planned")
    REPORTED = "reported", _("waiting for review")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")


class LineStatus(models.TextChoices):
    OPEN = "open", _("not begun")
    PARTLY = "partly", _("partly done")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not needed any more")


class ReviewAction(models.TextChoices):
    ACCEPT = "accept", _("accepted")
    RETURN = "return", _("returned")
    RATE = "rate", _("rated")
    REOPEN = "reopen", _("opened again")


class EvaluationStatus(models.TextChoices):
    """Draft by the evaluator, shared with the person, answered, closed; closed is locked."""

    DRAFT = "draft", _("being written")
    SHARED = "shared", _("waiting for the employee")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    OBJECTED = "objected", _("objection raised")
    CLOSED = "closed", _("closed")


class Behaviour(models.TextChoices):
    """The seven values BerAKHLAK, which perilaku kerja is judged by [S]; names are kept in Indonesian."""

    SERVICE = "berorientasi_pelayanan", "Berorientasi Pelayanan"
    ACCOUNTABLE = "akuntabel", "Akuntabel"
    COMPETENT = "kompeten", "Kompeten"
    HARMONIOUS = "harmonis", "Harmonis"
    LOYAL = "loyal", "Loyal"
    ADAPTIVE = "adaptif", "Adaptif"
    COLLABORATIVE = "kolaboratif", "Kolaboratif"


class Achievement(models.TextChoices):
    """Capaian kinerja organisasi (annex 4 to PermenPANRB 6/2022 [P])."""

    SPECIAL = "istimewa", _("Outstanding")
    GOOD = "baik", _("Good")
    NEEDS_IMPROVEMENT = "butuh_perbaikan", _("Needs improvement")
    POOR = "kurang", _("Poor")
    VERY_POOR = "sangat_kurang", _("Very poor")

"""An evaluation in words and figures, for page, export and API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from performance.enums import EvaluationStatus, Rating
from performance.models import Evaluation
from performance.periods import period_words

TAGS = {
    EvaluationStatus.DRAFT: "n",
    EvaluationStatus.SHARED: "info",
    EvaluationStatus.ACKNOWLEDGED: "ok",
    EvaluationStatus.OBJECTED: "warn",
    EvaluationStatus.CLOSED: "n",
}


def tag_of(evaluation: Evaluation) -> tuple[str, str]:
    """Kind and word of its state."""
    return TAGS[EvaluationStatus(evaluation.status)], str(EvaluationStatus(evaluation.status).label)


def period_of(evaluation: Evaluation) -> str:
    return period_words(evaluation.kind, evaluation.starts_on, evaluation.ends_on)


def arithmetic_words(figures: Mapping[str, Any]) -> list[str]:
    """The sums behind the suggestion, one sentence each."""
    due = figures.get("due", 0)
    if not due:
        return [_("No output was due in this period, so nothing is suggested. Judge by what you know, and say so.")]
    share = ngettext(
        "%(on_time)d of %(due)d output due was delivered on time: %(on_time)d × 100 ÷ %(due)d = %(on_time_pct)d %%.",
        "%(on_time)d of %(due)d outputs due were delivered on time: %(on_time)d × 100 ÷ %(due)d = %(on_time_pct)d %%.",
        due,
    )
    rated = figures["rated_above"] + figures["rated_meets"] + figures["rated_below"]
    lines = [
        share % figures,
        _("Late: %(late)d. Not delivered: %(missing)d.") % figures,
        _("“Meets” from %(meets_from_pct)d %%; “above” from %(above_from_pct)d %% with one output rated above "
          "and none below.") % figures,
    ]  # fmt: skip
    if rated:
        lines.append(
            _("Rated by the supervisor: %(rated_above)d above, %(rated_meets)d meet, %(rated_below)d below.") % figures
        )
    return lines


def rating_word(code: str) -> str:
    return str(Rating(code).label) if code else "–"


def steps_of(evaluation: Evaluation) -> list[dict[str, str]]:
    """The way of the evaluation, for the timeline."""
    status = evaluation.status
    order = [EvaluationStatus.DRAFT, EvaluationStatus.SHARED, EvaluationStatus.ACKNOWLEDGED, EvaluationStatus.CLOSED]
    place = 2 if status == EvaluationStatus.OBJECTED else order.index(EvaluationStatus(status))
    answered = _("Answered by the employee")
    if status == EvaluationStatus.OBJECTED or evaluation.objection:
        answered = _("Objection by the employee")
    labels = [_("Written by %(name)s") % {"name": evaluation.evaluator.name}, _("Shared"), answered, _("Closed")]
    stamps = [evaluation.created_at, evaluation.shared_at, evaluation.answered_at, evaluation.closed_at]
    return [
        {
            "state": _state(number, place, is_closed=status == EvaluationStatus.CLOSED),
            "label": label,
            "detail": date_format(localtime(stamp), "DATETIME_FORMAT") if stamp and number <= place else "",
        }
        for number, (label, stamp) in enumerate(zip(labels, stamps, strict=True))
    ]


def _state(number: int, place: int, *, is_closed: bool) -> str:
    if number < place or is_closed:
        return "done"
    return "now" if number == place else "wait"

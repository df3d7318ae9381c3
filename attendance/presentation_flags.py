"""Integrity flags in words: what was seen, never where."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from attendance.enums import FlagKind, FlagStatus
from attendance.models import IntegrityFlag

TAG_OF_FLAG = {
    FlagStatus.OPEN: "warn",
    FlagStatus.ANSWERED: "info",
    FlagStatus.UPHELD: "stop",
    FlagStatus.DISMISSED: "n",
}


def tag_of(flag: IntegrityFlag) -> tuple[str, str]:
    return TAG_OF_FLAG[FlagStatus(flag.status)], str(flag.get_status_display())


def seen_in_words(flag: IntegrityFlag) -> str:
    """The figures behind a signal as a sentence; a figure that is missing shows as a dash."""
    figures: dict[str, Any] = {name: flag.detail.get(name, "–") for name in FIGURES.get(FlagKind(flag.kind), ())}
    texts = {
        FlagKind.ACCURACY: _("%(entries)s entries of a week with a poor position, this one within %(accuracy_m)s m."),
        FlagKind.TRAVEL: _("Two entries within %(minutes)s minutes would need %(kmh)s km/h."),
        FlagKind.SAME_POINT: _("%(entries)s entries of %(days)s days at one point, equal to the metre."),
        FlagKind.SHARED_POINT: _("%(people)s people were repeatedly at one point, equal to the metre."),
        FlagKind.CLOCK: _("The clock of the device was %(minutes)s minutes off."),
        FlagKind.SHARED_DEVICE: _("%(people)s people made entries with one device."),
        FlagKind.NO_ANSWER: _("%(missed)s questions in a row were not answered."),
        FlagKind.PROMPT_MISSED: _("A confirmation was shown and not given."),
    }
    return texts[FlagKind(flag.kind)] % figures


FIGURES: dict[FlagKind, tuple[str, ...]] = {
    FlagKind.ACCURACY: ("entries", "accuracy_m"),
    FlagKind.TRAVEL: ("minutes", "kmh"),
    FlagKind.SAME_POINT: ("entries", "days"),
    FlagKind.SHARED_POINT: ("people",),
    FlagKind.CLOCK: ("minutes",),
    FlagKind.SHARED_DEVICE: ("people",),
    FlagKind.NO_ANSWER: ("missed",),
}

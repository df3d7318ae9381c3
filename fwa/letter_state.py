"""How a letter stands on a day; computed from dates, so that no nightly job can forget to end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from fwa.enums import LetterStatus
from fwa.models import Letter


class LetterNow(models.TextChoices):
    MAKING = "making", _("being made")
    NOT_BEGUN = "not_begun", _("not yet begun")
    VALID = "valid", _("valid")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended early")
    EXPIRED = "expired", _("expired")


TAG_KINDS = {
    LetterNow.MAKING: "info",
    LetterNow.NOT_BEGUN: "info",
    LetterNow.VALID: "ok",
    LetterNow.SUSPENDED: "warn",
    LetterNow.ENDED: "stop",
    LetterNow.EXPIRED: "n",
}


@dataclass(frozen=True)
class LetterState:
    """State on a day, the last day of the arrangement, and whether a signed copy is on file."""

    now: LetterNow
    begins_on: date
    ends_on: date
    is_signed: bool

    @property
    def awaits_signature(self) -> bool:
        """Counts as decided, but its signed copy is not on file while it runs or is to come."""
        return not self.is_signed and self.now in (LetterNow.VALID, LetterNow.NOT_BEGUN)

    @property
    def tag_kind(self) -> str:
        return "warn" if self.awaits_signature else TAG_KINDS[self.now]


def letter_status_now(letter: Letter, on: date) -> LetterState:
    """The state of a letter on a day; needs `letter.request.assignment`."""
    assignment = letter.request.assignment
    if assignment is None or assignment.valid_to is None:
        raise ValueError("a letter belongs to an assignment with an end")
    ends_on = assignment.valid_to
    now = LetterNow.VALID
    if assignment.ended_on is not None:
        ends_on = min(ends_on, assignment.ended_on - timedelta(days=1))
    if assignment.ended_on is not None and on >= assignment.ended_on:
        now = LetterNow.ENDED
    elif on > ends_on:
        now = LetterNow.EXPIRED
    elif assignment.is_suspended_on(on):
        now = LetterNow.SUSPENDED
    elif letter.status in (LetterStatus.QUEUED, LetterStatus.FAILED):
        now = LetterNow.MAKING
    elif on < assignment.valid_from:
        now = LetterNow.NOT_BEGUN
    return LetterState(
        now=now, begins_on=assignment.valid_from, ends_on=ends_on, is_signed=letter.status == LetterStatus.SIGNED
    )

"""What the public check finds behind a code: the letter about one person, or the decree about many."""

from __future__ import annotations

from datetime import date

from fwa.enums import LetterStatus
from fwa.letter_state import LetterNow, LetterState, letter_status_now
from fwa.models import Decree, Letter


def paper_of(token: str) -> Letter | Decree | None:
    """The letter or the decree with this token, with what its state needs."""
    letter = Letter.objects.select_related("request__assignment").filter(token=token).first()
    return letter or Decree.objects.select_related("determination").filter(token=token).first()


def state_of(paper: Letter | Decree, on: date) -> LetterState:
    """How it stands on a day. A decree ends with its period; whose arrangement ended earlier is in their excerpt."""
    if isinstance(paper, Letter):
        return letter_status_now(paper, on)
    period = paper.determination
    now = LetterNow.VALID
    if on > period.valid_to:
        now = LetterNow.EXPIRED
    elif paper.status in (LetterStatus.QUEUED, LetterStatus.FAILED):
        now = LetterNow.MAKING
    elif on < period.valid_from:
        now = LetterNow.NOT_BEGUN
    is_signed = paper.status == LetterStatus.SIGNED
    return LetterState(now=now, begins_on=period.valid_from, ends_on=period.valid_to, is_signed=is_signed)

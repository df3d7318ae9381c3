"""Errors of performance that have a meaning of their own for people."""

from __future__ import annotations

from django_fsm import TransitionNotAllowed


class StateChanged(TransitionNotAllowed):
    """Somebody else was quicker, or it is over already; a normal outcome with its own words (409)."""

    for_people = True

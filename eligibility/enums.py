"""Words of the rules: kinds of flexibility, places, marks, severities and outcomes."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy


class FlexKind(models.TextChoices):
    """Kinds of flexibility (PermenPANRB 4/2025 Arts 11, 17 [Q]); location and time may be combined."""

    LOCATION = "location", _("Location")
    SHIFT = "shift", _("Shift")
    DYNAMIC = "dynamic", _("Dynamic hours")
    LOCATION_TIME = "location_time", _("Location and hours")


class PolicyCode(models.TextChoices):
    LOCATION = "location", _("Location flexibility")
    SHIFT = "shift", _("Shift flexibility")
    DYNAMIC = "dynamic", _("Dynamic hours flexibility")


# Which policies a request must pass; both facets of a combined request are judged.
POLICIES_OF_KIND: dict[str, tuple[str, ...]] = {
    FlexKind.LOCATION: (PolicyCode.LOCATION,),
    FlexKind.SHIFT: (PolicyCode.SHIFT,),
    FlexKind.DYNAMIC: (PolicyCode.DYNAMIC,),
    FlexKind.LOCATION_TIME: (PolicyCode.LOCATION, PolicyCode.DYNAMIC),
}
LOCATION_KINDS = (FlexKind.LOCATION, FlexKind.LOCATION_TIME)
TIME_KINDS = (FlexKind.SHIFT, FlexKind.DYNAMIC, FlexKind.LOCATION_TIME)


class PlaceKind(models.TextChoices):
    """Where (Art 12 [Q]); the field task is exempt from the weekly cap by its nature (Art 13)."""

    HOME = "home", pgettext_lazy("place", "Home")
    OTHER_OFFICE = "other_office", _("Another office")
    OTHER = "other", _("Another place")
    FIELD = "field", _("Field, by the nature of the task")


class Mark(models.TextChoices):
    """Who may change a rule (regulation 8): law, appointing authority, HR admin, unit head."""

    LAW = "L", _("law")
    DECREE = "P", _("decree")
    HR = "H", _("HR admin")
    UNIT = "U", _("unit head")


class Severity(models.TextChoices):
    BLOCK = "block", _("blocks")
    WARN = "warn", _("warns")
    MANUAL = "manual", _("a person checks")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    REPLACED = "replaced", _("replaced before it began")


class Outcome(models.TextChoices):
    """Outcome of one rule."""

    PASSED = "passed", _("met")
    FAILED = "failed", _("not met")
    WARNED = "warned", _("note")
    WAIVED = "waived", _("waived")
    MANUAL = "manual", _("a person checks")


class Verdict(models.TextChoices):
    ELIGIBLE = "eligible", _("Eligible")
    NEEDS_PERSON = "needs_person", _("Eligible, a person checks")
    NOT_ELIGIBLE = "not_eligible", _("Not eligible")


class Change(models.TextChoices):
    """What a new version does to one person; `eligible` is with or without a check by a person."""

    LOST = "lost", _("loses")
    GAINED = "gained", _("gains")
    SHIFTED = "shifted", _("stays eligible, the check changes")
    SAME = "same", _("unchanged")


class QuotaBasis(models.TextChoices):
    """How Art 13's percentage is read; both readings are possible (DESIGN, mark P)."""

    PER_DAY = "per_day", _("people away on one day")
    HOLDERS = "holders", _("people who hold an arrangement")


class Rounding(models.TextChoices):
    DOWN = "down", _("down")
    NEAREST = "nearest", _("to the nearest")
    UP = "up", _("up")


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped by an error")


def article(legal_basis: str) -> str:
    """A legal basis in the reader's language: it is stored with "Ps." (pasal) and the paragraph in brackets."""
    paragraph = pgettext("paragraph of an article", "%(article)s(%(number)s)")
    words = legal_basis.replace("Ps.", pgettext("article of a law", "Art."))
    return re.sub(r"(\d+)\((\d+)\)", lambda found: paragraph % {"article": found[1], "number": found[2]}, words)

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


class DayPart(models.TextChoices):
    """A whole day, or its first or second half."""

    WHOLE = "whole", _("whole day")
    FIRST = "first", _("first half")
    SECOND = "second", _("second half")


class PatternKind(models.TextChoices):
    """Kinds of unit default: five or six days, or every day (Perpres 21/2023 Arts 3, 7 [Q])."""

    FIVE_DAY = "five_day", _("five days")
    SIX_DAY = "six_day", _("six days")
    EVERY_DAY = "every_day", _("every day")


class Source(models.TextChoices):
    """What decided the expected part of a day, the highest first (design 4)."""

    LEAVE = "leave", _("leave")
    SICK = "sick", _("sick leave")
    TRAVEL = "travel", _("official travel")
    TRAINING = "training", _("training")
    ROSTER = "roster", _("roster")
    HOLIDAY = "holiday", _("public holiday")
    JOINT_LEAVE = "joint_leave", _("joint leave")
    PERIOD = "period", _("national or emergency period")
    ARRANGEMENT = "arrangement", _("arrangement")
    UNIT = "unit", _("unit's working hours")


# The order of the expected axis; a lower number wins.
SOURCE_ORDER = {source: number for number, source in enumerate(Source.values)}


class Whereabouts(models.TextChoices):
    """Where somebody is expected to be on a day."""

    OFFICE = "office", _("office")
    SHIFT = "shift", _("on shift")
    HOME = "home", _("at home")
    OTHER_OFFICE = "other_office", _("another office")
    OTHER = "other", _("another place")
    FIELD = "field", _("in the field")
    TRAVEL = "travel", _("official travel")
    TRAINING = "training", _("training")
    LEAVE = "leave", _("leave")
    SICK = "sick", _("sick leave")
    OFF = "off", _("day off")


class DayState(models.TextChoices):
    """What became of a day. An outage is never a state: it only excuses."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("under way")
    PRESENT = "present", _("present")
    INCOMPLETE = "incomplete", _("entry missing")
    NO_ENTRY = "no_entry", _("no entry")
    AWAY = "away", _("absent with a reason")
    OFF = "off", _("day off")
    WORKED_OFF = "worked_off", _("worked on a day off")


class RosterStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class RosterChangeKind(models.TextChoices):
    """What was changed: a shift, or who stands on the roster from a day on."""

    SHIFT = "shift", _("shift")
    JOINED = "joined", _("put on the roster")
    LEFT = "left", _("taken off the roster")


class SwapStatus(models.TextChoices):
    ASKED = "asked", _("waiting for the colleague")
    AGREED = "agreed", _("waiting for the supervisor")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ProposalStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("calculating")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")


class Direction(models.TextChoices):
    """What an entry says; always told by the person or the terminal, never guessed."""

    IN = "in", _("check-in")
    OUT = "out", _("check-out")
    CONFIRM = "confirm", _("confirmation")


class Channel(models.TextChoices):
    """How an entry came in."""

    APP = "app", _("app")
    TERMINAL = "terminal", _("terminal")
    API = "api", _("connected system")


class MatchedPlace(models.TextChoices):
    """The valid place that an entry's position fits; the position itself is not kept here."""

    PLACEMENT = "placement", _("office of placement")
    OTHER_OFFICE = "other_office", _("another office")
    HOME = "home", _("registered home")
    HOME_UNCONFIRMED = "home_unconfirmed", _("home, place not yet confirmed")
    GRANTED = "granted", _("granted place")
    ELSEWHERE = "elsewhere", _("outside the valid places")
    UNKNOWN = "unknown", _("without a position")


class DistanceBand(models.TextChoices):
    INSIDE = "inside", _("within the radius")
    NEAR = "near", _("within twice the radius")
    FAR = "far", _("farther away")
    UNKNOWN = "unknown", _("not known")


class Confidence(models.TextChoices):
    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")
    UNKNOWN = "unknown", _("not known")


class CorrectionReason(models.TextChoices):
    """The first four are those of regulation 3 (manual recording); the others are everyday ones. DESIGN."""

    SYSTEM_DOWN = "system_down", _("the system or the device failed")
    NOT_ENROLLED = "not_enrolled", _("not yet enrolled")
    NOT_RECOGNISED = "not_recognised", _("identity was not recognised")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    DUTY_OUTSIDE = "duty_outside", _("duty outside the office")
    FORGOTTEN = "forgotten", _("forgotten")


class CorrectionStatus(models.TextChoices):
    SUBMITTED = "submitted", _("waiting for the supervisor")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OutageCause(models.TextChoices):
    SYSTEM = "system", _("this system")
    SITE = "site", _("an office")
    TERMINAL = "terminal", _("a terminal")


class FlagKind(models.TextChoices):
    """Signals for a person to judge; none of them marks a day by itself (regulation 5.3, DESIGN)."""

    ACCURACY = "accuracy", _("poor accuracy")
    TRAVEL = "travel", _("too fast between two places")
    SAME_POINT = "same_point", _("the same point again and again")
    SHARED_POINT = "shared_point", _("several people at one point")
    CLOCK = "clock", _("clock of the device far off")
    SHARED_DEVICE = "shared_device", _("a device used by many")
    NO_ANSWER = "no_answer", _("contacts not answered")
    PROMPT_MISSED = "prompt_missed", _("confirmation not given")


class FlagStatus(models.TextChoices):
    OPEN = "open", _("waiting for an answer")
    ANSWERED = "answered", _("answered, to be judged")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class ContactKind(models.TextChoices):
    REPLY = "reply", _("asks for a reply")
    RECALL = "recall", _("recall to the office")


class FeedScope(models.TextChoices):
    PERSON = "person", _("own calendar")
    TEAM = "team", _("team calendar")

"""States, steps and grounds of a request."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """Grounds for flexible work: the task or the employee's special circumstance (Art 8 [Q])."""

    TASK = "task", _("Nature of the task")
    SPECIAL = "special_circumstance", _("Special circumstance")


class RequestStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In progress")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What an employee may still edit.
EDITABLE = (RequestStatus.DRAFT, RequestStatus.RETURNED)
# What nobody decides any more.
FINAL = (RequestStatus.APPROVED, RequestStatus.REJECTED, RequestStatus.WITHDRAWN)


class StepRole(models.TextChoices):
    """Levels of the chain (default DESIGN, regulation 8 `approval.chain`)."""

    SUPERVISOR = "supervisor", _("Direct supervisor")
    UNIT_HEAD = "unit_head", _("Unit head")
    HR = "hr", _("HR verification")
    AUTHORITY = "authority", _("Determining authority")


class StepStatus(models.TextChoices):
    WAITING = "waiting", _("later")
    CURRENT = "current", _("waits")
    APPROVED = "approved", _("agreed")
    RETURNED = "returned", _("returned")
    REJECTED = "rejected", _("rejected")
    SKIPPED = "skipped", _("passed over")
    CANCELLED = "cancelled", _("no longer needed")


class DateStatus(models.TextChoices):
    """Fate of one requested date."""

    REQUESTED = "requested", _("requested")
    HELD = "held", _("place held")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("not granted")
    SUSPENDED = "suspended", _("suspended")
    DROPPED = "dropped", _("given up")


class DecisionKind(models.TextChoices):
    SUBMIT = "submit", _("sent")
    APPROVE = "approve", _("agreed")
    APPROVE_PART = "approve_part", _("agreed for part of the dates")
    RETURN = "return", _("returned for change")
    REJECT = "reject", _("rejected")
    WITHDRAW = "withdraw", _("withdrawn")
    END_EARLY = "end_early", _("ended early")
    CONTINUE = "continue", _("goes on after a review")
    SUSPEND = "suspend", _("suspended after a review")
    RESUME = "resume", _("suspension lifted")
    ESCALATE = "escalate", _("passed on, nobody could decide")
    HOLD_EXPIRED = "hold_expired", _("the held places expired")
    DETERMINE = "determine", _("determined by a group decree")


class RefusalGround(models.TextChoices):
    """Coded grounds for a refusal (DESIGN); each needs a reason in words and an alternative."""

    SERVICE_MINIMUM = "service_minimum", _("The service minimum would be broken")
    QUOTA = "quota", _("The unit's quota is used up")
    TASK = "task", _("The task cannot be done that way")
    PERFORMANCE = "performance", _("Outputs or performance do not support it")
    DISCIPLINE = "discipline", _("Discipline criterion not met")
    EVIDENCE = "evidence", _("Reason or evidence is not sufficient")
    READINESS = "readiness", _("The unit is not ready")
    OTHER = "other", _("Another ground")


class LetterStatus(models.TextChoices):
    QUEUED = "queued", _("is being made")
    AWAITING_SIGNATURE = "awaiting_signature", _("awaits signature")
    SIGNED = "signed", _("signed copy on file")
    FAILED = "failed", _("could not be made yet")


class DateProblem(models.TextChoices):
    """Why a date does not pass; the order is the order of telling."""

    PAST = "past", _("in the past")
    TOO_FAR = "too_far", _("after the longest period")
    HOLIDAY = "holiday", _("holiday")
    NOT_PLACED = "not_placed", _("no placement that day")
    UNIT_CLOSED = "unit_closed", _("your unit is not in operation that day")
    ABSENT = "absent", _("leave or travel")
    ROSTERED = "rostered", _("on the published roster, which goes first")
    CLASH = "clash", _("another arrangement")
    OVER_CAP = "over_cap", _("over the weekly cap")
    UNIT_FULL = "unit_full", _("unit full")
    BELOW_MINIMUM = "below_minimum", _("below the minimum")
    NOT_AGREED = "not_agreed", _("not agreed by the unit head")


# What the applicant can mend alone; a request with such dates is not sent.
OWN_PROBLEMS = (
    DateProblem.PAST,
    DateProblem.TOO_FAR,
    DateProblem.NOT_PLACED,
    DateProblem.UNIT_CLOSED,
    DateProblem.ABSENT,
    DateProblem.ROSTERED,
    DateProblem.CLASH,
    DateProblem.OVER_CAP,
)


class DeterminationStatus(models.TextChoices):
    """States of a group determination (penetapan kolektif)."""

    DRAFT = "draft", _("Draft")
    PREPARED = "prepared", _("Prepared")
    DECIDING = "deciding", _("Being determined")
    DECIDED = "decided", _("Determined")
    FAILED = "failed", _("Stopped by an error")
    DISCARDED = "discarded", _("Discarded")


# Whose people and plan may still be changed.
OPEN_DETERMINATIONS = (DeterminationStatus.DRAFT, DeterminationStatus.PREPARED, DeterminationStatus.FAILED)


class Pattern(models.TextChoices):
    """How the days of a group determination are found."""

    FIXED = "fixed", _("Fixed weekdays")
    ROTATION = "rotation", _("Fair rotation")


class MemberSource(models.TextChoices):
    CRITERIA = "criteria", _("criteria")
    LIST = "list", _("list")
    ANNEX = "annex", _("annex")


class MemberChange(models.TextChoices):
    """What an amendment does with a person of the annex."""

    ADD = "add", _("added")
    REMOVE = "remove", _("taken out")
    CHANGE = "change", _("other days")


class MemberOutcome(models.TextChoices):
    """What the plan says about one person."""

    PLANNED = "planned", _("gets days")
    NOT_ELIGIBLE = "not_eligible", _("not eligible")
    NO_DAY = "no_day", _("no day is free")
    NOT_PLACED = "not_placed", _("does not serve in the unit")
    DECIDES = "decides", _("decides, and so is left out")
    EXCLUDED = "excluded", _("left out")
    ENDS = "ends", _("arrangement ends")

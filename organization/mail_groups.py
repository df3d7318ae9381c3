"""What people choose about mails: groups of notices, and which notices are sent whatever one chose. Pure values."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeGroup(TextChoices):
    """By what a notice is about; the first part of its code decides."""

    REQUESTS = "requests", _("Requests and determinations")
    SCHEDULE = "schedule", _("Attendance and schedules")
    PERFORMANCE = "performance", _("Plans, reports and evaluations")
    OFFICE = "office", _("Imports, set-up and personal data")


class MailDelivery(TextChoices):
    NOW = "now", _("at once")
    DIGEST = "digest", _("once a day, together")
    OFF = "off", _("only in the app")


_GROUPS = {
    "fwa": NoticeGroup.REQUESTS,
    "attendance": NoticeGroup.SCHEDULE,
    "presence": NoticeGroup.SCHEDULE,
    "national_period": NoticeGroup.SCHEDULE,
    "performance": NoticeGroup.PERFORMANCE,
}
# Decisions about oneself, rights that end on a day, calls that wait for minutes, and looks at one's own data.
ALWAYS_AT_ONCE = frozenset(
    {
        "account.activation",
        "attendance.flag_raised",
        "attendance.recalled",
        "attendance.reply_asked",
        "attendance.threshold_own",
        "fwa.approved",
        "fwa.determined",
        "fwa.ended",
        "fwa.rejected",
        "fwa.returned",
        "fwa.review_decided",
        "fwa.review_opened",
        "fwa.suspension_lifted",
        "performance.evaluation_shared",
        "presence.home_opened",
        "presence.location_opened",
        "presence.prompt",
    }
)


def group_of(code: str) -> NoticeGroup:
    """The group of a notice; whatever belongs to no other is office matters."""
    return _GROUPS.get(code.partition(".")[0], NoticeGroup.OFFICE)

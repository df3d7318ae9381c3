"""What people are told about proposals, and about absences that leave a unit short."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from organization.notices import register_notice

register_notice(
    "attendance.proposal_done",
    subject=_("The roster proposal for %(unit)s is ready"),
    body=_("The open cells of the draft from %(start_on)s to %(end_on)s are filled. Look at them before you publish."),
)
register_notice(
    "attendance.short",
    subject=_("%(unit)s: below the minimum on %(day_on)s"),
    body=_("An absence leaves too few people on %(days)s day(s) from %(day_on)s. See who could come in."),
)

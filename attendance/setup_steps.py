"""What attendance adds to the set-up of an empty agency: the day from which entries are required."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import AttendanceTerms
from attendance.terms import attendance_terms_on
from organization.models import User
from organization.setup import SetupStep, register_seeder, register_step

# Time to bring people in and to tell them how to check in; HR sets another day on the page of the terms. DESIGN.
TIME_TO_BEGIN = timedelta(days=30)


@register_seeder(order=40)
def begin_later(*, by: User, on: date) -> None:
    """Nobody is absent without a reason while the agency is still being set up."""
    AttendanceTerms.objects.filter(judged_from__isnull=True).update(judged_from=on + TIME_TO_BEGIN)


@register_step
def presence_step(user: User) -> SetupStep:
    terms = attendance_terms_on(timezone.localdate())
    begins = terms.judged_from
    words = _("Entries are required from %(day)s.") % {"day": date_format(begins, "DATE_FORMAT")} if begins else ""
    return SetupStep(
        code="presence",
        label=gettext_lazy("Terms of attendance"),
        done=bool(terms.decree_no),
        detail=words,
        missing=gettext_lazy("Until then work days are shown, but nobody is judged by them."),
        url_name="attendance:terms_list",
        action=gettext_lazy("See the terms"),
        order=60,
        required=False,
    )

"""Messages about integrity flags. None tells what was seen or whom it is about outside the app."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models import IntegrityFlag
from organization.leading import leaders_of
from organization.models import Employee
from organization.notices import register_notice
from organization.services.notices import Told, notify, notify_each

register_notice(
    "attendance.flag_raised",
    subject=_("Something about your entries looks unusual"),
    body=_("It may have a good reason. Please look at it and answer; nothing follows by itself."),
)
register_notice(
    "attendance.flag_answered",
    subject=_("A flag was answered"),
    body=_("%(name)s has answered. Please judge it."),
    mail_body=_("Somebody you lead has answered. Please judge it."),
)
register_notice(
    "attendance.flag_judged",
    subject=_("A flag about your entries was judged"),
    body=_("Open it to read the judgement and its reason."),
)


def tell_raised(employee_ids: Collection[int], *, on: date) -> None:
    """Each person once a day, however many flags; a fixed number of statements."""
    people = Employee.objects.filter(pk__in=employee_ids, user__isnull=False).select_related("user")
    url = f"{reverse('attendance:flag_list')}?own=on"
    told = [Told(person.user, {}, url, f"flag:{person.pk}:{on.isoformat()}") for person in people if person.user]
    notify_each("attendance.flag_raised", told)


def tell_answered(flag: IntegrityFlag) -> None:
    leaders = leaders_of([flag.employee_id], on=timezone.localdate()).get(flag.employee_id, ())
    notify(
        user_ids=[user_id for user_id in leaders if user_id != flag.employee.user_id],
        code="attendance.flag_answered",
        context={"name": flag.employee.name},
        url=reverse("attendance:flag", args=[flag.pk]),
        key=f"flag-answered:{flag.pk}",
    )


def tell_judged(flag: IntegrityFlag) -> None:
    if flag.employee.user_id is not None:
        notify(
            user_ids=[flag.employee.user_id],
            code="attendance.flag_judged",
            context={},
            url=reverse("attendance:flag", args=[flag.pk]),
            key=f"flag-judged:{flag.pk}",
        )

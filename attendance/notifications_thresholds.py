"""Messages about steps of the ladder. A mail names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attendance.models import ThresholdFlag
from organization.leading import leaders_of
from organization.models import Employee, User
from organization.notices import register_notice
from organization.services.notices import Told, notify_each

register_notice(
    "attendance.threshold_reached",
    subject=_("Absence without a reason: a step is reached"),
    body=_(
        "%(name)s: %(days)s days counted in %(year)s. Talk with them, then note what was done. The system imposes "
        "nothing."
    ),
    mail_body=_("Somebody you lead reached a step. Open it, talk with them, then note what was done."),
)
register_notice(
    "attendance.threshold_own",
    subject=_("Your days without a reason reached a step"),
    body=_("%(days)s days are counted in %(year)s, and your supervisor was told. Ask for a correction of a wrong day."),
    mail_body=_("Your supervisor was told. Open your figures, and ask for a correction where a day is wrong."),
)


def tell_reached(flags: Sequence[ThresholdFlag], *, on: date) -> None:
    """Those who lead each person, and the person; a fixed number of statements."""
    if not flags:
        return
    ids = {flag.employee_id for flag in flags}
    people = Employee.objects.select_related("user").in_bulk(ids)
    leaders = leaders_of(ids, on=on)
    users = User.objects.in_bulk({user_id for found in leaders.values() for user_id in found})
    to_leaders, to_people = [], []
    for flag in flags:
        person = people[flag.employee_id]
        key = f"threshold:{flag.pk}:{flag.raised_at.isoformat()}"
        context = {"days": flag.days, "year": flag.year}
        url = reverse("attendance:threshold", args=[flag.pk])
        for user_id in leaders.get(flag.employee_id, ()):
            to_leaders.append(Told(users[user_id], {**context, "name": person.name}, url, key))
        if person.user is not None:
            to_people.append(Told(person.user, context, reverse("attendance:accumulated"), key))
    notify_each("attendance.threshold_reached", to_leaders)
    notify_each("attendance.threshold_own", to_people)

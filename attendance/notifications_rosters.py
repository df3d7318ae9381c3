"""Messages about rosters and swaps: they name unit, period and day, never why somebody is absent."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models import Roster, RosterChange, ShiftSwap
from organization.enums import Role
from organization.leading import leaders_of
from organization.models import Employee, RoleGrant
from organization.notices import register_notice
from organization.services.notices import Told, notify, notify_each

register_notice(
    "attendance.roster_published",
    subject=_("Your roster from %(start_on)s is published"),
    body=_("The roster of %(unit)s from %(start_on)s to %(end_on)s stands. Look at your shifts."),
)
register_notice(
    "attendance.roster_changed",
    subject=_("Your roster changed: %(day_on)s"),
    body=_("%(unit)s changed your roster on %(day_on)s from %(before)s to %(after)s. Reason: %(reason)s"),
    mail_body=_("%(unit)s changed your roster on %(day_on)s from %(before)s to %(after)s."),
    words={"before": lambda code: code or _("day off"), "after": lambda code: code or _("day off")},
)
register_notice(
    "attendance.roster_joined",
    subject=_("You stand on the roster from %(day_on)s"),
    body=_("%(unit)s put you on its roster from %(day_on)s. Reason: %(reason)s Look at your shifts."),
    mail_body=_("%(unit)s put you on its roster from %(day_on)s. Look at your shifts."),
)
register_notice(
    "attendance.roster_left",
    subject=_("You are off the roster from %(day_on)s"),
    body=_("%(unit)s took you off its roster from %(day_on)s; the unit's usual hours hold then. Reason: %(reason)s"),
    mail_body=_("%(unit)s took you off its roster from %(day_on)s; the unit's usual hours hold then."),
)
register_notice(
    "attendance.roster_below",
    subject=_("%(unit)s: roster below the minimum"),
    body=_("The unit head of %(unit)s keeps a roster from %(start_on)s to %(end_on)s that misses a minimum or rest."),
)
register_notice(
    "attendance.swap_asked",
    subject=_("%(name)s asks you to swap shifts"),
    body=_("%(own_on)s for %(other_on)s. Open it to agree or to decline."),
)
register_notice(
    "attendance.swap_waits",
    subject=_("A swap of shifts waits for you"),
    body=_("%(name)s and %(colleague)s want to swap %(own_on)s for %(other_on)s."),
)
register_notice(
    "attendance.swap_approved",
    subject=_("The swap of shifts is approved"),
    body=_("%(name)s and %(colleague)s have swapped %(own_on)s for %(other_on)s."),
)
register_notice(
    "attendance.swap_refused",
    subject=_("The swap of shifts is refused"),
    body=_("%(name)s and %(colleague)s keep their shifts of %(own_on)s and %(other_on)s. Open it for the reason."),
)
register_notice(
    "attendance.swap_withdrawn",
    subject=_("A swap of shifts was withdrawn"),
    body=_("%(name)s does not ask any more to swap %(own_on)s for %(other_on)s."),
)


def _period(roster: Roster) -> dict[str, str]:
    return {
        "unit": roster.unit.name,
        "start_on": roster.starts_on.isoformat(),
        "end_on": roster.ends_on.isoformat(),
    }


def tell_published(roster: Roster, user_ids: Iterable[int | None]) -> None:
    notify(
        user_ids=[user_id for user_id in user_ids if user_id],
        code="attendance.roster_published",
        context=_period(roster),
        url=reverse("attendance:my_roster"),
        key=f"roster_published:{roster.pk}",
    )


def tell_changed(roster: Roster, changes: Collection[RosterChange]) -> None:
    """Each person of their own days."""
    rows = RosterChange.objects.filter(pk__in=[change.pk for change in changes])
    url = reverse("attendance:my_roster")
    told = []
    for change in rows.select_related("employee__user", "before", "after"):
        user = change.employee.user
        if user is None or change.changed_by_id == user.pk:
            continue
        context = {
            "unit": roster.unit.name,
            "day_on": change.day.isoformat(),
            "before": change.before.code if change.before else "",
            "after": change.after.code if change.after else "",
            "reason": change.reason,
        }
        told.append(Told(user=user, context=context, url=url, key=f"roster_changed:{change.pk}"))
    notify_each("attendance.roster_changed", told)


def tell_membership(roster: Roster, change: RosterChange) -> None:
    """Whoever joined or left, by one message."""
    user = change.employee.user
    if user is None or change.changed_by_id == user.pk:
        return
    notify(
        user_ids=[user.pk],
        code=f"attendance.roster_{change.kind}",
        context={"unit": roster.unit.name, "day_on": change.day.isoformat(), "reason": change.reason},
        url=reverse("attendance:my_roster"),
        key=f"roster_changed:{change.pk}",
    )


def tell_below(roster: Roster, *, key: str = "published") -> None:
    """HR of the unit learns of every roster that the head keeps below a minimum."""
    hr = RoleGrant.objects.active_on(timezone.localdate()).filter(
        Q(unit__isnull=True) | Q(unit_id__in=roster.unit.path_ids), role=Role.HR_ADMIN
    )
    notify(
        user_ids=list(hr.values_list("user_id", flat=True)),
        code="attendance.roster_below",
        context=_period(roster),
        url=reverse("attendance:roster", args=[roster.pk]),
        key=f"roster_below:{roster.pk}:{key}",
    )


def _tell(swap: ShiftSwap, what: str, user_ids: Iterable[int | None]) -> None:
    notify(
        user_ids=[user_id for user_id in user_ids if user_id],
        code=f"attendance.swap_{what}",
        context={
            "name": swap.applicant.name,
            "colleague": swap.colleague.name,
            "own_on": swap.own_day.isoformat(),
            "other_on": swap.other_day.isoformat(),
        },
        url=reverse("attendance:swap", args=[swap.pk]),
        key=f"swap_{what}:{swap.pk}",
    )


def tell_swap_asked(swap: ShiftSwap) -> None:
    _tell(swap, "asked", [swap.colleague.user_id])


def tell_swap_agreed(swap: ShiftSwap) -> None:
    """Whoever leads both decides; where nobody does, whoever leads one of them is told."""
    leaders = leaders_of([swap.applicant_id, swap.colleague_id], on=timezone.localdate())
    first, second = leaders.get(swap.applicant_id, set()), leaders.get(swap.colleague_id, set())
    own = {swap.applicant.user_id, swap.colleague.user_id}
    _tell(swap, "waits", ((first & second) or (first | second)) - own)


def tell_swap_decided(swap: ShiftSwap, *, approved: bool) -> None:
    _tell(swap, "approved" if approved else "refused", _both(swap.applicant, swap.colleague))


def tell_swap_withdrawn(swap: ShiftSwap) -> None:
    _tell(swap, "withdrawn", [swap.colleague.user_id])


def _both(*people: Employee) -> list[int | None]:
    return [person.user_id for person in people]

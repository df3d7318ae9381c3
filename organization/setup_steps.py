"""The organisation's own lines of the set-up checklist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organization.counting import count_each
from organization.enums import ReadinessStatus, Role
from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Employee,
    Holiday,
    Placement,
    PositionTask,
    RamadanPeriod,
    RoleGrant,
    Site,
    UnitReadiness,
    User,
)
from organization.setup import SetupStep, register_step

NAMED_ROLES = (Role.AUTHORITY, Role.EVIDENCE_OFFICER, Role.AUDITOR)
Numbers = dict[str, int]


def read_numbers(today: date) -> Numbers:
    """What the steps ask, counted in one query; a name is absent where nothing was found."""
    grants = RoleGrant.objects.active_on(today)
    complete = AgencyProfile.objects.exclude(letterhead_1="").exclude(address="").exclude(city="")
    confirmed = UnitReadiness.objects.filter(status=ReadinessStatus.CONFIRMED).exclude(valid_to__lt=today)
    return count_each(
        {
            "profile": complete,
            "decree": AgencyDecree.objects.active_on(today),
            "people": Employee.objects.all(),
            "positions": (Placement.objects.active_on(today), "position"),
            "mapped": (PositionTask.objects.active_on(today), "position"),
            "sites": Site.objects.filter(is_active=True),
            "active": User.objects.filter(is_active=True, is_service=False),
            "waiting": User.objects.filter(activated_at__isnull=True, deactivated_at__isnull=True),
            "declared": UnitReadiness.objects.filter(status=ReadinessStatus.DECLARED),
            "ready": (confirmed.filter(technology=True, supervision=True), "unit"),
            "years": (Holiday.objects.filter(day__year__in=(today.year, today.year + 1)), "day__year"),
            "ramadan": RamadanPeriod.objects.filter(valid_to__gte=today),
            **{role.value: grants.filter(role=role) for role in NAMED_ROLES},
        }
    )


@register_step
def organization_steps(user: User) -> Iterator[SetupStep]:
    numbers = read_numbers(timezone.localdate())
    for step in (
        profile_step,
        decree_step,
        import_step,
        tasks_step,
        sites_step,
        accounts_step,
        roles_step,
        readiness_step,
        calendar_step,
    ):
        yield step(numbers)


def profile_step(numbers: Numbers) -> SetupStep:
    return SetupStep(
        code="profile",
        label=gettext_lazy("Profile and letterhead"),
        done="profile" in numbers,
        detail="",
        missing=gettext_lazy("Decision letters would carry no letterhead, address or place of signing."),
        url_name="organization:agency",
        action=gettext_lazy("Fill in the profile"),
        order=10,
    )


def decree_step(numbers: Numbers) -> SetupStep:
    return SetupStep(
        code="decree",
        label=gettext_lazy("Decree that allows flexible working"),
        done="decree" in numbers,
        detail="",
        missing=gettext_lazy("Flexible working is optional for an agency: without its decree nobody is eligible."),
        url_name="organization:decree_list",
        action=gettext_lazy("Record the decree"),
        order=20,
    )


def import_step(numbers: Numbers) -> SetupStep:
    people = numbers.get("people", 0)
    return SetupStep(
        code="import",
        label=gettext_lazy("Employees, units and positions"),
        done=people > 0,
        detail=ngettext("%(count)s employee", "%(count)s employees", people) % {"count": people},
        missing=gettext_lazy("There is nobody who could ask or decide."),
        url_name="organization:import_list",
        action=gettext_lazy("Import the personnel file"),
        order=40,
    )


def tasks_step(numbers: Numbers) -> SetupStep:
    mapped = numbers.get("mapped", 0)
    return SetupStep(
        code="tasks",
        label=gettext_lazy("Tasks of each position"),
        done=mapped > 0,
        detail=_("%(count)s of %(total)s positions held are mapped")
        % {"count": mapped, "total": max(mapped, numbers.get("positions", 0))},
        missing=gettext_lazy(
            "The criteria of Arts 23 and 24 look at the tasks: a position without them does not pass."
        ),
        url_name="organization:position_list",
        action=gettext_lazy("Map the tasks"),
        order=50,
    )


def sites_step(numbers: Numbers) -> SetupStep:
    count = numbers.get("sites", 0)
    return SetupStep(
        code="sites",
        label=gettext_lazy("Offices"),
        done=count > 0,
        detail=ngettext("%(count)s office", "%(count)s offices", count) % {"count": count},
        missing=gettext_lazy("Nobody can ask to work from another office."),
        url_name="organization:site_list",
        action=gettext_lazy("Enter the offices"),
        order=60,
        required=False,
    )


def accounts_step(numbers: Numbers) -> SetupStep:
    waiting = numbers.get("waiting", 0)
    active = numbers.get("active", 0)
    return SetupStep(
        code="accounts",
        label=gettext_lazy("Accounts"),
        done=active > 1,
        detail=_("%(active)s active, %(waiting)s wait for activation") % {"active": active, "waiting": waiting},
        missing=gettext_lazy("People cannot log in until they activate their account, by e-mail or with a slip."),
        url_name="organization:account_list",
        action=gettext_lazy("Hand accounts out"),
        order=70,
    )


def roles_step(numbers: Numbers) -> SetupStep:
    missing = [role.label for role in NAMED_ROLES if role not in numbers]
    return SetupStep(
        code="roles",
        label=gettext_lazy("Authority and other roles"),
        done=Role.AUTHORITY in numbers,
        detail=_("Not given yet: %(roles)s") % {"roles": ", ".join(str(label) for label in missing)} if missing else "",
        missing=gettext_lazy("Without a determining authority no request can be decided."),
        url_name="organization:role_list",
        action=gettext_lazy("Give the roles"),
        order=80,
    )


def readiness_step(numbers: Numbers) -> SetupStep:
    return SetupStep(
        code="readiness",
        label=gettext_lazy("Readiness of the units"),
        done="ready" in numbers,
        detail=_("%(ready)s confirmed, %(declared)s wait for you")
        % {"ready": numbers.get("ready", 0), "declared": numbers.get("declared", 0)},
        missing=gettext_lazy(
            "Nobody is eligible before the unit head has declared the unit ready and HR confirmed it."
        ),
        url_name="organization:readiness_list",
        action=gettext_lazy("Confirm the readiness"),
        order=85,
    )


def calendar_step(numbers: Numbers) -> SetupStep:
    seeded = numbers.get("years", 0) == 2  # this year and the next
    ramadan = numbers.get("ramadan", 0) > 0
    detail = "" if ramadan else _("The next Ramadan is not entered yet.")
    return SetupStep(
        code="calendar",
        label=gettext_lazy("Holidays, joint leave and Ramadan"),
        done=seeded and ramadan,
        detail=detail,
        missing=gettext_lazy("Days would be granted on holidays, and the shorter hours of Ramadan would not apply."),
        url_name="organization:calendar",
        action=gettext_lazy("Check the calendar"),
        order=90,
        required=False,
    )

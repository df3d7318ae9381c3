"""The organisation's own lines of the set-up checklist."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organization.enums import Role
from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Employee,
    Holiday,
    PositionTask,
    RamadanPeriod,
    RoleGrant,
    Site,
    User,
)
from organization.setup import SetupStep, register_step


@register_step
def profile_step(user: User) -> SetupStep:
    profile = AgencyProfile.objects.first()
    filled = bool(profile and profile.letterhead_1 and profile.address and profile.city)
    return SetupStep(
        code="profile",
        label=gettext_lazy("Profile and letterhead"),
        done=filled,
        detail=profile.name if profile else "",
        missing=gettext_lazy("Decision letters would carry no letterhead, address or place of signing."),
        url_name="organization:agency",
        action=gettext_lazy("Fill in the profile"),
        order=10,
    )


@register_step
def decree_step(user: User) -> SetupStep:
    today = timezone.localdate()
    decree = AgencyDecree.objects.active_on(today).first()
    return SetupStep(
        code="decree",
        label=gettext_lazy("Decree that allows flexible working"),
        done=decree is not None,
        detail=_("%(number)s of %(date)s")
        % {"number": decree.number, "date": date_format(decree.decided_on, "DATE_FORMAT")}
        if decree
        else "",
        missing=gettext_lazy("Flexible working is optional for an agency: without its decree nobody is eligible."),
        url_name="organization:decree_list",
        action=gettext_lazy("Record the decree"),
        order=20,
    )


@register_step
def import_step(user: User) -> SetupStep:
    people = Employee.objects.count()
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


@register_step
def tasks_step(user: User) -> SetupStep:
    today = timezone.localdate()
    mapped = PositionTask.objects.active_on(today).values("position").distinct().count()
    return SetupStep(
        code="tasks",
        label=gettext_lazy("Tasks of each position"),
        done=mapped > 0,
        detail=ngettext("%(count)s position mapped", "%(count)s positions mapped", mapped) % {"count": mapped},
        missing=gettext_lazy(
            "The criteria of Arts 23 and 24 look at the tasks: a position without them does not pass."
        ),
        url_name="organization:position_list",
        action=gettext_lazy("Map the tasks"),
        order=50,
    )


@register_step
def sites_step(user: User) -> SetupStep:
    count = Site.objects.filter(is_active=True).count()
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


@register_step
def accounts_step(user: User) -> SetupStep:
    waiting = User.objects.filter(activated_at__isnull=True, deactivated_at__isnull=True).count()
    active = User.objects.filter(is_active=True).count()
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


@register_step
def roles_step(user: User) -> SetupStep:
    grants = RoleGrant.objects.active_on(timezone.localdate())
    held = set(grants.values_list("role", flat=True))
    missing = [Role(role).label for role in (Role.AUTHORITY, Role.EVIDENCE_OFFICER, Role.AUDITOR) if role not in held]
    return SetupStep(
        code="roles",
        label=gettext_lazy("Authority and other roles"),
        done=Role.AUTHORITY in held,
        detail=_("Not given yet: %(roles)s") % {"roles": ", ".join(str(label) for label in missing)} if missing else "",
        missing=gettext_lazy("Without a determining authority no request can be decided."),
        url_name="organization:role_list",
        action=gettext_lazy("Give the roles"),
        order=80,
    )


@register_step
def calendar_step(user: User) -> SetupStep:
    today = timezone.localdate()
    years = (today.year, today.year + 1)
    seeded = Holiday.objects.filter(day__year__in=years).values("day__year").distinct().count() == len(years)
    ramadan = RamadanPeriod.objects.filter(valid_to__gte=today).exists()
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

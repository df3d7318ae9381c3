"""Commands of those who prepare a group determination: what, who, and giving it up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eligibility.enums import LOCATION_KINDS, TIME_KINDS, PlaceKind, Verdict
from eligibility.selectors import terms_on
from fwa.data import LAST_DAY, DraftData, OutputData
from fwa.enums import MemberChange, MemberOutcome, MemberSource, Pattern
from fwa.errors import AlreadyDecided
from fwa.group_lists import Reject, match_people, read_rows
from fwa.group_screening import screen_people
from fwa.models import Determination, DeterminationMember, DeterminationOutput
from organization.access import access_for
from organization.constraints import explained
from organization.guards import require
from organization.models import Employee, Placement, Site, Unit, UnitVersion, User

MOST_PEOPLE = 5000
BATCH = 1000


@dataclass(frozen=True)
class DeterminationData:
    """What a decree is to give everybody of its annex; places and hours as in `DraftData`."""

    title: str
    unit_id: int
    kind: str
    valid_from: date
    valid_to: date
    pattern: str = Pattern.FIXED
    weekdays: tuple[int, ...] = ()
    days_per_week: int | None = None
    place_kind: str = ""
    site_id: int | None = None
    place_address: str = ""
    starts_at: time | None = None
    ends_at: time | None = None
    reason: str = ""
    work_plan: str = ""
    outputs: tuple[OutputData, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """Who is meant: everybody who serves in a unit and below it, narrowed down."""

    unit_id: int
    position_kinds: tuple[str, ...] = ()
    position: str = ""
    eligible_only: bool = False


@dataclass(frozen=True)
class Added:
    """How many people were added, how many were in the annex before, and the rows that name nobody."""

    added: int
    known: int
    rejects: tuple[Reject, ...] = field(default=())


def draft_of_determination(determination: Determination) -> DraftData:
    """The pattern as the day checks read it."""
    return DraftData(
        kind=determination.kind,
        valid_from=determination.valid_from,
        valid_to=determination.valid_to,
        weekdays=tuple(determination.weekdays) if determination.pattern == Pattern.FIXED else (),
        place_kind=determination.place_kind,
        site_id=determination.site_id,
        place_address=determination.place_address,
        starts_at=determination.starts_at,
        ends_at=determination.ends_at,
        reason=determination.reason,
        work_plan=determination.work_plan,
    )


def scope_day(determination: Determination) -> date:
    """The day on which people must serve in the unit: the first one of the period, today at the earliest."""
    return max(determination.valid_from, timezone.localdate())


def locked_determination(determination_id: int) -> Determination:
    """The determination locked until the transaction ends."""
    Determination.objects.select_for_update().only("pk").get(pk=determination_id)
    return Determination.objects.select_related("unit", "site", "amends__decree").get(pk=determination_id)


def open_for(by: User, determination_id: int) -> Determination:
    """The determination locked, for a change by `by`. Raises PermissionDenied, AlreadyDecided."""
    determination = locked_determination(determination_id)
    require(by, "fwa.prepare_determination", determination)
    if not determination.is_open:
        raise AlreadyDecided(_("This determination is decided or discarded; its annex is changed by an amendment."))
    return determination


@transaction.atomic
def save_determination(*, by: User, data: DeterminationData, determination_id: int | None = None) -> Determination:
    """Keep what a decree is to give. A change asks for a new plan.

    Raises PermissionDenied, AlreadyDecided, ValidationError by field.
    Source: Perpres 21/2023 Art 8(3) [Q]; outputs Art 30 [Q]; place Art 12 [Q].
    """
    unit = Unit.objects.filter(pk=data.unit_id).first()
    if unit is None:
        raise ValidationError({"unit": _("Choose the unit.")})
    require(by, "fwa.prepare_determination", unit)
    determination = open_for(by, determination_id) if determination_id else Determination(created_by=by)
    if determination.amends_id is not None and data.unit_id != determination.unit_id:
        raise ValidationError({"unit": _("An amendment is about the unit of its decree.")})
    data = _normalised(data)
    _require_whole(data, unit)
    determination.unit = unit
    for name in ("title", "kind", "valid_from", "valid_to", "pattern", "days_per_week", "place_kind", "site_id",
                 "place_address", "starts_at", "ends_at", "reason", "work_plan"):  # fmt: skip
        setattr(determination, name, getattr(data, name))
    determination.weekdays = sorted(data.weekdays)
    if determination.pk:
        determination.reopen()
    with explained(Determination):
        determination.save()
    determination.members.filter(ends_on__isnull=False).update(ends_on=determination.valid_from)
    determination.outputs.all().delete()
    DeterminationOutput.objects.bulk_create(
        DeterminationOutput(
            determination=determination, title=item.title, measure=item.measure, target=item.target, due_on=item.due_on
        )
        for item in data.outputs
    )
    return determination


def _normalised(data: DeterminationData) -> DeterminationData:
    """Drop what the kind or the pattern does not have."""
    changes: dict[str, object] = {}
    if data.kind not in LOCATION_KINDS:
        changes |= {"place_kind": "", "site_id": None, "place_address": "", "pattern": Pattern.FIXED}
    if data.kind not in TIME_KINDS:
        changes |= {"starts_at": None, "ends_at": None}
    if data.place_kind != PlaceKind.OTHER_OFFICE:
        changes["site_id"] = None
    if data.place_kind not in (PlaceKind.OTHER, PlaceKind.FIELD):
        changes["place_address"] = ""
    rotates = data.pattern == Pattern.ROTATION and data.kind in LOCATION_KINDS
    changes |= {"weekdays": ()} if rotates else {"days_per_week": None}
    return DeterminationData(**(vars(data) | changes))


def _require_whole(data: DeterminationData, unit: Unit) -> None:
    """Raises ValidationError with everything that is missing or cannot be."""
    problems = {
        name: _("This field is needed.")
        for name in ("title", "reason", "work_plan")
        if not str(getattr(data, name)).strip()
    }
    problems |= _period_problems(data, unit)
    if data.pattern == Pattern.FIXED and not data.weekdays:
        problems["weekdays"] = _("Choose at least one weekday.")
    if data.pattern == Pattern.ROTATION and not data.days_per_week:
        problems["days_per_week"] = _("Say how many days a week.")
    if data.kind in LOCATION_KINDS:
        problems |= _place_problems(data)
    if data.kind in TIME_KINDS and (data.starts_at is None or data.ends_at is None):
        problems["starts_at"] = _("Say when work starts and ends.")
    if not data.outputs:
        problems["outputs"] = _("Promise at least one output.")
    late = next((item for item in data.outputs if item.due_on < data.valid_from), None)
    if late is not None:
        problems["outputs"] = _("“%(title)s” is due before the period begins.") % {"title": late.title}
    if problems:
        raise ValidationError(problems)


def _period_problems(data: DeterminationData, unit: Unit) -> dict[str, str]:
    if data.valid_to < data.valid_from:
        return {"valid_to": _("The end date must not be before the start date.")}
    if data.valid_from < timezone.localdate():
        return {"valid_from": _("The date must be today or later.")}
    if data.valid_to > LAST_DAY:
        return {"valid_to": _("Choose an earlier end date.")}
    terms = terms_on(data.valid_from)
    if terms is None:
        return {"valid_from": _("HR has not set the quota and general terms yet (Art 13).")}
    last = data.valid_from + relativedelta(months=terms.max_months) - timedelta(days=1)
    if data.valid_to > last:
        words = ngettext(
            "An arrangement lasts %(count)s month at most; choose an earlier end date.",
            "An arrangement lasts %(count)s months at most; choose an earlier end date.",
            terms.max_months,
        )
        return {"valid_to": words % {"count": terms.max_months}}
    if not UnitVersion.objects.active_on(data.valid_from).filter(unit=unit).exists():
        return {"unit": _("This unit is not in operation on the first day.")}
    return {}


def _place_problems(data: DeterminationData) -> dict[str, str]:
    if not data.place_kind:
        return {"place_kind": _("Choose where people will work.")}
    if data.place_kind == PlaceKind.OTHER_OFFICE and not _is_open(data.site_id):
        return {"site": _("Choose the office.")}
    if data.place_kind in (PlaceKind.OTHER, PlaceKind.FIELD) and not data.place_address.strip():
        return {"place_address": _("Give the address.")}
    return {}


def _is_open(site_id: int | None) -> bool:
    return site_id is not None and Site.objects.filter(pk=site_id, is_active=True).exists()


@transaction.atomic
def add_by_criteria(*, by: User, determination_id: int, criteria: Criteria) -> Added:
    """Put everybody into the annex who fits the criteria on the first day. Raises as `open_for`, ValidationError."""
    determination = open_for(by, determination_id)
    unit = Unit.objects.filter(pk=criteria.unit_id, path__startswith=determination.unit.path).first()
    if unit is None:
        raise ValidationError({"unit": _("Choose a unit inside the unit of the determination.")})
    day = scope_day(determination)
    placed = Placement.objects.active_on(day).in_subtree(unit)
    if criteria.position_kinds:
        placed = placed.filter(position__kind__in=criteria.position_kinds)
    if criteria.position.strip():
        placed = placed.filter(position__name__icontains=criteria.position.strip())
    ids = list(placed.order_by("employee_id").values_list("employee_id", flat=True)[: MOST_PEOPLE + 1])
    if criteria.eligible_only and ids:
        screened = screen_people(ids, draft_of_determination(determination), on=timezone.localdate())
        ids = [pk for pk in ids if all(one.verdict != Verdict.NOT_ELIGIBLE for one in screened.get(pk, ()))]
    if not ids:
        raise ValidationError(_("Nobody fits these criteria on the first day."), "nobody")
    return _add(determination, ids, MemberSource.CRITERIA)


@transaction.atomic
def add_from_list(*, by: User, determination_id: int, text: str = "", file: object = None) -> Added:
    """Put people into the annex by NIP or name, one a row; rows that name nobody are told, the others are taken.

    Raises as `open_for`, ValidationError (empty list, unreadable file).
    """
    determination = open_for(by, determination_id)
    rows = read_rows(text, file)
    if not rows:
        raise ValidationError({"names": _("The list is empty. Give a NIP or a name in each row.")})
    day = scope_day(determination)
    ids, rejects = match_people(rows, Employee.objects.in_subtree_on(determination.unit, day))
    added = _add(determination, ids, MemberSource.LIST) if ids else Added(0, 0)
    return Added(added.added, added.known, tuple(rejects))


def _add(determination: Determination, employee_ids: Collection[int], source: str) -> Added:
    known = set(determination.members.values_list("employee_id", flat=True))
    fresh = [pk for pk in employee_ids if pk not in known]
    if len(known) + len(fresh) > MOST_PEOPLE:
        raise ValidationError(_("An annex holds %(count)s people at most.") % {"count": MOST_PEOPLE}, "too_many")
    DeterminationMember.objects.bulk_create(
        [DeterminationMember(determination=determination, employee_id=pk, source=source) for pk in fresh],
        batch_size=BATCH,
    )
    if fresh:
        _reopen(determination)
    return Added(len(fresh), len(employee_ids) - len(fresh))


def _reopen(determination: Determination) -> None:
    determination.reopen()
    determination.save(update_fields=["status", "planned_at", "plan_digest", "updated_at"])


@transaction.atomic
def remove_members(*, by: User, determination_id: int, member_ids: Iterable[int]) -> int:
    """Take people off the list again; returns how many."""
    determination = open_for(by, determination_id)
    removed, _rows = determination.members.filter(pk__in=set(member_ids)).delete()
    if removed:
        _reopen(determination)
    return removed


@transaction.atomic
def include_members(*, by: User, determination_id: int, member_ids: Iterable[int], included: bool) -> int:
    """Leave people out, or take them in again. Who is left out frees places, so the plan of the others still holds;
    taking somebody in asks for a new plan. Returns how many changed."""
    determination = open_for(by, determination_id)
    rows = determination.members.filter(pk__in=set(member_ids)).exclude(included=included)
    rows = rows.exclude(change=MemberChange.REMOVE)
    changed = (
        rows.update(included=True, outcome="")
        if included
        else rows.update(included=False, outcome=MemberOutcome.EXCLUDED, days=[], problems={}, reasons=[])
    )
    if changed:
        _reopen(determination)
    return changed


@transaction.atomic
def leave_out_decider(*, by: User, determination_id: int) -> int:
    """The authority takes themself, and the officers they stand in for, off the annex: nobody decides for themself.

    Raises PermissionDenied, AlreadyDecided.
    """
    determination = locked_determination(determination_id)
    require(by, "fwa.view_determination_plan", determination)
    if not determination.is_open:
        raise AlreadyDecided(_("This determination is decided or discarded."))
    own = determination.members.filter(employee__user_id__in=access_for(by).identity_ids, change=MemberChange.ADD)
    changed = own.update(included=False, outcome=MemberOutcome.DECIDES, days=[], problems={}, reasons=[])
    if changed:
        _reopen(determination)
    return changed


@transaction.atomic
def discard_determination(*, by: User, determination_id: int) -> Determination:
    """Give a determination up before it is decided. Raises PermissionDenied, AlreadyDecided."""
    determination = open_for(by, determination_id)
    determination.discard()
    determination.save(update_fields=["status", "updated_at"])
    return determination

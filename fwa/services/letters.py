"""The decision letter: what it says is frozen with the decision, its bytes are made later by the worker."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.timezone import localtime

from fwa import letter_text
from fwa.enums import DateStatus
from fwa.models import Letter, RequestDate
from organization import outbox
from organization.models import AgencyProfile, Delegation, Employee, Placement, UnitVersion
from organization.services.numbers import next_number

if TYPE_CHECKING:
    from attendance.models import Assignment
    from fwa.models import Request, Step
    from organization.models import User

TOKEN_BYTES = 32  # the public check page asks for at least 128 bits (design 4)


def issue_letter(*, fwa_request: Request, by: User, step: Step, acting_for: User | None, at: datetime) -> Letter:
    """Freeze the letter (penetapan) of an approved request: number, token and every word.

    The outbox message "fwa.render_letter" follows in the same transaction.
    """
    day = localtime(at).date()
    profile = AgencyProfile.objects.get()
    number = letter_text.letter_number(profile.number_pattern, seq=next_number(series="letter", year=day.year), on=day)
    content = letter_text.letter_content(
        profile={field.name: str(getattr(profile, field.name) or "") for field in AgencyProfile._meta.concrete_fields},
        number=number,
        on=day,
        person=_person(fwa_request),
        granted=_granted(fwa_request, fwa_request.assignment),
        signatory=_signatory(by, acting_for, day),
    )
    letter = Letter.objects.create(
        request=fwa_request,
        number=number,
        decided_on=day,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        content=content,
    )
    outbox.add("fwa.render_letter", {"letter": letter.pk}, key=f"fwa.render_letter:{letter.pk}")
    return letter


def _person(fwa_request: Request) -> letter_text.Person:
    employee = fwa_request.employee
    return letter_text.Person(
        name=employee.name,
        nip=employee.nip,
        grade=employee.grade,
        position=str(fwa_request.position),
        unit=str(fwa_request.unit),
    )


def _granted(fwa_request: Request, assignment: Assignment) -> letter_text.Granted:
    dates = {row.day: row for row in fwa_request.dates.all()}
    return letter_text.Granted(
        kind=assignment.kind,
        place_kind=assignment.place_kind,
        place=assignment.place_label,
        starts_at=assignment.starts_at,
        ends_at=assignment.ends_at,
        zone=_zone(fwa_request),
        valid_from=assignment.valid_from,
        valid_to=assignment.valid_to,
        weekdays=tuple(assignment.weekdays),
        days=tuple(day for day, row in sorted(dates.items()) if row.status == DateStatus.GRANTED),
        refused=tuple(_refused(row) for _, row in sorted(dates.items()) if row.status == DateStatus.REFUSED),
        outputs=tuple(
            letter_text.Output(title=item.title, measure=item.measure, target=item.target, due_on=item.due_on)
            for item in fwa_request.outputs.all()
        ),
    )


def _refused(row: RequestDate) -> letter_text.Refused:
    return letter_text.Refused(day=row.day, problem=row.problem, alternatives=tuple(row.alternatives))


def _zone(fwa_request: Request) -> str:
    version = UnitVersion.objects.active_on(timezone.localdate()).filter(unit=fwa_request.unit).first()
    return version.get_zone_display() if version else ""


def _signatory(by: User, acting_for: User | None, on: date) -> letter_text.Signatory:
    """Who signs, from the personnel record where there is one; Plh./Plt. from the delegation in force."""
    acting = ""
    if acting_for is not None:
        row = Delegation.objects.active_on(on).filter(principal=acting_for, delegate=by).first()
        acting = row.get_kind_display() if row else ""
    employee = Employee.objects.filter(user=by).first()
    placement = (
        Placement.objects.active_on(on).select_related("position").filter(employee=employee).first()
        if employee
        else None
    )
    return letter_text.Signatory(
        name=employee.name if employee else str(by),
        nip=employee.nip if employee else "",
        position=str(placement.position) if placement else "",
        acting=acting,
    )

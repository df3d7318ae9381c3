"""The decision letter: what it says is frozen with the decision, its bytes are made once by the worker.

From then on the file never changes: a signed copy that HR puts on file is a second file beside it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from eligibility.enums import PlaceKind
from fwa import ledger, letter_text
from fwa.enums import DateStatus, LetterStatus
from fwa.errors import AlreadyDecided
from fwa.letter_pdf import check_url, render_pdf
from fwa.models import Decree, Letter, RequestDate
from fwa.notifications import tell_letter_failed, tell_letter_ready
from organization import outbox
from organization.file_types import names, pdf_problem
from organization.models import AgencyProfile, Delegation, Employee, Placement, UnitVersion
from organization.nip import display_nip
from organization.services.numbers import next_number

if TYPE_CHECKING:
    from attendance.models import Assignment
    from fwa.models import Request, Step
    from organization.models import User

log = structlog.get_logger(__name__)

TOKEN_BYTES = 32  # the public check page asks for at least 128 bits (design 4)
RETRY_STEPS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
NUMBER_TRIES = 100
NUMBER_SIGNS = r"[\w .,:/()–-]*"  # what mail registers use and the letter's font has


def issue_letter(
    *, fwa_request: Request, by: User, step: Step, acting_for: User | None, at: datetime, number: str = ""
) -> Letter:
    """Freeze the letter (penetapan) of an approved request: number, token and every word.

    `number`: typed from the agency's own mail register; empty takes the next one of the agency's pattern.
    The outbox message "fwa.render_letter" follows in the same transaction. Raises ValidationError (number taken).
    """
    day = localtime(at).date()
    profile = AgencyProfile.objects.first() or AgencyProfile()
    number = typed_number(number) or free_number(profile.number_pattern, day)
    assignment = fwa_request.assignment
    if assignment is None:
        raise ValueError("only a determined request gets a letter")
    content = letter_text.letter_content(
        profile=profile_words(profile),
        number=number,
        on=day,
        person=_person(fwa_request),
        granted=_granted(fwa_request, assignment, day),
        signatory=signatory_of(by, acting_for, day),
    )
    letter = Letter.objects.create(
        request=fwa_request,
        number=number,
        decided_on=day,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        content=content,
    )
    _queue(letter)
    return letter


def profile_words(profile: AgencyProfile) -> dict[str, str]:
    """The agency's wording and letterhead as plain text, by field name."""
    return {field.name: str(getattr(profile, field.name) or "") for field in AgencyProfile._meta.concrete_fields}


def render_letter(letter_id: int) -> None:
    """Make the final bytes once and store them; a second call changes nothing.

    A failure is noted on the letter and tried again by the outbox, later each time; nothing else waits for it.
    """
    with transaction.atomic():
        letter = _locked(letter_id)
        if letter.status not in (LetterStatus.QUEUED, LetterStatus.FAILED):
            return
        try:
            content = render_pdf(
                letter.content,
                link=check_url(letter.token),
                logo=logo_bytes(letter.content["logo"]),
                decided_on=letter.decided_on,
            )
            _store_rendered(letter, content)
        except Exception as error:  # a broken picture, a full disk, a missing library: the decision stands, HR sees it
            _note_failure(letter, error)
            return
        ledger.append(
            letter.request, "letter.rendered", by=None, payload={"letter": letter.pk, "sha256": letter.sha256}
        )
        tell_letter_ready(letter.request)


def render_queued(letter_id: int, attempt: int) -> None:
    """The outbox's way in: a message of an attempt that was overtaken by a later one does nothing."""
    if Letter.objects.filter(pk=letter_id, attempts=attempt).exists():
        render_letter(letter_id)


@transaction.atomic
def retry_letter(*, by: User, letter_id: int) -> Letter:
    """Have a letter that failed made again now. Raises PermissionDenied, AlreadyDecided (nothing failed)."""
    letter = _locked(letter_id)
    if not by.has_perm("fwa.manage_letters", letter.request):
        raise PermissionDenied
    if letter.status != LetterStatus.FAILED:
        raise AlreadyDecided(_("This letter does not wait for another try."))
    letter.status = LetterStatus.QUEUED
    letter.attempts += 1
    letter.save(update_fields=["status", "attempts"])
    _queue(letter)
    return letter


@transaction.atomic
def upload_signed(*, by: User, letter_id: int, file: File, is_checked: bool = False) -> Letter:
    """Put the signed PDF on file; it then is the letter. A later upload replaces it, and the ledger keeps both digests.

    A file that does not name the letter's number, such as a scan, is taken only when somebody looked (`is_checked`).
    The signature itself is not verified (port `none`), so no page calls the letter electronically signed.
    Raises PermissionDenied, AlreadyDecided (no letter yet), ValidationError on `file`.
    Source: regulation 7.6 DESIGN.
    """
    letter = _locked(letter_id)
    if not by.has_perm("fwa.manage_letters", letter.request):
        raise PermissionDenied
    if letter.status not in (LetterStatus.AWAITING_SIGNATURE, LetterStatus.SIGNED):
        raise AlreadyDecided(_("The letter has to be made before a signed copy can be put on file."))
    content = checked_pdf(file)
    digest = hashlib.sha256(content).hexdigest()
    if digest == letter.sha256:
        raise ValidationError({"file": _("This is the letter without a signature. Upload the signed copy.")})
    if digest == letter.signed_sha256:
        return letter
    if not is_checked and not names(content, letter.number):
        text = _("The number %(number)s was not found in this file. Look whether it is this letter, then tick the box.")
        raise ValidationError({"is_checked": text % {"number": letter.number}})
    before = letter.signed_sha256
    name = f"{letter.request.public_id}-signed-{digest[:12]}.pdf"
    letter.signed_file.save(free_name(name), ContentFile(content), save=False)
    letter.signed_sha256 = digest
    letter.signed_uploaded_by = by
    letter.signed_uploaded_at = timezone.now()
    letter.status = LetterStatus.SIGNED
    letter.save(update_fields=["signed_file", "signed_sha256", "signed_uploaded_by", "signed_uploaded_at", "status"])
    payload = {"letter": letter.pk, "sha256": digest, "before": before}
    ledger.append(letter.request, "letter.signed_copy", by=by, payload=payload)
    return letter


def _queue(letter: Letter, delay: timedelta = timedelta()) -> None:
    payload = {"letter": letter.pk, "attempt": letter.attempts}
    outbox.add("fwa.render_letter", payload, key=f"fwa.render_letter:{letter.pk}:{letter.attempts}", delay=delay)


def _locked(letter_id: int) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related("request__employee", "request__unit")
    return rows.get(pk=letter_id)


def logo_bytes(name: str) -> bytes | None:
    """The coat of arms as stored; None when there is none."""
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        return bytes(file.read())


def _store_rendered(letter: Letter, content: bytes) -> None:
    letter.file.save(free_name(f"{letter.request.public_id}.pdf"), ContentFile(content), save=False)
    letter.sha256 = hashlib.sha256(content).hexdigest()
    letter.rendered_at = timezone.now()
    letter.status = LetterStatus.AWAITING_SIGNATURE
    letter.last_error = ""
    letter.save(update_fields=["file", "sha256", "rendered_at", "status", "last_error"])


def free_name(name: str) -> str:
    """The name, after removing a file that an attempt left behind whose transaction never was committed."""
    path = f"letters/{name}"
    if default_storage.exists(path):
        default_storage.delete(path)
    return name


def _note_failure(letter: Letter, error: Exception) -> None:
    log.error("letter.failed", letter_id=letter.pk, attempts=letter.attempts + 1, exc_info=error)
    wait = RETRY_STEPS[min(letter.attempts, len(RETRY_STEPS) - 1)]
    letter.status = LetterStatus.FAILED
    letter.attempts += 1
    letter.last_error = f"{type(error).__name__}: {error}"[:300]
    letter.save(update_fields=["status", "attempts", "last_error"])
    _queue(letter, wait)
    tell_letter_failed(letter.request)


def checked_pdf(file: File) -> bytes:
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        raise ValidationError({"file": _("The file is larger than %(limit)s.") % {"limit": limit}})
    content: bytes = file.read()
    problem = pdf_problem(content)
    if problem is None:
        return content
    texts = {
        "not_pdf": _("This is not a PDF file, whatever its name says."),
        "encrypted": _("This PDF is locked with a password. Upload one that everybody can open."),
        "active": _("This PDF contains scripts or attachments and is not accepted."),
    }
    raise ValidationError({"file": texts.get(problem, _("This PDF cannot be read. Export it again."))})


def is_taken(number: str) -> bool:
    """Whether a letter or a decree has the number."""
    return Letter.objects.filter(number=number).exists() or Decree.objects.filter(number=number).exists()


def typed_number(number: str) -> str:
    """A number from the agency's own mail register, tidied. Raises ValidationError (signs, length, taken)."""
    number = " ".join(number.split())
    limit = Letter._meta.get_field("number").max_length or 0
    if len(number) > limit:
        raise ValidationError({"letter_number": _("At most %(count)s characters.") % {"count": limit}})
    if not re.fullmatch(NUMBER_SIGNS, number):
        raise ValidationError({"letter_number": _("Use letters, digits, spaces and . , : / ( ) - only.")})
    if number and is_taken(number):
        raise ValidationError({"letter_number": _("Another letter has the number %(number)s.") % {"number": number}})
    return number


def free_number(pattern: str, day: date) -> str:
    """The next free number; those typed by hand are stepped over."""
    for _try in range(NUMBER_TRIES):
        seq = next_number(series="letter", year=day.year)
        number = letter_text.letter_number(pattern, seq=seq, on=day)
        if not is_taken(number):
            return number
    raise ValidationError(_("The pattern of the letter number gives the same number every time; add {seq} to it."))


def _person(fwa_request: Request) -> letter_text.Person:
    employee = fwa_request.employee
    return letter_text.Person(
        name=employee.name,
        nip=display_nip(employee.nip),
        grade=employee.grade,
        position=str(fwa_request.position or ""),
        unit=str(fwa_request.unit or ""),
    )


def _granted(fwa_request: Request, assignment: Assignment, on: date) -> letter_text.Granted:
    dates = {row.day: row for row in fwa_request.dates.all()}
    at_home = assignment.place_kind == PlaceKind.HOME  # the address stays in the personnel record
    return letter_text.Granted(
        kind=assignment.kind,
        place_kind=assignment.place_kind,
        place="" if at_home else assignment.place_label,
        starts_at=assignment.starts_at,
        ends_at=assignment.ends_at,
        zone=_zone(fwa_request, on),
        valid_from=assignment.valid_from,
        valid_to=assignment.valid_to or assignment.valid_from,
        weekdays=tuple(assignment.weekdays),
        days=tuple(day for day, row in sorted(dates.items()) if row.status == DateStatus.GRANTED),
        refused=tuple(_refused(row) for _day, row in sorted(dates.items()) if row.status == DateStatus.REFUSED),
        outputs=tuple(
            letter_text.Output(title=item.title, measure=item.measure, target=item.target, due_on=item.due_on)
            for item in fwa_request.outputs.all()
        ),
    )


def _refused(row: RequestDate) -> letter_text.Refused:
    return letter_text.Refused(day=row.day, problem=row.problem, alternatives=tuple(row.alternatives))


def _zone(fwa_request: Request, on: date) -> str:
    version = UnitVersion.objects.active_on(on).filter(unit=fwa_request.unit).first()
    return version.get_zone_display() if version else ""


def signatory_of(by: User, acting_for: User | None, on: date) -> letter_text.Signatory:
    """Who signs: the name of the person who decided, the office of the officer whose decision it is."""
    acting = ""
    if acting_for is not None:
        row = Delegation.objects.active_on(on).filter(principal=acting_for, delegate=by).first()
        acting = row.get_kind_display() if row else ""
    officer = acting_for or by
    placement = Placement.objects.active_on(on).select_related("position").filter(employee__user=officer).first()
    employee = Employee.objects.filter(user=by).first()
    return letter_text.Signatory(
        name=employee.name if employee else str(by),
        nip=display_nip(employee.nip) if employee else "",
        position=str(placement.position) if placement else "",
        acting=acting,
    )

"""Commands over evidence (bukti dukung) of a line: a file, judged by its bytes, scanned and sealed, or a link."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import explained
from organization.file_types import FileType, safe_name, type_of
from organization.guards import lock_employee, require
from organization.models import User
from organization.scanning import Verdict, scan
from organization.sealing import seal, unseal
from performance.enums import ReportStatus
from performance.errors import StateChanged
from performance.models import DailyReport, LineEvidence, ReportLine
from performance.services.reports import PERMISSION
from performance.terms import performance_terms_on

MOST_PER_LINE = 5
MOST_A_DAY = 20
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class OpenedFile:
    """A file in the clear; only for the answer to somebody who may see the person's work."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be taken: its safe name, what it really is, and its bytes."""

    name: str
    kind: FileType
    content: bytes


def check_file(upload: UploadedFile, *, max_mb: int) -> CheckedFile:
    """Judge a file by its bytes and ask the scanner. Raises ValidationError (`file`) in words for people."""
    name = safe_name(upload.name or "")
    if (upload.size or 0) > max_mb * MEGABYTE:
        raise _refused(_("%(name)s is larger than %(limit)d MB."), name, limit=max_mb)
    content = upload.read()
    kind = type_of(content)
    if kind is None:
        raise _refused(_("%(name)s is not a readable PDF, JPG or PNG file."), name)
    if not kind.fits(name):
        raise _refused(_("%(name)s is really a %(type)s file; give it its own ending."), name, type=kind.label)
    verdict = scan(content)
    if verdict is Verdict.INFECTED:
        raise _refused(_("%(name)s was refused: the scanner found malware in it."), name)
    if verdict is not Verdict.CLEAN:
        raise _refused(_("%(name)s could not be scanned just now, so it was not taken. Try again later."), name)
    return CheckedFile(name, kind, content)


def check_link(link: str) -> str:
    """A full web address. Raises ValidationError (`link`)."""
    link = link.strip()
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError as error:
        raise ValidationError({"link": _("Give a full address that begins with https://.")}) from error
    return link


@transaction.atomic
def attach_file(
    *,
    by: User,
    line: ReportLine,
    upload: UploadedFile | None = None,
    checked: CheckedFile | None = None,
) -> LineEvidence:
    """Seal a file for one of the own lines. Raises PermissionDenied, ValidationError (`file`), StateChanged."""
    line = _open_line(by, line)
    if checked is None:
        if upload is None:
            raise ValidationError({"file": _("Choose a file.")})
        checked = check_file(upload, max_mb=performance_terms_on(line.report.day).evidence_max_mb)
    _require_room(line)
    with explained(LineEvidence):
        evidence = LineEvidence(
            line=line,
            name=checked.name,
            content_type=checked.kind.content_type,
            size=len(checked.content),
            sha256=hashlib.sha256(checked.content).hexdigest(),
            uploaded_by=by,
            uploaded_at=timezone.now(),
        )
        evidence.sealed_content = seal(checked.content, owner=_owner(evidence))
        evidence.save()
    return evidence


@transaction.atomic
def attach_link(*, by: User, line: ReportLine, link: str) -> LineEvidence:
    """Point to what lies elsewhere. The same link twice is one. Raises as `attach_file` (`link`)."""
    line, address = _open_line(by, line), check_link(link)
    known = LineEvidence.objects.filter(line=line, link=address).first()
    if known is not None:
        return known
    _require_room(line)
    return LineEvidence.objects.create(line=line, link=address, uploaded_by=by, uploaded_at=timezone.now())


@transaction.atomic
def remove_evidence(*, by: User, report: DailyReport, public_ids: Collection[UUID]) -> int:
    """Take evidence of a day back while it is not accepted; how many. Raises PermissionDenied, StateChanged."""
    _open_report(by, report)
    rows = LineEvidence.objects.filter(line__report=report, public_id__in=public_ids)
    return rows.delete()[0]


def open_evidence(*, by: User, evidence: LineEvidence) -> OpenedFile:
    """The file for whoever may see the person's work. Raises PermissionDenied, SealBroken."""
    require(by, "performance.view_work", evidence.line.report.employee)
    content = unseal(bytes(evidence.sealed_content or b""), owner=_owner(evidence))
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise PermissionDenied
    return OpenedFile(evidence.name, evidence.content_type, content)


def _open_line(by: User, line: ReportLine) -> ReportLine:
    _open_report(by, line.report)
    return ReportLine.objects.select_related("report__employee").get(pk=line.pk)


def _open_report(by: User, report: DailyReport) -> None:
    """One's own day, locked, that nobody has accepted meanwhile."""
    require(by, PERMISSION, report.employee)
    lock_employee(report.employee_id)
    # The report too: whoever accepts it locks that, not the person.
    status = DailyReport.objects.select_for_update(of=("self",)).get(pk=report.pk).status
    if status == ReportStatus.ACCEPTED:
        raise StateChanged(_("This day is accepted and closed. Ask your supervisor to open it again."))


def _require_room(line: ReportLine) -> None:
    day = LineEvidence.objects.filter(line__report_id=line.report_id)
    if LineEvidence.objects.filter(line=line).count() >= MOST_PER_LINE:
        raise ValidationError(
            {"file": _("At most %(count)d pieces of evidence for a line.") % {"count": MOST_PER_LINE}}
        )
    if day.count() >= MOST_A_DAY:
        raise ValidationError({"file": _("At most %(count)d pieces of evidence a day.") % {"count": MOST_A_DAY}})


def _owner(evidence: LineEvidence) -> str:
    return f"work-evidence:{evidence.public_id}"


def _refused(text: str, name: str, **values: object) -> ValidationError:
    return ValidationError({"file": text % {"name": name, **values}})

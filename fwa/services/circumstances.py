"""Special circumstances (keadaan khusus, Art 30 [Q]): sealed when claimed, opened by the named HR role only.

Health and family data are specific personal data (UU 27/2022 Art 4 [S]): kind, names and contents of files are
encrypted for their request, every look is written down before anything is shown, and the applicant sees who looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eligibility.models import CircumstanceKind
from fwa import ledger
from fwa.enums import Basis
from fwa.errors import AlreadyDecided
from fwa.models import Evidence, EvidenceAccess, Request, SpecialCircumstance
from organization.file_types import safe_name, type_of
from organization.models import User
from organization.sealing import seal, unseal

MAX_FILES = 5
PURPOSE_LENGTH = 200
# All sealed codes are equally long, so that the length of the ciphertext tells nothing.
CODE_BYTES = 64


@dataclass(frozen=True)
class OpenedFile:
    """A file of evidence in the clear; only for the answer to the person whose look was logged."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class ListedFile:
    """What the opened circumstance tells about a file: how to ask for it, its name and its size in bytes."""

    evidence_id: int
    public_id: str
    name: str
    size: int


@dataclass(frozen=True)
class OpenedCircumstance:
    kind: str
    valid_from: date
    valid_to: date
    files: tuple[ListedFile, ...]


@transaction.atomic
def claim_circumstance(
    *, by: User, request_id: int, kind_code: str, valid_from: date, valid_to: date, files: Iterable[UploadedFile] = ()
) -> SpecialCircumstance:
    """Seal the circumstance of a draft and add its evidence; a second claim replaces kind and dates, files stay.

    Raises PermissionDenied (not one's own), AlreadyDecided (sent already), ValidationError per field.
    Source: reason with evidence Art 30 [Q]; kinds and longest periods are the agency's list (regulation 1.6).
    """
    fwa_request = _editable_request(by, request_id)
    kind = _checked_kind(kind_code, valid_from, valid_to)
    circumstance = SpecialCircumstance.objects.filter(request=fwa_request).first()
    contents = _checked_files(files, already=circumstance.evidence.count() if circumstance else 0)
    if circumstance is None:
        circumstance = SpecialCircumstance(request=fwa_request)
    circumstance.sealed_kind = seal(kind.code.encode().ljust(CODE_BYTES, b"\0"), owner=_owner(fwa_request))
    circumstance.valid_from, circumstance.valid_to = valid_from, valid_to
    circumstance.lifts_weekly_cap = kind.lifts_weekly_cap
    circumstance.save()
    Evidence.objects.bulk_create(
        Evidence(
            circumstance=circumstance,
            sealed_name=seal(name.encode(), owner=_owner(fwa_request)),
            sealed_content=seal(content, owner=_owner(fwa_request)),
            size=len(content),
            uploaded_by=by,
        )
        for name, content in contents
    )
    return circumstance


@transaction.atomic
def remove_evidence(*, by: User, evidence_id: int) -> None:
    """Take a file back while the request is still the applicant's. Raises PermissionDenied, AlreadyDecided."""
    evidence = Evidence.objects.select_related("circumstance").get(pk=evidence_id)
    _editable_request(by, evidence.circumstance.request_id)
    if evidence.accesses.exists():
        raise ValidationError(_("This file was opened already and stays with the request."), "opened")
    evidence.delete()


@transaction.atomic
def drop_circumstance(*, by: User, request_id: int) -> None:
    """Forget the circumstance of a draft whose basis is the task after all; one that was opened stays on record."""
    fwa_request = _editable_request(by, request_id, basis=None)
    circumstance = SpecialCircumstance.objects.filter(request=fwa_request, accesses__isnull=True).first()
    if circumstance is not None:
        circumstance.delete()


def require_circumstance(fwa_request: Request, days: Iterable[date]) -> None:
    """What a sent request on this basis needs: a kind, evidence, and a period that holds every day asked for.

    Raises ValidationError on the field `basis` or `evidence`. Source: Art 30 [Q].
    """
    circumstance = SpecialCircumstance.objects.filter(request=fwa_request).first()
    if circumstance is None:
        raise ValidationError({"basis": _("Add the circumstance and its evidence first.")})
    if not circumstance.evidence.exists():
        raise ValidationError({"evidence": _("Add at least one file of evidence (Art 30).")})
    outside = [day for day in days if not circumstance.valid_from <= day <= circumstance.valid_to]
    if outside:
        text = ngettext(
            "%(count)s date lies outside the period of the circumstance.",
            "%(count)s dates lie outside the period of the circumstance.",
            len(outside),
        )
        raise ValidationError({"basis": text % {"count": len(outside)}})


def circumstance_code(fwa_request: Request, *, basis: str | None = None) -> str | None:
    """The kind's code for the screening of this request, or None; `basis` as typed, where it is not stored yet.

    Machine use: the code waives rules inside the services and reaches neither a page nor a log; no reading is noted.
    """
    if (basis or fwa_request.basis) != Basis.SPECIAL:
        return None
    circumstance: SpecialCircumstance | None = getattr(fwa_request, "circumstance", None)
    return _code(circumstance, fwa_request) if circumstance else None


def open_circumstance(*, by: User, request_id: int, purpose: str) -> OpenedCircumstance:
    """Show the kind and the names of the files; the look is on record before anything is unsealed.

    Raises PermissionDenied (not the evidence officer, own request), ValidationError (no purpose), SealBroken.
    """
    circumstance, fwa_request = _log_access(by=by, request_id=request_id, purpose=purpose, evidence=None)
    files = tuple(
        ListedFile(
            evidence_id=item.pk,
            public_id=str(item.public_id),
            name=unseal(bytes(item.sealed_name), owner=_owner(fwa_request)).decode(),
            size=item.size,
        )
        for item in circumstance.evidence.defer("sealed_content")
    )
    kind = CircumstanceKind.objects.filter(code=_code(circumstance, fwa_request)).first()
    return OpenedCircumstance(
        kind=_kind_name(kind) if kind else "",
        valid_from=circumstance.valid_from,
        valid_to=circumstance.valid_to,
        files=files,
    )


def open_evidence(*, by: User, evidence_id: int, purpose: str) -> OpenedFile:
    """Unseal one file after the look is on record. Raises as `open_circumstance`."""
    evidence = Evidence.objects.select_related("circumstance").get(pk=evidence_id)
    _circumstance, fwa_request = _log_access(
        by=by, request_id=evidence.circumstance.request_id, purpose=purpose, evidence=evidence
    )
    content = unseal(bytes(evidence.sealed_content), owner=_owner(fwa_request))
    found = type_of(content)
    return OpenedFile(
        name=unseal(bytes(evidence.sealed_name), owner=_owner(fwa_request)).decode(),
        content_type=found.content_type if found else "application/octet-stream",
        content=content,
    )


def _log_access(
    *, by: User, request_id: int, purpose: str, evidence: Evidence | None
) -> tuple[SpecialCircumstance, Request]:
    # Durable: committed before the caller sees a byte, and an error afterwards cannot take it back.
    with transaction.atomic(durable=True):
        fwa_request = Request.objects.select_related("employee", "unit").get(pk=request_id)
        if not by.has_perm("fwa.open_evidence", fwa_request):
            raise PermissionDenied
        purpose = " ".join(purpose.split())
        if not purpose:
            raise ValidationError({"purpose": _("Say what you need to look at it for; the applicant sees this.")})
        if len(purpose) > PURPOSE_LENGTH:
            raise ValidationError({"purpose": _("At most %(count)s characters.") % {"count": PURPOSE_LENGTH}})
        circumstance = SpecialCircumstance.objects.get(request=fwa_request)
        access = EvidenceAccess.objects.create(circumstance=circumstance, evidence=evidence, user=by, purpose=purpose)
        payload: dict[str, Any] = {"access": access.pk}
        if evidence is not None:
            payload["evidence"] = evidence.public_id
        ledger.append(fwa_request, "evidence.opened" if evidence else "circumstance.opened", by=by, payload=payload)
    return circumstance, fwa_request


def _editable_request(by: User, request_id: int, basis: str | None = Basis.SPECIAL) -> Request:
    fwa_request = Request.objects.select_for_update(of=("self",)).select_related("employee").get(pk=request_id)
    if not by.has_perm("fwa.change_request", fwa_request):
        raise PermissionDenied
    if not fwa_request.is_editable:
        raise AlreadyDecided(_("This request was sent already; withdraw it to change it."))
    if basis is not None and fwa_request.basis != basis:
        raise ValidationError({"basis": _("Choose “special circumstance” as the basis first.")})
    return fwa_request


def _checked_kind(kind_code: str, valid_from: date, valid_to: date) -> CircumstanceKind:
    kind = CircumstanceKind.objects.filter(code=kind_code, is_active=True).first()
    if kind is None:
        raise ValidationError({"kind": _("Choose one of the kinds on the list.")})
    if valid_to < valid_from:
        raise ValidationError({"valid_to": _("The end date must not be before the start date.")})
    if kind.max_days is not None and (valid_to - valid_from).days + 1 > kind.max_days:
        text = ngettext("At most %(count)s day for this kind.", "At most %(count)s days for this kind.", kind.max_days)
        raise ValidationError({"valid_to": text % {"count": kind.max_days}})
    return kind


def _checked_files(files: Iterable[UploadedFile], *, already: int) -> list[tuple[str, bytes]]:
    """Names and contents of acceptable files. Raises ValidationError on the field `evidence`, naming each bad file."""
    uploads = list(files)
    if already + len(uploads) > MAX_FILES:
        raise ValidationError({"evidence": _("At most %(count)s files.") % {"count": MAX_FILES}})
    accepted: list[tuple[str, bytes]] = []
    problems: list[str] = []
    for upload in uploads:
        name = safe_name(upload.name or "")
        if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
            limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
            problems.append(_("%(name)s is larger than %(limit)s.") % {"name": name, "limit": limit})
            continue
        content = upload.read()
        found = type_of(content)
        if found is None:
            text = _("%(name)s is not a readable PDF, JPG or PNG file.")
            problems.append(text % {"name": name})
        elif not found.fits(name):
            text = _("%(name)s is really a %(type)s file; give it its own ending.")
            problems.append(text % {"name": name, "type": found.label})
        else:
            accepted.append((name, content))
    if problems:
        raise ValidationError({"evidence": problems})
    return accepted


def _owner(fwa_request: Request) -> str:
    return f"request:{fwa_request.pk}"


def _code(circumstance: SpecialCircumstance, fwa_request: Request) -> str:
    return unseal(bytes(circumstance.sealed_kind), owner=_owner(fwa_request)).rstrip(b"\0").decode()


def _kind_name(kind: CircumstanceKind) -> str:
    return kind.name_en if kind.name_en and (get_language() or "").startswith("en") else kind.name

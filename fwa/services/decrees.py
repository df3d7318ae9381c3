"""The decree of a group determination and the personal excerpts: frozen with the decision, made by the worker."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eligibility.enums import PlaceKind
from fwa import decree_text, ledger, letter_text
from fwa.decree_text import AnnexRow, DecreeTerms, decree_content, excerpt_content
from fwa.enums import LetterStatus
from fwa.errors import AlreadyDecided
from fwa.letter_pdf import check_url, render_pdf
from fwa.models import Decree, Determination, DeterminationMember, Letter, Request
from fwa.services.letters import (
    RETRY_STEPS,
    TOKEN_BYTES,
    free_name,
    free_number,
    logo_bytes,
    profile_words,
    signatory_of,
    typed_number,
)
from fwa.unit_names import units_above_namesakes
from organization import outbox
from organization.guards import require
from organization.models import AgencyProfile, OutboxMessage, UnitVersion, User
from organization.nip import display_nip

log = structlog.get_logger(__name__)

RENDER_TOPIC = "fwa.render_decree"
# Excerpts are made one after the other, with room in between for everybody else's letters.
APART = timedelta(milliseconds=200)
BATCH = 500


def issue_decree(
    *, determination: Determination, members: Sequence[DeterminationMember], by: User, acting_for: User | None
) -> Decree:
    """Freeze the decree (keputusan) with its annex: number, token and every word. Raises ValidationError (number)."""
    on = determination.asked_date or timezone.localdate()
    profile = AgencyProfile.objects.first() or AgencyProfile()
    number = typed_number(determination.asked_number) or free_number(profile.number_pattern, on)
    amended = None
    if determination.amends is not None:
        first = determination.amends.decree
        amended = decree_text.Amended(first.number, first.decided_on, determination.amendment_no or 0)
    content = decree_content(
        profile=profile_words(profile),
        number=number,
        on=on,
        terms=_terms(determination, on),
        rows=annex_rows(members),
        signatory=signatory_of(by, acting_for, on),
        amended=amended,
    )
    decree = Decree.objects.create(
        determination=determination,
        number=number,
        decided_on=on,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        content=content,
    )
    _queue(decree)
    return decree


def _terms(determination: Determination, on: date) -> DecreeTerms:
    starts, ends = determination.starts_at, determination.ends_at
    return DecreeTerms(
        unit=determination.unit.name,
        kind=determination.kind,
        place_kind=determination.place_kind,
        place=_public_place(determination),
        hours=(starts, ends) if starts and ends else None,
        zone=_zones([determination.unit_id], on).get(determination.unit_id, ""),
        valid_from=determination.valid_from,
        valid_to=determination.valid_to,
        weekdays=tuple(determination.weekdays),
        days_per_week=determination.days_per_week,
        outputs=_outputs(determination),
    )


def _public_place(determination: Determination) -> str:
    """The place in words; a home address stays in the personnel record."""
    if determination.place_kind == PlaceKind.OTHER_OFFICE:
        return determination.site.name if determination.site else ""
    return determination.place_address


def _outputs(determination: Determination) -> tuple[letter_text.Output, ...]:
    return tuple(
        letter_text.Output(title=item.title, measure=item.measure, target=item.target, due_on=item.due_on)
        for item in determination.outputs.all()
    )


def _zones(unit_ids: Sequence[int], on: date) -> dict[int, str]:
    rows = UnitVersion.objects.active_on(on).filter(unit_id__in=unit_ids)
    return {row.unit_id: row.get_zone_display() for row in rows}


def annex_rows(members: Sequence[DeterminationMember]) -> list[AnnexRow]:
    """The lines of the annex; an annex over several offices has more than one “Sekretariat”."""
    above = units_above_namesakes({member.unit.pk: member.unit.name for member in members if member.unit is not None})
    return [_annex_row(member, above.get(member.unit_id or 0, "")) for member in members]


def _annex_row(member: DeterminationMember, above: str) -> AnnexRow:
    person = _person(member)
    return AnnexRow(
        line=member.line or 0,
        person=replace(person, unit=f"{person.unit}, {above}") if above else person,
        days=tuple(member.days),
        change=member.change,
        ends_on=member.ends_on,
    )


def _person(member: DeterminationMember) -> letter_text.Person:
    employee = member.employee
    return letter_text.Person(
        name=employee.name,
        nip=display_nip(employee.nip),
        grade=employee.grade,
        position=str(member.position or ""),
        unit=str(member.unit or ""),
    )


def issue_excerpts(
    *,
    determination: Determination,
    decree: Decree,
    requests: Sequence[Request],
    members: Sequence[DeterminationMember],
    by: User,
    acting_for: User | None,
) -> dict[int, Letter]:
    """Freeze the excerpt (petikan) of everybody who gets days, by request id; the worker makes the files one by one."""
    on = decree.decided_on
    profile = profile_words(AgencyProfile.objects.first() or AgencyProfile())
    signatory = signatory_of(by, acting_for, on)
    outputs = _outputs(determination)
    zones = _zones([row.unit_id for row in requests if row.unit_id], on)
    by_request = {member.request_id: member for member in members if member.request_id is not None}
    letters = []
    for fwa_request in requests:
        member = by_request[fwa_request.pk]
        number = excerpt_number(decree.number, member.line or 0)
        content = excerpt_content(
            profile=profile,
            decree=decree.number,
            on=on,
            number=number,
            line=member.line or 0,
            person=_person(member),
            granted=_granted(determination, fwa_request, member, outputs, zones),
            signatory=signatory,
        )
        letters.append(
            Letter(
                request=fwa_request,
                number=number,
                decided_on=on,
                token=secrets.token_urlsafe(TOKEN_BYTES),
                content=content,
            )
        )
    Letter.objects.bulk_create(letters, batch_size=BATCH)
    outbox.add_many(
        [
            OutboxMessage(
                topic="fwa.render_letter",
                payload={"letter": letter.pk, "attempt": 0},
                key=f"fwa.render_letter:{letter.pk}:0",
            )
            for letter in letters
        ],
        apart=APART,
    )
    return {letter.request_id: letter for letter in letters}


def excerpt_number(decree: str, line: int) -> str:
    return f"{decree} (petikan {line})"


def _granted(
    determination: Determination,
    fwa_request: Request,
    member: DeterminationMember,
    outputs: tuple[letter_text.Output, ...],
    zones: Mapping[int, str],
) -> letter_text.Granted:
    return letter_text.Granted(
        kind=determination.kind,
        place_kind=determination.place_kind,
        place=_public_place(determination),
        starts_at=determination.starts_at,
        ends_at=determination.ends_at,
        zone=zones.get(fwa_request.unit_id or 0, ""),
        valid_from=fwa_request.valid_from or determination.valid_from,
        valid_to=determination.valid_to,
        weekdays=tuple(determination.weekdays),
        days=tuple(member.days),
        refused=(),
        outputs=outputs,
    )


def _queue(decree: Decree, delay: timedelta = timedelta()) -> None:
    payload = {"decree": decree.pk, "attempt": decree.attempts}
    outbox.add(RENDER_TOPIC, payload, key=f"{RENDER_TOPIC}:{decree.pk}:{decree.attempts}", delay=delay)


def render_decree(decree_id: int, attempt: int) -> None:
    """Make the pages once; a message of an attempt that was overtaken does nothing. Failures are tried again."""
    with transaction.atomic():
        decree = Decree.objects.select_for_update(of=("self",)).select_related("determination").get(pk=decree_id)
        if decree.attempts != attempt or decree.status not in (LetterStatus.QUEUED, LetterStatus.FAILED):
            return
        try:
            content = render_pdf(
                decree.content,
                link=check_url(decree.token),
                logo=logo_bytes(decree.content["logo"]),
                decided_on=decree.decided_on,
            )
            name = free_name(f"{decree.determination.public_id}-keputusan.pdf")
            decree.file.save(name, ContentFile(content), save=False)
        except Exception as error:  # as with letters: the decision stands, HR sees what happened
            _note_failure(decree, error)
            return
        decree.sha256 = hashlib.sha256(content).hexdigest()
        decree.rendered_at = timezone.now()
        decree.status = LetterStatus.AWAITING_SIGNATURE
        decree.last_error = ""
        decree.save(update_fields=["file", "sha256", "rendered_at", "status", "last_error"])
        payload = {"decree": decree.pk, "sha256": decree.sha256}
        ledger.append_to(_chain(decree), "decree.rendered", by=None, payload=payload)


def _chain(decree: Decree) -> str:
    return ledger.chain_of_determination(decree.determination.amends_id or decree.determination_id)


def _note_failure(decree: Decree, error: Exception) -> None:
    log.error("decree.failed", decree_id=decree.pk, attempts=decree.attempts + 1, exc_info=error)
    wait = RETRY_STEPS[min(decree.attempts, len(RETRY_STEPS) - 1)]
    decree.status = LetterStatus.FAILED
    decree.attempts += 1
    decree.last_error = f"{type(error).__name__}: {error}"[:300]
    decree.save(update_fields=["status", "attempts", "last_error"])
    _queue(decree, wait)


@transaction.atomic
def sign_decree(*, by: User, decree_id: int, content: bytes) -> Decree:
    """Put the signed decree on file; it then is the decree. Raises PermissionDenied, AlreadyDecided, ValidationError.

    `content`: the checked bytes of a PDF.
    """
    decree = Decree.objects.select_for_update(of=("self",)).select_related("determination__unit").get(pk=decree_id)
    require(by, "fwa.prepare_determination", decree.determination)
    if decree.status not in (LetterStatus.AWAITING_SIGNATURE, LetterStatus.SIGNED):
        raise AlreadyDecided(_("The decree has to be made before a signed copy can be put on file."))
    digest = hashlib.sha256(content).hexdigest()
    if digest == decree.sha256:
        raise ValidationError({"file": _("This is the decree without a signature. Upload the signed copy.")})
    if digest == decree.signed_sha256:
        return decree
    before = decree.signed_sha256
    name = free_name(f"{decree.determination.public_id}-keputusan-signed-{digest[:12]}.pdf")
    decree.signed_file.save(name, ContentFile(content), save=False)
    decree.signed_sha256, decree.signed_uploaded_by, decree.signed_uploaded_at = digest, by, timezone.now()
    decree.status = LetterStatus.SIGNED
    decree.save(update_fields=["signed_file", "signed_sha256", "signed_uploaded_by", "signed_uploaded_at", "status"])
    payload = {"decree": decree.pk, "sha256": digest, "before": before}
    ledger.append_to(_chain(decree), "decree.signed_copy", by=by, payload=payload)
    return decree


def stored_bytes(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())

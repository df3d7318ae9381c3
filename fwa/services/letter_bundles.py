"""All excerpts of a decree as one PDF, made by the worker bit by bit when somebody asks."""

from __future__ import annotations

import hashlib
import tempfile

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eligibility.enums import RunStatus
from fwa.enums import DeterminationStatus, LetterStatus
from fwa.errors import AlreadyDecided
from fwa.models import Determination, Letter, LetterBundle
from fwa.notifications_determinations import tell_bundle_ready
from fwa.pdf_joining import join_pdfs
from fwa.services.decrees import stored_bytes
from fwa.services.letters import free_name, render_letter
from organization import outbox
from organization.guards import require
from organization.models import User

log = structlog.get_logger(__name__)

BUNDLE_TOPIC = "fwa.bundle_letters"
# Letters made in one go of the worker; in between the progress is on record and others get their turn.
AT_ONCE = 25


@transaction.atomic
def ask_bundle(*, by: User, determination_id: int) -> LetterBundle:
    """Have all excerpts put into one file (again). Raises PermissionDenied, AlreadyDecided."""
    determination = (
        Determination.objects.select_for_update(of=("self",)).select_related("unit").get(pk=determination_id)
    )
    require(by, "fwa.view_determination_plan", determination)
    if determination.status != DeterminationStatus.DECIDED:
        raise AlreadyDecided(_("There are no excerpts before the decision."))
    bundle = LetterBundle.objects.filter(determination=determination).first()
    if bundle is None:
        bundle = LetterBundle(determination=determination, asked_at=timezone.now())
    if bundle.pk and bundle.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        raise AlreadyDecided(_("The file is being made already."))
    bundle.status, bundle.attempt, bundle.done, bundle.message = RunStatus.QUEUED, bundle.attempt + 1, 0, ""
    bundle.total = Letter.objects.filter(request__determination=determination).count()
    bundle.asked_by, bundle.asked_at, bundle.finished_at = by, timezone.now(), None
    bundle.save()
    _go_on(bundle)
    return bundle


def _go_on(bundle: LetterBundle) -> None:
    payload = {"bundle": bundle.pk, "attempt": bundle.attempt, "done": bundle.done}
    outbox.add(BUNDLE_TOPIC, payload, key=f"{BUNDLE_TOPIC}:{bundle.pk}:{bundle.attempt}:{bundle.done}")


def build_bundle(bundle_id: int, attempt: int, done: int) -> None:
    """One go of the worker: make letters that are missing, or put all of them together. Repeating it is harmless."""
    bundle = LetterBundle.objects.select_related("determination").get(pk=bundle_id)
    if bundle.attempt != attempt or bundle.done != done or bundle.status not in (RunStatus.QUEUED, RunStatus.RUNNING):
        return
    try:
        with transaction.atomic():
            _make(bundle)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a full disk, a letter that cannot be read: whoever asked must see it
        log.error("bundle.failed", bundle_id=bundle.pk, exc_info=error)
        bundle.status, bundle.message = RunStatus.FAILED, f"{type(error).__name__}: {error}"[:300]
        bundle.save(update_fields=["status", "message"])


def _make(bundle: LetterBundle) -> None:
    letters = Letter.objects.filter(request__determination=bundle.determination)
    waiting = letters.filter(status__in=[LetterStatus.QUEUED, LetterStatus.FAILED])
    missing = list(waiting.order_by("request__determination_member__line").values_list("pk", flat=True)[:AT_ONCE])
    for letter_id in missing:
        render_letter(letter_id)
    if missing and waiting.filter(pk__in=missing, status=LetterStatus.FAILED).exists():
        raise ValueError(_("An excerpt could not be made; the list of letters says why."))
    if missing:
        bundle.status, bundle.done = RunStatus.RUNNING, max(bundle.total - waiting.count(), bundle.done + 1)
        bundle.save(update_fields=["status", "done"])
        _go_on(bundle)
        return
    _merge(bundle)


def _merge(bundle: LetterBundle) -> None:
    """All letters into one file, written through to the disk: memory stays that of one letter."""
    letters = Letter.objects.filter(request__determination=bundle.determination)
    in_order = letters.order_by("request__determination_member__line", "pk").select_related("request__employee")
    files = (
        (letter.request.employee.name, stored_bytes(letter.final_file.name or "")) for letter in in_order.iterator()
    )
    former = bundle.file.name if bundle.file else ""
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))
    with tempfile.TemporaryFile() as merged:
        count = join_pdfs(files, merged)
        merged.seek(0)
        bundle.sha256 = hashlib.file_digest(merged, "sha256").hexdigest()
        name = free_name(f"{bundle.determination.public_id}-petikan-{bundle.attempt}.pdf")
        bundle.file.save(name, File(merged), save=False)
    bundle.status, bundle.done, bundle.total = RunStatus.DONE, count, count
    bundle.finished_at = timezone.now()
    bundle.save()
    if bundle.asked_by_id:
        tell_bundle_ready(bundle.determination, bundle.asked_by_id, bundle.attempt)

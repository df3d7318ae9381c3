"""A file of evidence as a download, for whoever may see the person's work."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organization.http import UserRequest
from organization.sealing import SealBroken
from performance.errors import StateChanged
from performance.models import DailyReport, LineEvidence
from performance.services.evidence import OpenedFile, open_evidence

SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


@require_safe
@never_cache
def evidence_file(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Never shown in place: the browser saves it under its safe name."""
    rows = LineEvidence.objects.filter(line__report__in=DailyReport.objects.visible_to(request.user), link="")
    found = get_object_or_404(rows.select_related("line__report__employee"), public_id=public_id)
    try:
        return download(open_evidence(by=request.user, evidence=found))
    except SealBroken as error:
        raise StateChanged(_("This file was changed in the store and is not handed out. Tell HR.")) from error


def download(opened: OpenedFile) -> HttpResponse:
    """The answer with a file that cannot act inside the browser."""
    disposition = content_disposition_header(True, opened.name) or "attachment"
    headers = {"Content-Disposition": disposition, **SAFE_HEADERS}
    return HttpResponse(opened.content, content_type=opened.content_type, headers=headers)

"""The ledger for internal auditors: how much there is, the last anchor, and the check on demand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fwa import ledger as book
from fwa.models import LedgerEntry, LedgerHead
from organization.http import UserRequest
from organization.views.pages import require_permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ledger(request: UserRequest) -> HttpResponse:
    """GET: counts and the last anchor. POST: verify everything now and name what is broken; nothing is changed."""
    require_permission(request, "fwa.verify_ledger")
    path = book.latest_anchor()
    context = {
        "chain_count": LedgerHead.objects.exclude(chain=book.REGISTRY).count(),
        "entry_count": LedgerEntry.objects.count(),
        "anchor": book.read_anchor(path) if path else None,
        "verified": request.method == "POST",
        "findings": book.verify(path) if request.method == "POST" else [],
    }
    return render(request, "fwa/ledger.html", context)

"""The public check of a letter: anybody with its QR code sees how it stands now, and nothing about the person.

No login, no cookie needed. Shown: state, number, date, issuing office, initials, end date. Never weekdays, place,
NIP, address or reason (design 4).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from fwa.checked_papers import paper_of, state_of
from fwa.enums import LetterStatus
from fwa.models import Decree, Letter
from fwa.upload_hash import HashedUpload, HashingUploadHandler

# Per address and minute; a whole city hall may stand behind one, and guessing a token is hopeless anyway.
LOOKS_PER_MINUTE = 300
FILES_PER_MINUTE = 60


@require_safe
@login_not_required
@never_cache
def check(request: HttpRequest, token: str) -> HttpResponse:
    """How the letter stands now, with a form to compare a file."""
    if too_often(request, "look", LOOKS_PER_MINUTE):
        return render(request, "429.html", status=429)
    return _page(request, token)


@require_POST
@login_not_required
@csrf_exempt  # changes nothing and works without cookies
@never_cache
def check_file(request: HttpRequest, token: str) -> HttpResponse:
    """Compare a file with the letter by its digest; the file is neither kept nor written anywhere."""
    if too_often(request, "file", FILES_PER_MINUTE):
        return render(request, "429.html", status=429)
    handler = HashingUploadHandler(request, limit=settings.UPLOAD_MAX_BYTES)
    request.upload_handlers = [handler]
    upload: object = request.FILES.get("file")
    if handler.too_large:
        return _page(request, token, problem=_("The file is too large to be a letter. Choose the PDF of this letter."))
    if not isinstance(upload, HashedUpload) or not upload.size:
        return _page(request, token, problem=_("Choose the PDF file that you want to compare."))
    return _page(request, token, sha256=upload.sha256)


def _page(request: HttpRequest, token: str, *, sha256: str = "", problem: str = "") -> HttpResponse:
    letter = paper_of(token)
    if letter is None:
        return render(request, "fwa/check_not_found.html", status=404)
    context = {
        "letter": letter,
        "state": state_of(letter, timezone.localdate()),
        "issuer": letter.content["issuer"],
        "initials": letter.content.get("initials", ""),
        "people": letter.content.get("people"),
        "match": match_of(letter, sha256),
        "problem": problem,
        "can_compare": bool(letter.sha256),
    }
    return render(request, "fwa/check.html", context, status=422 if problem else 200)


def match_of(letter: Letter | Decree, sha256: str) -> str:
    """`yes`: it is the letter; `unsigned`: the copy before the signature; `no`; empty when no file was sent."""
    if not sha256:
        return ""
    if letter.sha256 and sha256 == letter.final_sha256:
        return "yes"
    return "unsigned" if letter.status == LetterStatus.SIGNED and sha256 == letter.sha256 else "no"


def too_often(request: HttpRequest, what: str, limit: int) -> bool:
    """Count in the cache; without a cache nobody is kept out."""
    minute = timezone.now().strftime("%H%M")
    key = f"check:{what}:{request.META.get('REMOTE_ADDR', '')}:{minute}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it went between the two calls
        return False

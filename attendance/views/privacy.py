"""HR publishes what people are told before a position is asked of them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance.forms.privacy import NoticeForm
from attendance.models import AttendanceTerms
from attendance.privacy_text import proposed_notice
from attendance.services.privacy import newest_notice, publish_notice
from attendance.terms import attendance_terms_on
from organization.http import UserRequest
from organization.views.pages import FormPage, handle_form, require_permission


@require_http_methods(["GET", "HEAD", "POST"])
def privacy_notice(request: UserRequest) -> HttpResponse:
    """The notice that counts, or a proposal; saving it makes a new version that everybody reads anew."""
    require_permission(request, "attendance.manage_terms")
    newest = newest_notice()
    terms: AttendanceTerms = attendance_terms_on(timezone.localdate())
    initial = (
        {"text_id": newest.text_id, "text_en": newest.text_en}
        if newest
        else {f"text_{language}": proposed_notice(language, terms) for language, _name in settings.LANGUAGES}
    )
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=initial)
    version = newest.version if newest else 0
    page = FormPage(
        title=_("Privacy notice of attendance"),
        intro=_("Version %(version)s counts now.") % {"version": version}
        if version
        else _("None is published yet: entries are recorded without a position. This is a proposal; change it first."),
        submit=_("Publish as version %(version)s") % {"version": version + 1},
        cancel_url="/",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: publish_notice(by=request.user, **form.cleaned_data),
        done=_("Published. Everybody reads it before a position is asked for again."),
        done_url=reverse("attendance:privacy_notice"),
    )

"""A leader's own figures: how soon what their people report is reviewed, and what was passed on for want of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organization.http import UserRequest
from performance.review_figures import below, months_of
from performance.review_page import waiting_counts
from performance.views.reviews import leads_somebody


@require_safe
@never_cache
def review_figures(request: UserRequest) -> HttpResponse:
    """Own months, and what waits with the supervisors directly below."""
    leads_somebody(request)
    today = timezone.localdate()
    context = {
        "months": months_of(request.user, on=today),
        "below": below(request.user, on=today),
        "counts": waiting_counts(request.user),
        "crumbs": [(_("Report reviews"), reverse("performance:review_list")), (_("My figures"), "")],
    }
    return render(request, "performance/review_figures.html", context)

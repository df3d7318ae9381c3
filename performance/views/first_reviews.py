"""First reviews of arrangements that are due, and opening one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from organization.access import access_for
from organization.http import UserRequest
from organization.leading import led_by
from organization.models import User
from organization.views.pages import paginate, require_permission
from performance.models import OutputContract
from performance.services.first_reviews import due_contracts, open_first, period_of_first
from performance.terms import performance_terms_on


def waiting_first(user: User) -> QuerySet[OutputContract]:
    """First reviews that the user is to write."""
    return due_contracts(on=timezone.localdate()).filter(employee__in=led_by(user, with_hr=False))


@require_safe
def first_review_list(request: UserRequest) -> HttpResponse:
    """Arrangements whose first review is due, the one that began first on top."""
    today = timezone.localdate()
    page = paginate(request, waiting_first(request.user).select_related("employee").order_by("valid_from", "pk"))
    context = {
        "page_obj": page,
        "rows": [(row, *period_of_first(row, on=today)) for row in page],
        "months": performance_terms_on(today).first_evaluation_months,
        "crumbs": [(_("Evaluations"), reverse("performance:evaluation_list")), (_("First reviews"), "")],
    }
    return render(request, "performance/first_review_list.html", context)


@require_POST
def first_review_open(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Begin the first review of an arrangement, or go on with it."""
    reach = access_for(request.user).employees_q("employee__")
    contract = get_object_or_404(OutputContract.objects.filter(reach).select_related("employee"), public_id=public_id)
    require_permission(request, "performance.evaluate", contract.employee)
    try:
        made = open_first(by=request.user, contract=contract)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("performance:first_review_list")
    return redirect("performance:evaluation", made.public_id)

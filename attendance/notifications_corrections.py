"""Messages about corrections. A mail names neither day nor person."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.enums import CorrectionStatus
from attendance.models import Correction
from organization.leading import leaders_of
from organization.notices import register_notice
from organization.services.notices import notify

register_notice(
    "attendance.correction_submitted",
    subject=_("A correction of attendance waits for your decision"),
    body=_("%(name)s asks for other times on %(day_on)s. Open it to approve or refuse."),
    mail_body=_("Open it to approve or refuse."),
)
register_notice(
    "attendance.correction_decided",
    subject=_("Your correction of attendance: %(outcome)s"),
    body=_("It concerns %(day_on)s. Open it to read the reason."),
    mail_body=_("Open it to read the reason."),
    words={"outcome": lambda code: CorrectionStatus(code).label},
)


def correction_url(correction: Correction) -> str:
    return reverse("attendance:correction", args=[correction.pk])


def tell_submitted(correction: Correction) -> None:
    """The supervisor, or who decides in their place."""
    told = leaders_of([correction.employee_id], on=timezone.localdate())
    notify(
        user_ids=told.get(correction.employee_id, ()),
        code="attendance.correction_submitted",
        context={"name": correction.employee.name, "day_on": correction.day.isoformat()},
        url=correction_url(correction),
        key=f"correction:{correction.pk}:submitted",
    )


def tell_decided(correction: Correction) -> None:
    """The employee."""
    if correction.employee.user_id is None:
        return
    notify(
        user_ids=[correction.employee.user_id],
        code="attendance.correction_decided",
        context={"outcome": correction.status, "day_on": correction.day.isoformat()},
        url=correction_url(correction),
        key=f"correction:{correction.pk}:decided",
    )

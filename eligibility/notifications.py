"""Messages about policies to those who keep them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eligibility.enums import PolicyCode
from eligibility.models import PolicyVersion, SentBack
from organization.enums import Role
from organization.models import RoleGrant, User
from organization.notices import register_notice
from organization.services.notices import notify

register_notice(
    "eligibility.publication_asked",
    subject=_("A policy waits to be published"),
    body=_("%(policy)s, version %(number)d. You publish it as the second person, or send it back."),
    words={"policy": lambda code: PolicyCode(code).label},
)
register_notice(
    "eligibility.sent_back",
    subject=_("A draft came back to you"),
    body=_("%(policy)s, version %(number)d, from %(name)s: %(note)s"),
    mail_body=_("%(policy)s, version %(number)d, from %(name)s. What to look at again stands in your notices."),
    words={"policy": lambda code: PolicyCode(code).label},
)
register_notice(
    "eligibility.published",
    subject=_("Your draft is published"),
    body=_("%(policy)s, version %(number)d, applies from %(valid_on)s. %(name)s published it."),
    words={"policy": lambda code: PolicyCode(code).label},
)


def agency_hr(*, but: User) -> list[int]:
    """Ids of the accounts that are HR admin of the whole agency today, without `but`."""
    grants = RoleGrant.objects.active_on(timezone.localdate()).filter(role=Role.HR_ADMIN, unit=None)
    return list(grants.filter(user__is_active=True).exclude(user=but).values_list("user_id", flat=True).distinct())


def publication_asked(draft: PolicyVersion, *, by: User) -> None:
    """To every other HR admin of the agency; whoever edited last may not publish."""
    notify(
        user_ids=agency_hr(but=by),
        code="eligibility.publication_asked",
        context={"policy": draft.policy.code, "number": draft.number},
        url=reverse("eligibility:draft", args=[draft.policy.code, draft.number]),
        key=f"publish:{draft.pk}:{draft.revision}:{draft.submitted_at:%Y%m%d%H%M%S}",
    )


def sent_back(item: SentBack, *, user_ids: list[int]) -> None:
    """To whoever asked for publication and edited last."""
    version = item.version
    notify(
        user_ids=user_ids,
        code="eligibility.sent_back",
        context={
            "policy": version.policy.code,
            "number": version.number,
            "name": str(item.sent_by),
            "note": item.note,
        },
        url=reverse("eligibility:draft", args=[version.policy.code, version.number]),
        key=f"sent-back:{item.pk}",
    )


def version_published(version: PolicyVersion, *, by: User) -> None:
    """To whoever edited it and asked for it; the publisher knows."""
    told = {version.edited_by_id, version.submitted_by_id} - {by.pk, None}
    notify(
        user_ids=[pk for pk in told if pk is not None],
        code="eligibility.published",
        context={
            "policy": version.policy.code,
            "number": version.number,
            "valid_on": version.valid_from.isoformat(),
            "name": str(by),
        },
        url=reverse("eligibility:policy_version", args=[version.policy.code, version.number]),
        key=f"published:{version.pk}",
    )

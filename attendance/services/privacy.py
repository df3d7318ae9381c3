"""What people are told before a position is asked of them: versions of a notice, and who has read which.

Source: UU 27/2022 (duty to state purpose and basis), regulation 7.4 and 8 `privacy.notice_version` (P + DPO).
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import PrivacyAcknowledgement, PrivacyNotice
from organization.guards import require
from organization.models import User

SHORTEST = 40


def newest_notice() -> PrivacyNotice | None:
    """The notice that counts; none before HR has published one, and then no position is asked for."""
    return PrivacyNotice.objects.order_by("-version").first()


@transaction.atomic
def publish_notice(*, by: User, text_id: str, text_en: str) -> PrivacyNotice:
    """Make a new version the one that counts: everybody reads it anew before a position is asked for again."""
    require(by, "attendance.manage_terms")
    texts = {"text_id": text_id.strip(), "text_en": text_en.strip()}
    for name, text in texts.items():
        if len(text) < SHORTEST:
            raise ValidationError({name: _("Say what is recorded, why, who sees it and how long it is kept.")})
    newest = PrivacyNotice.objects.select_for_update().order_by("-version").first()
    if newest and (newest.text_id, newest.text_en) == (texts["text_id"], texts["text_en"]):
        raise ValidationError(_("This is the notice that counts already, word for word."))
    version = newest.version + 1 if newest else 1
    try:
        with transaction.atomic():
            return PrivacyNotice.objects.create(version=version, published_at=timezone.now(), published_by=by, **texts)
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has published a version just now. Look at it first.")) from error


@transaction.atomic
def acknowledge_notice(*, by: User, version: int) -> PrivacyAcknowledgement:
    """Note that the user has read the newest notice; twice is once. Raises ValidationError for an older one."""
    notice = newest_notice()
    if notice is None or notice.version != version:
        raise ValidationError(_("The notice was changed meanwhile. Read the new one first."))
    row, _made = PrivacyAcknowledgement.objects.get_or_create(
        notice=notice, user=by, defaults={"acknowledged_at": timezone.now()}
    )
    return row

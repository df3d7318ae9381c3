"""Refusals of eligibility that have a meaning of their own for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_fsm import TransitionNotAllowed

if TYPE_CHECKING:
    from eligibility.criteria.base import Text
    from eligibility.differences import Difference
    from eligibility.models import PolicyVersion
    from organization.models import User


class FixedByLaw(ValidationError):
    """What was asked for loosens what the law fixes. `article` is the legal basis in the reader's language."""

    def __init__(self, problems: Mapping[str, Text], *, article: str) -> None:
        self.article = article
        words = {
            field: [ValidationError(_("%(why)s (%(article)s)") % {"why": why, "article": article}, code="fixed_by_law")]
            for field, why in problems.items()
        }
        super().__init__(words)


class StaleDraft(TransitionNotAllowed):
    """Somebody else changed the draft since it was shown (409): nothing is overwritten. `revision`: what stands now."""

    for_people = True

    def __init__(self, editor: User | None, *, revision: int) -> None:
        self.revision = revision
        name = str(editor) if editor else _("somebody else")
        text = _("%(name)s changed this draft meanwhile. Look at what stands there now, then save again.")
        super().__init__(text % {"name": name})


class NoDraft(TransitionNotAllowed):
    """The version is published, so it is not edited any more (409)."""

    for_people = True

    def __init__(self) -> None:
        super().__init__(_("This version is published and is not edited any more. Correct it by a new version."))


class AlreadyPublished(TransitionNotAllowed):
    """Somebody published the version a moment ago (409); a normal outcome with its own words."""

    for_people = True

    def __init__(self, version: PolicyVersion) -> None:
        at = version.published_at
        when = date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
        words = _("%(name)s published this version on %(time)s.")
        super().__init__(words % {"name": version.published_by, "time": when})


class NotAskedFor(TransitionNotAllowed):
    """Publication was not asked for, or no longer is: there is nothing to send back (409)."""

    for_people = True

    def __init__(self) -> None:
        super().__init__(_("Publication is not asked for any more. Look at the draft again."))


class FactsMoved(TransitionNotAllowed):
    """Some people come out otherwise than simulated (409). Publishing waits until somebody confirms them."""

    for_people = True

    def __init__(self, difference: Difference, *, was_simulated: bool) -> None:
        self.difference = difference
        self.was_simulated = was_simulated
        if was_simulated:
            words = ngettext(
                "%(count)d person comes out otherwise than simulated. Look at the name, then confirm.",
                "%(count)d people come out otherwise than simulated. Look at the names, then confirm.",
                difference.total,
            )
        else:
            words = ngettext(
                "%(count)d person gains or loses, and nobody has simulated it. Look at the name, then confirm.",
                "%(count)d people gain or lose, and nobody has simulated it. Look at the names, then confirm.",
                difference.total,
            )
        super().__init__(words % {"count": difference.total})

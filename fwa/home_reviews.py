"""Reviews on the first page and in the inbox: those to answer, and those to decide."""

from __future__ import annotations

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fwa.enums_reviews import ReviewStatus
from fwa.home import Waiting
from fwa.models import ArrangementReview
from fwa.notifications_reviews import review_url
from fwa.presentation_reviews import tag_of
from organization.models import User

SHOWN = 5


def reviews_to_decide(user: User) -> list[tuple[ArrangementReview, tuple[str, str]]]:
    """With their tags, the most urgent first: answered ones, then by the last day to answer; one query."""
    rows = ArrangementReview.objects.to_decide(user).for_list()
    return [(row, tag_of(row)) for row in rows.order_by("-status", "respond_by", "pk")[:SHOWN]]


def waiting_reviews(user: User) -> list[Waiting]:
    """Own reviews to answer, then those to decide; one query."""
    mine = Q(pk__in=ArrangementReview.objects.to_answer(user).values("pk"))
    to_decide = Q(pk__in=ArrangementReview.objects.to_decide(user).values("pk"))
    rows = ArrangementReview.objects.filter(mine | to_decide).for_list().order_by("respond_by", "pk")[: 2 * SHOWN]
    lines = [(row.employee.user_id == user.pk, row) for row in rows]
    return [_own_line(row) if is_own else _line(row) for is_own, row in sorted(lines, key=lambda line: not line[0])]


def _own_line(row: ArrangementReview) -> Waiting:
    by = date_format(row.respond_by, "DATE_FORMAT")
    return Waiting(
        text=_("Your arrangement %(number)s is reviewed") % {"number": row.request.number},
        detail=_("It goes on until it is decided. You may answer until %(date)s.") % {"date": by},
        url=review_url(row),
        action=_("Answer"),
    )


def _line(row: ArrangementReview) -> Waiting:
    detail = _("The answer is there.")
    if row.status == ReviewStatus.OPEN:
        detail = _("The employee may answer until %(date)s.") % {"date": date_format(row.respond_by, "DATE_FORMAT")}
    return Waiting(
        text=_("%(name)s: an arrangement to review") % {"name": row.employee.name},
        detail=f"{row.request.number} · {detail}",
        url=review_url(row),
        action=_("Look"),
    )

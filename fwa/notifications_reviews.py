"""Messages about reviews of running arrangements. In the app they name rule and article and nothing of a case; a mail
names the number only."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fwa.enums_reviews import ReviewOutcome
from fwa.models import ArrangementReview
from fwa.notifications import role_user_ids
from fwa.review_rules import rules_code, rules_in_words
from fwa.webhooks import announce_review
from organization.enums import Role
from organization.models import Delegation, Placement, User
from organization.notices import register_notice
from organization.services.notices import notify

_WORDS = {"rules": rules_in_words}
_OUTCOME = {"outcome": lambda code: ReviewOutcome(code).label}

register_notice(
    "fwa.review_opened",
    subject=_("Arrangement %(number)s is reviewed"),
    body=_("Not met: %(rules)s. Your arrangement goes on until it is decided. You may answer until %(respond_by_on)s."),
    mail_body=_("Your arrangement goes on until it is decided. You may answer until %(respond_by_on)s."),
    words=_WORDS,
)
register_notice(
    "fwa.review_waits",
    subject=_("Arrangement %(number)s: a rule is not met any more"),
    body=_("Not met: %(rules)s. The employee may answer until %(respond_by_on)s; then please decide."),
    mail_body=_("The employee may answer until %(respond_by_on)s; then please decide."),
    words=_WORDS,
)
register_notice(
    "fwa.review_known",
    subject=_("Arrangement %(number)s of somebody in your team is reviewed"),
    body=_("Not met: %(rules)s. It goes on until the unit head or HR has decided."),
    mail_body=_("It goes on until the unit head or HR has decided."),
    words=_WORDS,
)
register_notice(
    "fwa.review_answered",
    subject=_("Arrangement %(number)s: the answer is there"),
    body=_("The employee has answered. Please decide."),
)
register_notice(
    "fwa.review_late",
    subject=_("Arrangement %(number)s: no answer in time"),
    body=_("The time to answer ended on %(respond_by_on)s. The arrangement goes on until you decide."),
)
register_notice(
    "fwa.review_decided",
    subject=_("Arrangement %(number)s: decided"),
    body=_("Decision: %(outcome)s. Open the review to read the reason."),
    mail_body=_("The review is decided. Open it to read the decision and the reason."),
    words=_OUTCOME,
)
register_notice(
    "fwa.review_moot",
    subject=_("Arrangement %(number)s: the review is closed"),
    body=_("Nothing is left to decide. The arrangement stays as it is now."),
)
register_notice(
    "fwa.suspension_lifted",
    subject=_("Arrangement %(number)s goes on again"),
    body=_("Its suspension was lifted. Open it to see which dates you have again, and which are gone."),
)


def review_url(review: ArrangementReview) -> str:
    return reverse("fwa:review", args=[review.public_id])


def decider_ids(review: ArrangementReview) -> list[int]:
    """The unit head and who stands in for them; HR of the unit where there is none. Never the employee."""
    if review.holder_id is None:
        found = role_user_ids(Role.HR_ADMIN, review.request)
    else:
        stand_ins = Delegation.objects.active_on(timezone.localdate()).filter(principal_id=review.holder_id)
        found = [review.holder_id, *stand_ins.values_list("delegate_id", flat=True)]
    return [user_id for user_id in found if user_id != review.employee.user_id]


def _supervisor_ids(review: ArrangementReview) -> list[int | None]:
    rows = Placement.objects.active_on(timezone.localdate()).filter(employee_id=review.employee_id)
    return list(rows.values_list("supervisor__user_id", flat=True))


def _tell(user_ids: Iterable[int | None], code: str, review: ArrangementReview, key: str, **context: str) -> None:
    notify(
        user_ids={user_id for user_id in user_ids if user_id},
        code=code,
        context={"number": review.request.number, **context},
        url=review_url(review),
        key=f"{code}:{review.pk}:{key}",
    )


def _tell_rules(review: ArrangementReview, key: str) -> None:
    context = {"rules": rules_code(review.rules), "respond_by_on": review.respond_by.isoformat()}
    own, deciders = review.employee.user_id, decider_ids(review)
    _tell([own], "fwa.review_opened", review, key, **context)
    _tell(deciders, "fwa.review_waits", review, key, **context)
    others = [user_id for user_id in _supervisor_ids(review) if user_id not in {own, *deciders}]
    _tell(others, "fwa.review_known", review, key, rules=context["rules"])


def tell_opened(review: ArrangementReview) -> None:
    _tell_rules(review, "once")
    announce_review("review.opened", review, "once")


def tell_extended(review: ArrangementReview) -> None:
    _tell_rules(review, str(len(review.rules)))


def tell_answered(review: ArrangementReview) -> None:
    _tell(decider_ids(review), "fwa.review_answered", review, "once")


def tell_late(review: ArrangementReview) -> None:
    hr = [user_id for user_id in role_user_ids(Role.HR_ADMIN, review.request) if user_id != review.employee.user_id]
    respond_by = review.respond_by.isoformat()
    _tell([*decider_ids(review), *hr], "fwa.review_late", review, respond_by, respond_by_on=respond_by)


def tell_decided(review: ArrangementReview, by: User) -> None:
    users = [review.employee.user_id, *_supervisor_ids(review), *decider_ids(review)]
    _tell(
        [user_id for user_id in users if user_id != by.pk], "fwa.review_decided", review, "once", outcome=review.outcome
    )
    announce_review("review.decided", review, "once")


def tell_moot(review: ArrangementReview) -> None:
    _tell([review.employee.user_id, *decider_ids(review)], "fwa.review_moot", review, "once")


def tell_lifted(review: ArrangementReview, by: User) -> None:
    users = [review.employee.user_id, *_supervisor_ids(review)]
    _tell(
        [user_id for user_id in users if user_id != by.pk], "fwa.suspension_lifted", review, timezone.now().isoformat()
    )

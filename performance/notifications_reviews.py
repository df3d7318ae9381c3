"""Messages about reviews. A mail names neither day nor person nor reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organization.models import User
from organization.notices import register_notice
from organization.services.notices import Told, notify, notify_each
from performance.enums import Rating, ReviewAction
from performance.models import DailyReport, FeedbackComment, Output


def _reports(count: str) -> str:
    return ngettext("%(count)s daily report", "%(count)s daily reports", int(count)) % {"count": count}


register_notice(
    "performance.reports_accepted",
    subject=_("Accepted: %(count)s"),
    body=_("%(name)s accepted what you reported, the last time for %(day_on)s."),
    mail_body=_("What you reported is accepted."),
    words={"count": _reports},
)
register_notice(
    "performance.report_returned",
    subject=_("A daily report of yours was returned"),
    body=_("It is about %(day_on)s. Open it to read why, mend it and send it again."),
    mail_body=_("Open it to read why, mend it and send it again."),
)
register_notice(
    "performance.report_reopened",
    subject=_("A daily report of yours is open again"),
    body=_("It is about %(day_on)s and was accepted before. Open it to read why, and send it again."),
    mail_body=_("Open it to read why, and send it again."),
)
register_notice(
    "performance.output_rated",
    subject=_("An output of yours was rated"),
    body=_("“%(title)s”: %(rating)s. Open it to read the reason and to answer."),
    mail_body=_("Open it to read the reason and to answer."),
    words={"rating": lambda code: Rating(code).label},
)
register_notice(
    "performance.comment_on_report",
    subject=_("New feedback on a daily report"),
    body=_("%(name)s wrote about the report of %(day_on)s. Open it to read and to answer."),
    mail_body=_("Open it to read and to answer."),
)
register_notice(
    "performance.comment_on_output",
    subject=_("New feedback on an output"),
    body=_("%(name)s wrote about “%(title)s”. Open it to read and to answer."),
    mail_body=_("Open it to read and to answer."),
)
register_notice(
    "performance.reviews_passed_on",
    subject=_("%(count)s of your people waited too long for your review"),
    body=_("The next level is told and may review in your place. You still can, and it counts in your figures."),
    words={"count": _reports},
)
register_notice(
    "performance.reviews_from_below",
    subject=_("%(count)s below you wait too long for review"),
    body=_("They wait for %(name)s. Now they are on your list too: review them, or speak with the supervisor."),
    mail_body=_("Now they are on your list too: review them, or speak with the supervisor."),
    words={"count": _reports},
)


def report_url(report: DailyReport) -> str:
    return reverse("performance:report", args=[report.public_id])


def output_url(output: Output) -> str:
    return reverse("performance:output", args=[output.public_id])


def tell_accepted(rows: Iterable[DailyReport], *, by: User) -> None:
    """Each author once, however many of their days were accepted. No mail: there is nothing to do."""
    days: dict[int, list[DailyReport]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.day):
        days[row.employee_id].append(row)
    users = {
        user.employee.pk: user for user in User.objects.filter(employee__in=days).select_related("employee") if days
    }
    told = []
    for employee_id, user in users.items():
        last = days[employee_id][-1]
        context = {"count": str(len(days[employee_id])), "name": str(by), "day_on": last.day.isoformat()}
        told.append(Told(user, context, report_url(last), f"report:{last.pk}:{last.version}:accepted"))
    notify_each("performance.reports_accepted", told, mail=False)


def tell_sent_back(report: DailyReport, action: ReviewAction) -> None:
    """The author."""
    if report.employee.user_id is None:
        return
    code = "performance.report_returned" if action == ReviewAction.RETURN else "performance.report_reopened"
    notify(
        user_ids=[report.employee.user_id],
        code=code,
        context={"day_on": report.day.isoformat()},
        url=report_url(report),
        key=f"report:{report.pk}:{report.version}:{action}",
    )


def tell_rated(output: Output, *, review_id: int) -> None:
    """The person who promised it."""
    user_id = output.contract.employee.user_id
    if user_id is None:
        return
    notify(
        user_ids=[user_id],
        code="performance.output_rated",
        context={"title": output.title, "rating": output.rating},
        url=output_url(output),
        key=f"output:{output.pk}:review:{review_id}",
    )


def tell_comment(comment: FeedbackComment, user_ids: Iterable[int]) -> None:
    """The other side of the thread; what was said stays on the page."""
    report, output = comment.report, comment.output
    about = {"day_on": report.day.isoformat()} if report else {"title": output.title if output else ""}
    code = "performance.comment_on_report" if report else "performance.comment_on_output"
    notify(
        user_ids=user_ids,
        code=code,
        context={"name": str(comment.author), **about},
        url=report_url(report) if report else output_url(output) if output else "",
        key=f"feedback:{comment.pk}",
    )


@dataclass(frozen=True)
class PassedOn:
    """How many reports went from a supervisor to the accounts above."""

    leader_id: int
    above_ids: set[int]
    count: int


def tell_passed_on(rows: Iterable[PassedOn], *, key: str) -> None:
    """The supervisors and the level above each; a fixed number of statements for many."""
    rows = list(rows)
    ids = {row.leader_id for row in rows}.union(*(row.above_ids for row in rows))
    users = User.objects.in_bulk(ids)
    url = reverse("performance:review_list")
    from_below = reverse("performance:review_list", query={"show": "all", "risk": "passed_on"})
    told, above = [], []
    for row in rows:
        count = str(row.count)
        told.append(Told(users[row.leader_id], {"count": count}, url, f"{key}:{row.leader_id}"))
        context = {"count": count, "name": str(users[row.leader_id])}
        above += [Told(users[pk], context, from_below, f"{key}:{row.leader_id}:above") for pk in row.above_ids]
    notify_each("performance.reviews_passed_on", told)
    notify_each("performance.reviews_from_below", above)

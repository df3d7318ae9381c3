"""Running arrangements put in question: one open, one answered and waiting, one suspended by a decision."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from fwa.demo.clock import Case, moment
from fwa.demo.people import CAST
from fwa.demo.story import Story
from fwa.enums import RequestStatus
from fwa.models import ArrangementReview, Request
from fwa.running import running_requests
from fwa.services.rescreening import rescreen
from fwa.services.reviews import ReviewDecision, decide, respond
from organization.enums import ChangeCause, DisciplineStatus
from organization.services.discipline import save_case

WEEKS_LEFT = timedelta(weeks=2)
ANSWER = (
    "Saya telah menyerahkan seluruh bukti kehadiran kepada tim pemeriksa. Keluaran bulan ini sudah selesai, "
    "dan saya bersedia bekerja di kantor pada hari pemeriksaan."
)
REASON = "Pemeriksaan masih berjalan; pegawai diperlukan di kantor sampai hasilnya ditetapkan."


def cases(story: Story) -> list[Case]:
    return [stays_open(story), is_answered(story), is_suspended(story)]


def _person(story: Story, number: int) -> Request | None:
    """Somebody whose arrangement runs for some weeks more and who has nothing else under way; a small demo has few."""
    names = [story.agency.employees[key].pk for key in CAST if key in story.agency.employees]
    later = running_requests(timezone.localdate() + WEEKS_LEFT).exclude(employee_id__in=names)
    under_way = Request.objects.filter(status__in=[RequestStatus.SUBMITTED, RequestStatus.RETURNED])
    rows = later.exclude(employee__in=under_way.values("employee")).filter(
        assignment__valid_from__lte=timezone.localdate(), reviews=None
    )
    return rows.select_related("employee__user").order_by("pk")[number : number + 1].first()


def _case(story: Story, number: int, fwa_request: Request) -> ArrangementReview:
    """HR enters an examination; the review is there as it would be a moment later."""
    today = timezone.localdate()
    values = {"reference": f"PD-{today.year}-9{number:03d}", "status": DisciplineStatus.EXAMINATION, "opened_on": today}
    employee_id = fwa_request.employee_id
    save_case(by=story.user("kepegawaian"), employee_id=employee_id, case_id=None, values=values)
    rescreen(employee_ids=[employee_id], on=today, cause=ChangeCause.DISCIPLINE)
    return ArrangementReview.objects.get(request=fwa_request)


def stays_open(story: Story) -> Case:
    yield moment(story.days.back(1), 9, 35)
    fwa_request = _person(story, 0)
    if fwa_request is not None:
        _case(story, 1, fwa_request)


def is_answered(story: Story) -> Case:
    yield moment(story.days.back(3), 10, 5)
    fwa_request = _person(story, 1)
    if fwa_request is None:
        return
    review = _case(story, 2, fwa_request)
    yield moment(story.days.back(2), 14, 20)
    if fwa_request.employee.user is not None:
        respond(by=fwa_request.employee.user, review_id=review.pk, text=ANSWER)


def is_suspended(story: Story) -> Case:
    yield moment(story.days.back(6), 8, 50)
    fwa_request = _person(story, 2)
    if fwa_request is None:
        return
    review = _case(story, 3, fwa_request)
    yield moment(story.days.back(5), 9, 15)
    if fwa_request.employee.user is not None:
        respond(by=fwa_request.employee.user, review_id=review.pk, text=ANSWER)
    yield moment(story.days.back(4), 15, 10)
    first = story.days.back(3)
    decision = ReviewDecision("suspended", REASON, "discipline", first)
    decide(by=review.holder or story.user("kepegawaian"), review_id=review.pk, decision=decision)

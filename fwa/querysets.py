"""Reads over requests and steps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject

from fwa.enums import RequestStatus, StepRole, StepStatus
from organization.access import Access, access_for
from organization.enums import Role
from organization.models import Holiday
from organization.querysets import under_paths_q

if TYPE_CHECKING:
    from organization.models import User

# Which granted role decides a step that has no single holder.
ROLE_OF_STEP: dict[str, Role] = {StepRole.HR: Role.HR_ADMIN, StepRole.AUTHORITY: Role.AUTHORITY}


def holder_q(access: Access, prefix: str = "") -> Q:
    """Steps that this user may decide: held in person, for somebody they stand in for, or by a granted role.

    A role that comes from an officer does not reach that officer's own request.
    """
    condition = Q(**{f"{prefix}holder_id__in": access.identity_ids})
    for step_role, role in ROLE_OF_STEP.items():
        for officer_id in access.identity_ids:
            paths = [grant.path for grant in access.grants if (grant.user_id, grant.role) == (officer_id, role)]
            if paths:
                pool = Q(**{f"{prefix}holder__isnull": True, f"{prefix}role": step_role})
                condition |= (
                    pool
                    & under_paths_q(paths, f"{prefix}request__unit__")
                    & ~Q(**{f"{prefix}request__employee__user_id": officer_id})
                )
    return condition


class StepQuerySet(models.QuerySet):
    def current(self) -> Self:
        return self.filter(status=StepStatus.CURRENT)

    def open(self) -> Self:
        """Steps still to come or waiting now."""
        return self.filter(status__in=[StepStatus.WAITING, StepStatus.CURRENT])

    def decidable_by(self, user: User) -> Self:
        """Current steps in this user's inbox; never on their own request, also not through a delegation."""
        access = access_for(user)
        return self.current().filter(holder_q(access)).exclude(request__employee__user_id=access.user_id)

    def for_inbox(self) -> Self:
        """With what a line of the inbox shows; the most urgent first."""
        from fwa.models import RequestDate  # models import this file

        days = RequestDate.objects.filter(request=models.OuterRef("request"), is_live=True).order_by()
        count = days.values("request").annotate(number=models.Count("day", distinct=True)).values("number")
        return (
            self.select_related("request__employee", "request__unit", "request__position", "request__site", "holder")
            .annotate(day_count=models.Subquery(count))
            .order_by("due_on", "pk")
        )

    def with_holidays(self, on: date) -> Self:
        """Adds `holidays`: those from `on` to the day the step is due, which its clock leaves out."""
        days = Holiday.objects.filter(day__gte=on, day__lte=models.OuterRef("due_on")).order_by("day")
        return self.annotate(holidays=ArraySubquery(days.values("day")))


class RequestQuerySet(models.QuerySet):
    def pending(self) -> Self:
        return self.filter(status=RequestStatus.SUBMITTED)

    def of_user(self, user: User) -> Self:
        return self.filter(employee__user=user)

    def visible_to(self, user: User) -> Self:
        """Own requests; sent ones of people in scope; and every request whose chain names this user."""
        from fwa.models import Request, Step  # models import this file

        access = access_for(user)
        # Drafts are nobody's but the employee's, and the system's that keeps one for them.
        sent = ~Q(status=RequestStatus.DRAFT)
        if user.is_service:
            sent |= Q(entered_by=user)
        if not access.reaches_most:  # few requests, looked up by what makes each of them visible
            named = Step.objects.filter(holder_q(access)).exclude(request__status=RequestStatus.DRAFT)
            reach = Request.objects.filter(sent & access.employees_q("employee__")).order_by().values("pk")
            own = Request.objects.of_user(user).order_by().values("pk")
            return self.filter(pk__in=own.union(reach, named.order_by().values("request_id")))
        if access.reaches_all:  # whoever a chain names adds nothing to everybody
            return self.filter(Q(employee__user_id=user.pk) | sent)
        in_chain = Step.objects.filter(request=models.OuterRef("pk")).filter(holder_q(access))
        return self.filter(
            Q(employee__user_id=user.pk)
            | (sent & access.employees_q("employee__"))
            | (sent & Q(models.Exists(in_chain)))
        )

    def for_list(self) -> Self:
        from fwa.models import Step  # models import this file

        current = Step.objects.current().filter(request=models.OuterRef("pk")).order_by("order")
        return (
            self.select_related("employee", "unit", "position")
            .annotate(
                current_role=models.Subquery(current.values("role")[:1]),
                current_due_on=models.Subquery(current.values("due_on")[:1]),
                current_holder=models.Subquery(current.values("holder__name")[:1]),
            )
            .order_by(models.F("submitted_at").desc(nulls_first=True), "-pk")
        )

    def with_review(self) -> Self:
        """Adds `latest_review`: the last review of the arrangement as `presentation_reviews.review_of` reads it."""
        from fwa.models import ArrangementReview  # models import this file

        shown = ("public_id", "cause", "status", "outcome", "respond_by")
        reviews = ArrangementReview.objects.filter(request=models.OuterRef("pk")).order_by("-opened_at", "-pk")
        parts: dict[str, str] = {name: name for name in shown}
        return self.annotate(latest_review=models.Subquery(reviews.values(parts=JSONObject(**parts))[:1]))

    def for_detail(self) -> Self:
        from fwa.models import RequestOutput, Step  # models import this file

        steps = Step.objects.select_related("holder", "decided_by", "acting_for")
        outputs = RequestOutput.objects.select_related("work_result")
        return self.select_related(
            "employee__user", "unit", "position", "supervisor", "site", "domicile", "letter", "assignment", "renews"
        ).prefetch_related(
            models.Prefetch("outputs", queryset=outputs), "dates", models.Prefetch("steps", queryset=steps)
        )


class RequestDateQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(is_live=True)

    def between(self, start: date, end: date) -> Self:
        return self.filter(day__gte=start, day__lte=end)


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Letters of the requests that this user may see."""
        from fwa.models import Request  # models import this file

        if access_for(user).reaches_all:  # a draft has no letter
            return self.all()
        return self.filter(request__in=Request.objects.visible_to(user))

    def managed_by(self, user: User) -> Self:
        """Letters that HR looks after and auditors read, inside the granted subtrees."""
        access = access_for(user)
        paths = (*access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))
        return self.filter(under_paths_q(paths, "request__unit__"))

    def for_list(self) -> Self:
        return self.select_related("request__employee", "request__unit").order_by("-created_at", "-pk")


class CircumstanceQuerySet(models.QuerySet):
    def sent(self) -> Self:
        return self.exclude(request__status=RequestStatus.DRAFT)

    def openable_by(self, user: User) -> Self:
        """Sealed circumstances that this evidence officer may open: inside the grant, never their own."""
        paths = access_for(user).paths_of_role(Role.EVIDENCE_OFFICER)
        return self.sent().filter(under_paths_q(paths, "request__unit__")).exclude(request__employee__user_id=user.pk)

    def visible_to(self, user: User) -> Self:
        """The applicant's own, and what the user may open as evidence officer. Existence only."""
        own = self.filter(request__employee__user_id=user.pk).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=self.openable_by(user).values("pk")))

    def for_list(self) -> Self:
        """With the number of files and the last look; sealed bytes stay in the database."""
        from fwa.models import Evidence, EvidenceAccess  # models import this file

        circumstance = models.OuterRef("pk")
        files = Evidence.objects.filter(circumstance=circumstance).order_by().values("circumstance")
        looks = EvidenceAccess.objects.filter(circumstance=circumstance).order_by("-at", "-pk")
        return (
            self.select_related("request__employee", "request__unit")
            .defer("sealed_kind")
            .annotate(
                file_count=models.Subquery(files.annotate(number=models.Count("pk")).values("number")),
                last_opened_at=models.Subquery(looks.values("at")[:1]),
            )
            .order_by("-created_at", "-pk")
        )

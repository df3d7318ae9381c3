"""What a unit head proposes for the task mapping (usulan pemetaan tugas); it counts once HR has confirmed it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from organization.enums import ProposalStatus
from organization.querysets import under_paths_q

if TYPE_CHECKING:
    from organization.models import User


class TaskMappingProposalQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(status=ProposalStatus.WAITING)

    def visible_to(self, user: User) -> Self:
        """HR and auditors of the unit's part of the agency, its heads, and whoever proposed it."""
        from organization.access import WHOLE_AGENCY  # access imports the models
        from organization.task_mapping import mapping_paths  # and so does this

        paths = mapping_paths(user)
        if WHOLE_AGENCY in paths:
            return self.all()
        return self.filter(Q(proposed_by=user) | under_paths_q(paths, "unit__"))

    def for_list(self) -> Self:
        return (
            self.select_related("position", "unit", "proposed_by", "decided_by")
            .prefetch_related("lines__task_type")
            .order_by("-proposed_at", "-pk")
        )


class TaskMappingProposal(FSMModelMixin, models.Model):
    """The shares of one position from a day on, as the head of a unit that has the position sees them.

    Source: the top-down route of Perpres 21/2023 Art 8(3) [Q] needs a mapping of tasks by the units; its article
    was not seen (regulation 1.7, unverified), so who proposes and who confirms is DESIGN.
    """

    position = models.ForeignKey(
        "organization.Position", on_delete=models.PROTECT, related_name="proposals", verbose_name=_("position")
    )
    unit = models.ForeignKey(
        "organization.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("the unit whose head proposes"),
    )
    valid_from = models.DateField(_("valid from"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    status = FSMField(_("state"), default=ProposalStatus.WAITING, choices=ProposalStatus.choices, protected=True)
    proposed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ClassVar = TaskMappingProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["status", "-proposed_at"], name="task_proposal_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                condition=Q(status="waiting"),
                name="task_proposal_one_waits",
                violation_error_message=_("A proposal for this position waits already."),
            ),
            models.CheckConstraint(
                name="task_proposal_state_and_stamps_agree",
                condition=Q(status="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="task_proposal_declined_has_reason",
                condition=~Q(status="declined") | ~Q(reason=""),
                violation_error_message=_("A declined proposal says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} ({self.valid_from})"

    def shares(self) -> dict[int, int]:
        """Task type id -> percent."""
        return {line.task_type_id: line.share_pct for line in self.lines.all()}

    @transition(field=status, source=ProposalStatus.WAITING, target=ProposalStatus.CONFIRMED)
    def confirm(self, *, by: User, at: datetime) -> None:
        self.decided_by, self.decided_at = by, at

    @transition(field=status, source=ProposalStatus.WAITING, target=ProposalStatus.DECLINED)
    def decline(self, *, by: User, at: datetime, reason: str) -> None:
        self.decided_by, self.decided_at, self.reason = by, at, reason

    @transition(field=status, source=ProposalStatus.WAITING, target=ProposalStatus.WITHDRAWN)
    def withdraw(self, *, by: User, at: datetime) -> None:
        self.decided_by, self.decided_at = by, at


class TaskMappingProposalLine(models.Model):
    """One task type with its share in a proposal."""

    proposal = models.ForeignKey(TaskMappingProposal, on_delete=models.CASCADE, related_name="lines")
    task_type = models.ForeignKey("organization.TaskType", on_delete=models.PROTECT, related_name="+")
    share_pct = models.PositiveSmallIntegerField(
        _("share of time, percent"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["proposal", "-share_pct", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "task_type"], name="task_proposal_type_once"),
            models.CheckConstraint(
                name="task_proposal_share_is_percent", condition=Q(share_pct__gte=1, share_pct__lte=100)
            ),
        ]

"""A proposal for the task mapping that waits for HR, so that its list is not empty."""

from __future__ import annotations

from datetime import date, timedelta

from fwa.demo.clock import moment
from fwa.demo.staff import Agency
from organization.models import Placement, TaskMappingProposal, TaskMappingProposalLine, TaskType

PROPOSED = {"produk-hukum": 60, "data": 25, "rapat": 15}
NOTE = "Rapat tatap muka berkurang sejak harmonisasi rancangan dilakukan secara daring."


def save_proposal(agency: Agency, *, as_of: date) -> None:
    """The unit head proposes more drafting and fewer meetings for a position of the unit."""
    head = agency.users["pimpinan"]
    unit = Placement.objects.active_on(as_of).heads().filter(employee__user=head).select_related("unit").get().unit
    proposal = TaskMappingProposal.objects.create(
        position=agency.positions["penyusun"],
        unit=unit,
        valid_from=as_of + timedelta(days=14),
        note=NOTE,
        proposed_by=head,
        proposed_at=moment(as_of - timedelta(days=1), 10),
    )
    types = {row.code: row for row in TaskType.objects.all()}
    TaskMappingProposalLine.objects.bulk_create(
        TaskMappingProposalLine(proposal=proposal, task_type=types[key.upper()], share_pct=share)
        for key, share in PROPOSED.items()
    )

"""What happens to contracts of outputs: one side asks for other outputs, and the other has yet to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from fwa.demo.clock import Case, moment
from fwa.demo.story import Story
from performance.models import Output
from performance.services.amendments import ChangeData, propose

WHY = "Data pembanding dari perangkat daerah lain baru masuk pekan ini."


def cases(story: Story) -> list[Case]:
    return [waiting_change(story)]


def waiting_change(story: Story) -> Iterator[datetime]:
    """Ratna asks for three more days for the output she has yet to deliver; her supervisor has not answered."""
    yield moment(story.days.back(1), 14, 10)
    as_of = story.days.as_of
    rows = Output.objects.due().filter(
        contract__employee=story.agency.employees["ratna"],
        contract__valid_from__lte=as_of,
        contract__valid_to__gte=as_of,
        due_on__gte=as_of,
    )
    output = rows.order_by("due_on", "pk").first()
    if output is None:
        return
    later = ChangeData(
        kind="change",
        output_id=output.pk,
        title=output.title,
        measure=output.measure,
        target=output.target,
        due_on=output.due_on + timedelta(days=3),
    )
    propose(by=story.user("ratna"), contract_id=output.contract_id, reason=WHY, changes=[later])

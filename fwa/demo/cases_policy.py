"""A draft of the location policy, simulated, for which a second person's publication is asked."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta

from eligibility.enums import PolicyCode
from eligibility.models import Rule
from eligibility.services import perform_simulation, start_simulation
from eligibility.services.drafts import RuleChange, edit_rule, request_publication, start_draft
from fwa.demo.clock import Case, moment
from fwa.demo.story import Story

MONTHS = 12
NOTE = "Masa penyesuaian di jabatan baru diperpanjang dari 6 menjadi 12 bulan."


def cases(story: Story) -> list[Case]:
    return [twelve_months(story)]


def _first_day(as_of: date) -> date:
    """The first day of the month after the next."""
    return as_of.replace(day=1) + relativedelta(months=2)


def twelve_months(story: Story) -> Case:
    """HR asks for twelve months in the post instead of six, and sees who would lose."""
    yield moment(story.days.back(2), 10, 40)
    by, start = story.user("kepegawaian"), _first_day(story.days.as_of)
    draft = start_draft(by=by, policy_code=PolicyCode.LOCATION, valid_from=start, note=NOTE)
    new = Rule.objects.get(version=draft, criterion="not_new_in_post")
    draft = edit_rule(
        by=by,
        version_id=draft.pk,
        revision=draft.revision,
        criterion=new.criterion,
        change=RuleChange(params={**new.params, "months": MONTHS}),
    )
    simulation = start_simulation(by=by, policy_code=PolicyCode.LOCATION, number=draft.number)
    perform_simulation(simulation.pk)
    yield moment(story.days.back(1), 9, 15)
    request_publication(
        by=by,
        version_id=draft.pk,
        revision=draft.revision,
        decree_no=f"800.1.6/117/BKPSDM/{start.year}",
        decree_date=story.days.back(1),
    )

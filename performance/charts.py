"""Pictures of work figures, each with what it shows in words and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization.charts import Chart, bars, lines
from performance.figures import Figures, PersonSums


def pictures_of(figures: Figures) -> list[Chart]:
    """Outputs by month, the share on time, and plan against realisation."""
    months = figures.months
    labels = [date_format(month.start, "M Y") for month in months]
    head = _("Month")
    share = figures.on_time_pct
    return [
        bars(
            title=_("Outputs due, by month"),
            words=_("%(due)d outputs were due, %(on_time)d of them were delivered on time.")
            % {"due": figures.due, "on_time": figures.on_time},
            labels=labels,
            series={
                _("on time"): [month.on_time for month in months],
                _("late"): [month.late for month in months],
                _("not delivered"): [month.missing for month in months],
            },
            stacked=True,
            head=head,
        ),
        lines(
            title=_("Share delivered on time"),
            words=_("Over the whole period: %(share)d %%.") % {"share": share}
            if share is not None
            else _("Nothing was due in this period."),
            labels=labels,
            series={_("on time"): [month.on_time_pct for month in months]},
            unit="%",
            top=100,
            head=head,
        ),
        bars(
            title=_("Planned lines and what was done of them"),
            words=_("Lines of daily reports, by month. Partly done counts as done here; the reports tell which."),
            labels=labels,
            series={
                _("planned"): [month.planned for month in months],
                _("done"): [month.done for month in months],
            },
            head=head,
        ),
    ]


def team_picture(people: Sequence[tuple[str, PersonSums]]) -> Chart:
    """The share on time of each person; for whoever leads them only."""
    return bars(
        title=_("Outputs delivered on time, by person"),
        words=_("In percent of what was due. Nothing is shown for whom nothing was due."),
        labels=[name for name, _sums in people],
        series={_("on time"): [sums.on_time_pct for _name, sums in people]},
        unit="%",
        top=100,
        head=_("Employee"),
    )

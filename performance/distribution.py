"""The predicates of a unit's people in a period, as they are: ours and the official ones. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from organization.access import access_for
from organization.charts import Chart, bars
from organization.enums import Role
from organization.models import Placement, Unit, User
from organization.querysets import under_paths_q
from performance.curves import Curve, Distribution, counted, curve_of
from performance.enums import EvaluationStatus, PeriodKind, Predicate
from performance.models import Evaluation, OfficialPredicate, UnitAchievement
from performance.periods import dates_of


@dataclass(frozen=True)
class UnitPicture:
    """A unit in a period: what was achieved, what the curve expects, and what the predicates are."""

    unit: Unit
    start: date
    end: date
    achievement: UnitAchievement | None
    curve: Curve | None
    official: Distribution
    ours: Distribution

    @property
    def is_shown(self) -> bool:
        return self.official.is_shown or self.ours.is_shown


def units_looked_at(user: User) -> QuerySet[Unit]:
    """Units whose distribution the user sees: headed ones, and those looked after as HR or audited."""
    access = access_for(user)
    paths = (*access.headed_paths, *access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))
    units: QuerySet[Unit] = Unit.objects.filter(under_paths_q(paths, ""))
    return units


def picture_of(unit: Unit, year: int, quarter: int) -> UnitPicture:
    """The unit with all below it, by where people served on the last day; four queries."""
    start, end = dates_of(year, quarter)
    served = Placement.objects.active_on(end).in_subtree(unit).order_by().values("employee_id")
    kind = PeriodKind.QUARTER if quarter else PeriodKind.YEAR
    official = OfficialPredicate.objects.filter(employee__in=served, year=year, quarter=quarter)
    ours = Evaluation.objects.filter(employee__in=served, kind=kind, starts_on=start, status=EvaluationStatus.CLOSED)
    achieved = UnitAchievement.objects.filter(unit=unit, year=year, quarter=quarter).first()
    return UnitPicture(
        unit=unit,
        start=start,
        end=end,
        achievement=achieved,
        curve=curve_of(achieved.achievement, end) if achieved else None,
        official=_by_predicate(official),
        ours=_by_predicate(ours),
    )


def _by_predicate(rows: QuerySet[OfficialPredicate] | QuerySet[Evaluation]) -> Distribution:
    return counted(rows.order_by().values_list("predicate").annotate(number=Count("pk")))


def chart_of(picture: UnitPicture) -> Chart | None:
    """Bars a predicate: expected, official, ours; nothing where no group is large enough."""
    if not picture.is_shown:
        return None
    series: dict[str, list[float | None]] = {}
    if picture.curve is not None:
        series[_("expected by the curve")] = [float(picture.curve.shares[code]) for code in Predicate.values]
    for name, group in ((_("official"), picture.official), (_("Fleksibel, closed"), picture.ours)):
        if group.is_shown:
            series[name] = [group.pct(code) for code in Predicate.values]
    words = _("Percent of the people of %(unit)s by predicate.") % {"unit": picture.unit.name}
    return bars(
        title=_("Distribution of predicates"),
        words=words,
        labels=[str(label) for label in Predicate.labels],
        series=series,
        unit="%",
        top=100,
        head=_("Predicate"),
    )

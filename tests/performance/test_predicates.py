"""Ours beside the official predicates, how units achieved, the curve, and what a unit's distribution shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organization.models import Employee
from performance.curves import DEFAULTS, WHOLE, Distribution, curve_of, curves_on
from performance.distribution import chart_of, picture_of
from performance.enums import PREDICATE_RANK, Achievement, EvaluationStatus, PeriodKind, Predicate
from performance.models import Evaluation, ExpectedShare, OfficialPredicate, UnitAchievement
from performance.services.curves import set_achievement, set_shares
from tests.api import client_of, get, problem
from tests.organization.cast import Cast, body, days, make_cast, make_employee

pytestmark = pytest.mark.django_db
YEAR = 2025
# Results and behaviour that the matrix turns into the predicate.
RATED = {"sangat_baik": ("above", "above"), "baik": ("meets", "meets"), "kurang": ("meets", "below")}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def closed(cast: Cast, employee: Employee, predicate: str, *, quarter: int = 3) -> Evaluation:
    """A closed evaluation of a quarter of 2025, or of the year with quarter 0."""
    month = 3 * quarter - 2 if quarter else 1
    start = date(YEAR, month, 1)
    end = date(YEAR, month + 2, 30) if quarter else date(YEAR, 12, 31)
    results, behaviour = RATED[predicate]
    now = timezone.now()
    return Evaluation.objects.create(
        employee=employee, kind=PeriodKind.QUARTER if quarter else PeriodKind.YEAR, starts_on=start, ends_on=end,
        status=EvaluationStatus.CLOSED, evaluator=cast.users["sup"], created_at=now, results_rating=results,
        behaviour_rating=behaviour, predicate=predicate, shared_at=now, answer_by_on=end, closed_at=now,
        closed_by=cast.users["sup"],
    )  # fmt: skip


def official(employee: Employee, predicate: str, *, quarter: int = 3, year: int = YEAR) -> OfficialPredicate:
    end = date(year, 12, 31)
    return OfficialPredicate.objects.create(
        employee=employee, year=year, quarter=quarter, predicate=predicate, rank=PREDICATE_RANK[predicate],
        period_end=end,
    )  # fmt: skip


# --------------------------------------------------------------- differences
def test_what_differs_in_the_same_period_is_listed(cast: Cast) -> None:
    people = cast.employees
    closed(cast, people["emp"], "baik")
    official(people["emp"], "sangat_baik")
    closed(cast, people["col1"], "baik")
    official(people["col1"], "baik")
    closed(cast, people["col2"], "baik")
    official(people["col2"], "kurang", quarter=2)
    official(people["col2"], "kurang", quarter=0)
    official(people["col2"], "kurang", year=YEAR - 1)
    closed(cast, people["out"], "baik", quarter=0)
    official(people["out"], "sangat_baik", quarter=0)

    def names(**query: Any) -> set[str]:
        rows = get(cast.users["hr"], "predicate-differences/", **query)["results"]
        return {row["employee"]["name"] for row in rows}

    assert names() == {"emp", "Out"}
    assert names(kind="year") == {"Out"}
    assert names(show="missing") == {"col2"}
    assert names(show="equal") == {"col1"}
    assert names(show="all") == {"emp", "col1", "col2", "Out"}
    assert names(official="sangat_baik", unit=cast.law.pk) == {"emp"}
    assert {row["employee"]["name"] for row in get(cast.users["lawhr"], "predicate-differences/")["results"]} == {"emp"}


def test_the_list_of_differences_names_both(cast: Cast, client: Client) -> None:
    closed(cast, cast.employees["emp"], "baik")
    official(cast.employees["emp"], "sangat_baik")
    client.force_login(cast.users["audit"])
    text = body(client.get(reverse("performance:predicate_differences")))
    assert "Baik" in text
    assert "Sangat Baik" in text


# --------------------------------------------------------------- achievements
def achieved(cast: Cast, who: str = "hr", **changes: Any) -> UnitAchievement:
    values: dict[str, Any] = {
        "unit": cast.law, "year": YEAR, "quarter": 3, "achievement": "baik", "source_document": "LKjIP 2025",
    }  # fmt: skip
    return set_achievement(by=cast.users[who], **(values | changes))


@pytest.mark.parametrize(
    ("who", "may"), [("hr", True), ("lawhr", True), ("head", False), ("sup", False), ("audit", False), ("boss", False)]
)
def test_hr_of_the_unit_puts_the_achievement_on_record(cast: Cast, who: str, may: bool) -> None:
    if may:
        assert achieved(cast, who).recorded_by == cast.users[who]
    else:
        with pytest.raises(PermissionDenied):
            achieved(cast, who)
    with pytest.raises(PermissionDenied):
        achieved(cast, "lawhr", unit=cast.health)


def test_a_second_entry_corrects_the_first(cast: Cast) -> None:
    assert achieved(cast).pk == achieved(cast, achievement="istimewa").pk
    assert UnitAchievement.objects.get().achievement == "istimewa"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": 2199, "quarter": 0}, "year"),
        ({"source_document": " "}, "source_document"),
        ({"achievement": "x"}, "achievement"),
    ],
)
def test_what_cannot_be_on_record_is_named(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        achieved(cast, **changes)
    assert field in caught.value.message_dict


# -------------------------------------------------------------------- curves
@pytest.mark.parametrize("achievement", Achievement.values)
def test_every_curve_of_the_design_adds_up(achievement: str) -> None:
    assert set(DEFAULTS[achievement]) == set(Predicate.values)
    assert sum(DEFAULTS[achievement].values()) == WHOLE


def shares(*numbers: int) -> dict[str, int]:
    return dict(zip(Predicate.values, numbers, strict=True))


def test_shares_hold_from_their_day_on_and_replace_what_came_later(cast: Cast) -> None:
    hr = cast.users["hr"]
    set_shares(by=hr, achievement="baik", shares=shares(10, 70, 10, 5, 5), valid_from=days(0))
    set_shares(by=hr, achievement="baik", shares=shares(5, 80, 10, 3, 2), valid_from=days(30))
    assert curve_of("baik", days(29)).shares["baik"] == 70
    assert curve_of("baik", days(30)).shares["baik"] == 80
    assert curve_of("baik", days(-1)).shares == DEFAULTS["baik"]
    set_shares(by=hr, achievement="baik", shares=shares(0, 90, 10, 0, 0), valid_from=days(10))
    assert [curve_of("baik", days(number)).shares["baik"] for number in (9, 10, 30)] == [70, 90, 90]
    assert ExpectedShare.objects.count() == 10
    assert [curve.valid_from for curve in curves_on(days(0)) if curve.valid_from] == [days(0)]


@pytest.mark.parametrize("numbers", [(10, 70, 10, 5, 4), (100, 1, 0, 0, 0), (0, 0, 0, 0, 0)])
def test_shares_that_do_not_add_up_are_refused(cast: Cast, numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="100"):
        set_shares(by=cast.users["hr"], achievement="baik", shares=shares(*numbers), valid_from=days(0))
    assert not ExpectedShare.objects.exists()


def test_shares_are_neither_backdated_nor_set_by_others(cast: Cast) -> None:
    right = shares(10, 70, 10, 5, 5)
    with pytest.raises(ValidationError):
        set_shares(by=cast.users["hr"], achievement="baik", shares=right, valid_from=days(-1))
    for name in ("lawhr", "head", "audit", "boss"):
        with pytest.raises(PermissionDenied):
            set_shares(by=cast.users[name], achievement="baik", shares=right, valid_from=days(0))


def test_hr_edits_a_curve_in_the_browser(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["hr"])
    url = reverse("performance:expected_shares_set", args=["baik"])
    given = {"valid_from": str(days(1)), **{code: str(number) for code, number in shares(10, 70, 10, 5, 4).items()}}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "99 %" in body(answer)
    assert client.post(url, given | {"sangat_kurang": "6", "kurang": "4"}).status_code == 302
    assert "70 %" not in body(client.get(reverse("performance:expected_shares")))
    assert curve_of("baik", days(1)).shares["baik"] == 70
    assert client.get(reverse("performance:expected_shares_set", args=["hebat"])).status_code == 404


# -------------------------------------------------------------- distribution
def test_a_small_group_has_no_distribution() -> None:
    few, enough = Distribution({"baik": 4}), Distribution({"baik": 4, "sangat_baik": 1})
    assert (few.is_shown, few.pct("baik")) == (False, None)
    assert (enough.is_shown, enough.pct("baik"), enough.pct("kurang")) == (True, 80.0, 0.0)


def test_the_picture_of_a_unit(cast: Cast, client: Client) -> None:
    people = [*(cast.employees[name] for name in ("emp", "col1", "col2", "sup")), make_employee("baru", cast.law)]
    for person in people[:4]:
        closed(cast, person, "baik")
        official(person, "baik")
    client.force_login(cast.users["head"])
    where = {"unit": cast.law.pk, "year": YEAR, "quarter": 3}
    page = body(client.get(reverse("performance:distribution"), where))
    assert "chart-box" not in page
    assert "Kurang dari 5" in page

    official(people[4], "sangat_baik")
    closed(cast, cast.employees["out"], "baik")  # of another unit
    achieved(cast)
    picture = picture_of(cast.law, YEAR, 3)
    assert (picture.official.counts, picture.ours.is_shown) == ({"baik": 4, "sangat_baik": 1}, False)
    assert picture.curve is not None
    assert picture.curve.shares == DEFAULTS["baik"]
    chart = chart_of(picture)
    assert chart is not None
    assert list(chart.table.rows[0]) == ["Sangat Baik", 20.0, 20.0]
    before = list(OfficialPredicate.objects.order_by("pk").values_list("predicate", flat=True))
    text = body(client.get(reverse("performance:distribution"), where))
    assert "chart-box" in text
    assert "tidak ada predikat yang diubah" in text
    assert before == list(OfficialPredicate.objects.order_by("pk").values_list("predicate", flat=True))


def test_somebody_who_left_the_unit_before_the_end_does_not_count(cast: Cast) -> None:
    closed(cast, cast.employees["emp"], "baik")
    end = date(YEAR, 9, 30)
    cast.employees["emp"].placements.update(valid_to=end - timedelta(days=1))
    assert picture_of(cast.law, YEAR, 3).ours.people == 0


# ---------------------------------------------------------------------- REST
def test_achievements_and_curves_by_rest(cast: Cast) -> None:
    hr = client_of(cast.users["hr"])
    given = {"unit": cast.law.pk, "year": YEAR, "quarter": 0, "achievement": "baik", "source_document": "LKjIP"}
    made = hr.post("/api/v1/unit-achievements/", given, format="json")
    assert made.status_code == 201, made.json()
    assert get(cast.users["audit"], "unit-achievements/", year=YEAR, quarter=0)["count"] == 1
    problem(
        client_of(cast.users["audit"]).post("/api/v1/unit-achievements/", given, format="json"),
        403,
        "permission_denied",
    )

    wrong = {"achievement": "baik", "shares": shares(1, 1, 1, 1, 1), "valid_from": str(days(0))}
    problem(hr.post("/api/v1/expected-shares/", wrong, format="json"), 400, "invalid")
    right = hr.post("/api/v1/expected-shares/", wrong | {"shares": shares(0, 100, 0, 0, 0)}, format="json")
    assert next(row for row in right.json() if row["achievement"] == "baik")["shares"]["baik"] == 100

    for person in ("emp", "sup", "head", "col1", "col2"):
        official(cast.employees[person], "baik", quarter=0)
    rows = get(cast.users["head"], f"units/{cast.law.pk}/predicates/", year=YEAR)
    assert next(row for row in rows if row["predicate"] == "baik") == {
        "predicate": "baik", "expected_pct": 65, "official": 5, "ours": None,
    }  # fmt: skip

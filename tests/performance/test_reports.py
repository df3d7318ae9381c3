"""Plan and report of a day: who, when, what stands, and what is told to whoever writes it wrongly."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organization.models import Holiday, Placement, Unit, UnitVersion
from performance import day_facts as facts_module
from performance.day_facts import DayFact, DayKind
from performance.errors import StateChanged
from performance.models import DailyReport, PerformanceTerms, ReportLine, WorkResult
from performance.services.reports import as_input, copy_day, save_plan, save_report, unfinished_before, with_carried
from tests.organization.cast import make_cast
from tests.performance.report_kit import (
    MONDAY,
    SATURDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    line,
    plan,
    promise,
    report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def emp(cast):
    return cast.employees["emp"]


@pytest.fixture
def a_day_of_kind(monkeypatch):
    """Lets an app that knows schedules say what every day is."""

    def say(kind, words=""):
        def provider(ids, start, end):
            days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
            return {(pk, day): DayFact(kind, words) for pk in ids for day in days}

        monkeypatch.setattr(facts_module, "_providers", [provider])

    return say


def accept(row, by):
    DailyReport.objects.filter(pk=row.pk).update(status="accepted", reviewed_by=by, reviewed_at=timezone.now())


def give_back(row, by):
    DailyReport.objects.filter(pk=row.pk).update(status="returned", reviewed_by=by, reviewed_at=timezone.now())


# Deadlines: the plan by the end of the working day before, the report by the end of the day, local time of the unit.


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        pytest.param(at(MONDAY, 8), False, id="day before"),
        pytest.param(at(MONDAY, 23, 59), False, id="last minute of the day before"),
        pytest.param(at(TUESDAY, 0, 0), True, id="first minute of the day"),
        pytest.param(at(TUESDAY, 21), True, id="on the day"),
    ],
)
def test_a_late_plan_is_kept_and_marked(emp, moment, late):
    saved = plan(emp, now=moment)
    assert (saved.status, saved.is_plan_late, saved.planned_at) == ("planned", late, moment)


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        pytest.param(at(TUESDAY, 23, 59), False, id="last minute"),
        pytest.param(at(WEDNESDAY, 0, 0), True, id="next day"),
        pytest.param(at(WEDNESDAY + timedelta(days=20), 9), True, id="three weeks later"),
    ],
)
def test_a_late_report_is_kept_and_marked(emp, moment, late):
    saved = report(emp, now=moment)
    assert (saved.status, saved.is_report_late, saved.reported_at) == ("reported", late, moment)


def test_the_plan_of_a_monday_is_due_on_the_last_working_day(emp):
    Holiday.objects.create(day=date(2026, 6, 19), name="Libur")
    saved = plan(emp, date(2026, 6, 22), now=at(date(2026, 6, 18), 12))
    assert saved.plan_due_at.astimezone(at(TUESDAY, 0).tzinfo).date() == date(2026, 6, 18)
    assert not saved.is_plan_late


def test_the_zone_is_that_of_the_unit_on_the_day(cast, emp):
    UnitVersion.objects.filter(unit=cast.law).update(zone="Asia/Jayapura")
    saved = report(emp, now=at(TUESDAY, 23, 30))  # 00.30 of the next day in Jayapura
    assert saved.is_report_late


def test_deadlines_are_terms_and_stay_as_they_were_when_the_page_began(emp):
    PerformanceTerms.objects.create(
        valid_from=date(2026, 1, 1), plan_working_days_before=0, report_working_days_after=1, review_working_days=3
    )
    saved = plan(emp, now=at(TUESDAY, 9))
    assert not saved.is_plan_late
    PerformanceTerms.objects.update(report_working_days_after=0)
    sent = report(emp, now=at(WEDNESDAY, 22))
    assert not sent.is_report_late
    assert sent.review_due_on == date(2026, 6, 22)


def test_the_first_report_counts_for_the_deadline(cast, emp):
    first = report(emp)
    again = report(emp, TUESDAY, line("", done="Bab dua"), now=at(WEDNESDAY, 9), version=first.version)
    assert (again.is_report_late, again.reported_at, again.review_due_on) == (
        False,
        at(TUESDAY, 16),
        first.review_due_on,
    )


def test_a_returned_day_waits_anew(cast, emp):
    first = report(emp)
    give_back(first, cast.users["sup"])
    again = report(emp, TUESDAY, line("", done="Lengkap"), now=at(date(2026, 8, 10), 9))
    assert (again.status, again.reviewed_by, again.reviewed_at) == ("reported", None, None)
    assert again.review_due_on == date(2026, 8, 12)


# Days on which nothing is expected, and days that cannot be written.


@pytest.mark.parametrize("save", [plan, report])
def test_a_weekend_needs_the_word_that_one_worked(emp, save):
    with pytest.raises(ValidationError) as error:
        save(emp, SATURDAY, now=at(SATURDAY, 10))
    assert "is_extra" in error.value.error_dict
    saved = save(emp, SATURDAY, now=at(SATURDAY, 10), is_extra=True)
    assert (saved.is_extra, saved.is_plan_late, saved.is_report_late) == (True, False, False)


def test_a_holiday_is_named(emp):
    Holiday.objects.create(day=TUESDAY, name="Tahun Baru Islam")
    with pytest.raises(ValidationError, match="Tahun Baru Islam"):
        report(emp)


@pytest.mark.parametrize(
    ("kind", "needs_word"),
    [
        (DayKind.WORK, False),
        (DayKind.FLEXIBLE, False),
        (DayKind.OFF, True),
        (DayKind.HOLIDAY, True),
        (DayKind.ABSENT, True),
    ],
)
def test_what_the_schedule_says_of_the_day(emp, a_day_of_kind, kind, needs_word):
    a_day_of_kind(kind, "cuti")
    if needs_word:
        with pytest.raises(ValidationError, match="cuti"):
            report(emp)
    assert report(emp, is_extra=True).is_extra is needs_word


def test_a_day_to_come_is_planned_not_reported(emp):
    with pytest.raises(ValidationError) as error:
        report(emp, WEDNESDAY, now=at(TUESDAY, 12))
    assert "day" in error.value.error_dict
    assert plan(emp, WEDNESDAY, now=at(TUESDAY, 12)).pk


def test_a_day_that_is_over_is_reported_not_planned(emp):
    with pytest.raises(ValidationError):
        plan(emp, TUESDAY, now=at(WEDNESDAY, 8))


def test_a_day_too_long_ago_is_closed_unless_it_was_returned(cast, emp):
    last, over = at(TUESDAY + timedelta(days=31), 12), at(TUESDAY + timedelta(days=32), 12)
    with pytest.raises(ValidationError, match="31"):
        report(emp, now=over)
    first = report(emp, now=last)
    give_back(first, cast.users["sup"])
    assert report(emp, TUESDAY, line("", done="Lengkap"), now=over).status == "reported"


def test_a_day_on_which_one_served_nowhere(emp):
    Placement.objects.filter(employee=emp).update(valid_from=WEDNESDAY)
    with pytest.raises(ValidationError):
        report(emp)


@pytest.mark.parametrize("name", ["sup", "head", "hr", "lawhr", "audit", "boss", "col1", "out"])
def test_nobody_writes_the_day_of_somebody_else(cast, emp, name):
    for save in (plan, report):
        with pytest.raises(PermissionDenied):
            save(emp, by=cast.users[name])
    with pytest.raises(PermissionDenied):
        copy_day(employee=emp, day=TUESDAY, by=cast.users[name], now=at(MONDAY, 9))


# Lines.


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"status": "half"}, id="no such state"),
        pytest.param({"amount": Decimal(1)}, id="amount of nothing"),
        pytest.param({"output_id": 10**9}, id="no such output"),
        pytest.param({"work_result_id": 10**9}, id="no such result"),
        pytest.param({"plan": "x" * 501}, id="too long"),
        pytest.param({"carried_from_id": 10**9}, id="continues nothing"),
    ],
)
def test_a_line_that_cannot_stand_is_named_by_its_number(emp, wrong):
    with pytest.raises(ValidationError, match="2") as error:
        plan(emp, TUESDAY, line(), line(**{"text": "Dua", **wrong}) if "plan" not in wrong else line(wrong["plan"]))
    assert list(error.value.error_dict) == ["lines"]
    assert not DailyReport.objects.exists()


def test_empty_rows_are_no_lines(emp):
    with pytest.raises(ValidationError):
        plan(emp, TUESDAY, line("  "))
    assert plan(emp, TUESDAY, line("  "), line()).lines.count() == 1


def test_a_report_says_what_was_done(emp):
    planned = plan(emp)
    lines = [as_input(row) for row in planned.lines.all()]
    with pytest.raises(ValidationError):
        report(emp, TUESDAY, *lines)
    sent = report(emp, TUESDAY, replace(lines[0], status="done"))
    assert sent.lines.get().status == "done"


def test_outputs_are_the_own_ones_still_promised(cast, emp):
    own, other = promise(emp), promise(cast.employees["col1"])
    with pytest.raises(ValidationError):
        plan(emp, TUESDAY, line(output_id=other.pk))
    saved = report(emp, TUESDAY, line("", done="Dua bab", status="done", output_id=own.pk, amount=Decimal(2)))
    assert saved.lines.get().amount == 2
    own.dropped_at = timezone.now()
    own.save()
    kept = as_input(saved.lines.get())
    report(emp, TUESDAY, replace(kept, done="Dua bab lengkap"))
    with pytest.raises(ValidationError):
        report(emp, TUESDAY, kept, line("", done="Lagi", output_id=own.pk))


def test_a_work_result_of_the_year(emp):
    result = WorkResult.objects.create(
        employee=emp, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), number=1, title="Kajian",
        indicator="Jumlah", target=4, unit_of_measure="dokumen", recorded_at=timezone.now(),
    )  # fmt: skip
    assert plan(emp, TUESDAY, line(work_result_id=result.pk)).lines.get().work_result == result


def test_what_was_planned_stays_when_the_day_is_reported(emp):
    planned = plan(emp, TUESDAY, line("Satu"), line("Dua"))
    first = as_input(planned.lines.first())
    changed = replace(first, plan="Tidak pernah direncanakan", done="Selesai", status="done")
    sent = report(emp, TUESDAY, changed, line("Tiga"), now=at(WEDNESDAY, 9))
    assert [(row.plan, row.done) for row in sent.lines.all()] == [("Dua", ""), ("Satu", "Selesai"), ("", "Tiga")]


def test_on_the_day_itself_the_report_may_bring_the_plan(emp):
    sent = report(emp, TUESDAY, line("Rapat", done="Notula dikirim", status="done"))
    assert (sent.planned_at, sent.is_plan_late) == (at(TUESDAY, 16), True)


# Two pages, two taps, a lost answer.


def test_a_stale_page_is_told_and_writes_nothing(emp):
    first = plan(emp, version=0)
    second = plan(emp, TUESDAY, line("Lain"), version=first.version)
    assert second.version == 2
    with pytest.raises(StateChanged):
        plan(emp, TUESDAY, line("Basi"), version=first.version)
    with pytest.raises(StateChanged):
        report(emp, TUESDAY, line("", done="Basi"), version=0)
    assert ReportLine.objects.get().plan == "Lain"


def test_a_page_sent_twice_is_one(emp):
    lines = [line("Satu"), line("Dua")]
    plan(emp, TUESDAY, *lines, version=0)
    again = plan(emp, TUESDAY, *lines, version=0)
    assert (again.version, ReportLine.objects.count()) == (1, 2)
    done = [replace(one, done="Ya", status="done") for one in lines]
    report(emp, TUESDAY, *done, version=1)
    assert report(emp, TUESDAY, *done, version=1).version == 2


def test_an_accepted_day_is_closed(cast, emp):
    sent = report(emp)
    accept(sent, cast.users["sup"])
    with pytest.raises(StateChanged):
        report(emp, TUESDAY, line("", done="Lagi"))
    with pytest.raises(StateChanged):
        plan(emp)


def test_a_reported_day_is_not_planned_again(emp):
    report(emp)
    with pytest.raises(StateChanged):
        plan(emp, now=at(TUESDAY, 17))


def test_a_save_that_fails_late_leaves_nothing(emp):
    one = line()
    plan(emp, TUESDAY, one, version=0)
    with pytest.raises(ValidationError):
        plan(emp, TUESDAY, replace(one, plan="Baru"), note="x" * 2001)
    assert ReportLine.objects.get().plan == one.plan


# Unfinished lines and routine days.


def test_what_was_left_open_is_offered_until_it_is_taken_over(emp):
    report(
        emp, MONDAY, line("", done="Selesai", status="done"), line("", done="Setengah", status="partly"),
        line("", done="Batal", status="dropped"),
    )  # fmt: skip
    [left] = unfinished_before(emp, TUESDAY)
    assert left.done == "Setengah"
    lines = with_carried(emp, TUESDAY, [line("Baru")], {left.pk})
    saved = plan(emp, TUESDAY, *lines, now=at(TUESDAY, 7))
    assert [row.plan for row in saved.lines.all()] == ["Baru", "Setengah"]
    assert saved.lines.last().carried_from == left
    assert unfinished_before(emp, TUESDAY) == []
    assert [row.plan for row in unfinished_before(emp, WEDNESDAY)] == ["Baru", "Setengah"]


def test_what_was_left_open_long_ago_or_by_others_is_not_offered(cast, emp):
    report(emp, MONDAY, line("", done="Lama", status="partly"))
    report(cast.employees["col1"], MONDAY, line("", done="Orang lain", status="partly"))
    assert len(unfinished_before(emp, MONDAY + timedelta(days=14))) == 1
    assert unfinished_before(emp, MONDAY + timedelta(days=15)) == []


def test_a_routine_day_is_copied_in_one_act(emp):
    own = promise(emp)
    report(emp, MONDAY, line("", done="Layani konsultasi", status="done", output_id=own.pk, amount=Decimal(1)))
    saved = copy_day(employee=emp, day=TUESDAY, by=emp.user, now=at(MONDAY, 17))
    [row] = saved.lines.all()
    assert (row.plan, row.done, row.status, row.output, row.amount) == ("Layani konsultasi", "", "open", own, None)
    again = copy_day(employee=emp, day=TUESDAY, by=emp.user, now=at(MONDAY, 17), from_day=MONDAY)
    assert again.lines.count() == 1


def test_without_an_earlier_day_there_is_nothing_to_copy(emp):
    with pytest.raises(ValidationError):
        copy_day(employee=emp, day=TUESDAY, by=emp.user, now=at(MONDAY, 9))


# The database keeps it too.


def test_constraints_hold_beside_the_service(emp):
    saved = plan(emp)
    rows = ReportLine.objects.filter(report=saved)
    for wrong in ({"plan": "", "done": ""}, {"amount": Decimal(1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyReport.objects.filter(pk=saved.pk).update(status="reported")
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyReport.objects.create(employee=emp, day=TUESDAY, plan_due_at=timezone.now(), report_due_at=timezone.now())


def test_units_of_another_zone_do_not_mix(cast, emp):
    assert Unit.objects.count() > 1
    UnitVersion.objects.exclude(unit=cast.law).update(zone="Asia/Jayapura")
    assert not save_report(
        employee=emp, day=TUESDAY, lines=[line("", done="x")], by=emp.user, now=at(TUESDAY, 23, 30)
    ).is_report_late
    assert save_plan(employee=emp, day=WEDNESDAY, lines=[line()], by=emp.user, now=at(TUESDAY, 23, 30)).pk

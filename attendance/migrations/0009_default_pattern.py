"""Every agency begins with the hours of Perpres 21/2023, six-day and every-day patterns, and terms of attendance."""

from datetime import date, time

from django.db import migrations

BEGIN = date(2023, 4, 12)  # Perpres 21/2023 in force
FRIDAY = 5


def _hours(pattern, hours_model, days, minutes, minutes_ramadan):
    for weekday in days:
        friday = weekday == FRIDAY
        hours_model.objects.create(
            pattern=pattern, weekday=weekday, in_ramadan=False, valid_from=BEGIN, starts_at=time(7, 30),
            work_min=minutes, break_at=time(11, 30) if friday else time(12), break_min=90 if friday else 60,
        )  # fmt: skip
        hours_model.objects.create(
            pattern=pattern, weekday=weekday, in_ramadan=True, valid_from=BEGIN, starts_at=time(8),
            work_min=minutes_ramadan, break_at=time(11, 30) if friday else time(12), break_min=60 if friday else 30,
        )  # fmt: skip


def seed(apps, schema_editor):
    pattern_model = apps.get_model("attendance", "WorkPattern")
    hours_model = apps.get_model("attendance", "PatternHours")
    five = pattern_model.objects.create(code="lima-hari", name="Lima hari kerja", kind="five_day", is_default=True)
    six = pattern_model.objects.create(code="enam-hari", name="Enam hari kerja", kind="six_day")
    every = pattern_model.objects.create(code="setiap-hari", name="Setiap hari", kind="every_day")
    _hours(five, hours_model, range(1, 6), 450, 390)
    _hours(six, hours_model, range(1, 7), 375, 325)
    _hours(every, hours_model, range(1, 8), 450, 390)
    apps.get_model("attendance", "AttendanceTerms").objects.create(valid_from=BEGIN)


class Migration(migrations.Migration):
    dependencies = [("attendance", "0008_schedules_and_presence")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

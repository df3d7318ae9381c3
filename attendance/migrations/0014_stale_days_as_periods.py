"""Days to build again are periods that are only added and taken away; hours of a pattern do not overlap."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.expressions
from django.db import migrations, models

import organization.models.base


def _one_a_day(name, in_ramadan):
    field = django.db.models.expressions.F
    both = django.contrib.postgres.fields.ranges.RangeBoundary(True, True)
    ranges = [organization.models.base.IdRange(field(key), field(key), both) for key in ("pattern", "weekday")]
    period = organization.models.base.DateRange(field("valid_from"), field("valid_to"), both)
    return migrations.AddConstraint(
        model_name="patternhours",
        constraint=django.contrib.postgres.constraints.ExclusionConstraint(
            name=f"pattern_hours_one_a_day_{name}",
            expressions=[(part, "&&") for part in (*ranges, period)],
            condition=models.Q(in_ramadan=in_ramadan),
            violation_error_message="The weekday has other hours in that period.",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("attendance", "0013_who_set_shift_minimums")]

    operations = [
        migrations.RemoveConstraint(model_name="staleday", name="stale_day_once"),
        migrations.RenameField(model_name="staleday", old_name="day", new_name="first"),
        migrations.AddField(
            model_name="staleday",
            name="last",
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE attendance_staleday SET last = first", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="staleday",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", models.F("first"))), name="stale_day_in_order"
            ),
        ),
        _one_a_day("usual", False),
        _one_a_day("ramadan", True),
    ]

"""Terminals and whom their PINs mean; wrong keys; silent days; entries sent by a connected system."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attendance.models import PresenceEvent, TerminalPin
from attendance.selectors_terminals import silences
from attendance.services.terminals import assign_pin, end_pin, save_terminal
from attendance.terminal_log import BY_DAY, BY_SCHEDULE, Limits, Part, Press, Understood, repeated, understand
from organization.models import ImportRun
from organization.services.imports import run_import
from tests.attendance.terminal_kit import attlog, fates, give_pins, make_terminal, run
from tests.organization.cast import make_cast

NIGHT = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=180), timedelta(minutes=360), timedelta(minutes=90), timedelta(minutes=90))


def at(clock: str, day: int = 0) -> datetime:
    hour, minute = clock.split(".")
    return NIGHT + timedelta(days=day, hours=int(hour), minutes=int(minute))


OFFICE = [Part(at("07.30"), at("16.00"))]


@pytest.mark.parametrize(
    ("presses", "meant"),
    [
        ("in 07.30, in 16.05", {2: Understood("out", BY_DAY)}),
        ("in 07.30, in 14.30", {2: Understood("out", BY_DAY)}),
        ("in 07.30, in 14.29", {}),  # more would be lost than by a missing check-out
        ("in 07.30, in 11.00, in 16.05", {3: Understood("out", BY_DAY)}),
        ("out 07.35, out 16.05", {1: Understood("in", BY_DAY)}),
        ("out 09.00, out 16.05", {1: Understood("in", BY_DAY)}),
        ("out 09.01, out 16.05", {}),
        ("in 07.30, out 12.00, in 16.05", {}),  # both keys were used: each stands
        ("in 16.00", {1: Understood("out", BY_SCHEDULE)}),
        ("in 15.59", {}),
        ("out 07.30", {1: Understood("in", BY_SCHEDULE)}),
        ("out 07.31", {}),
        ("in 04.29", {}),  # before the minutes that belong to the day
        ("in 22.01", {}),
    ],
)
def test_wrong_keys_are_understood_by_these_rules_and_no_other(presses, meant):
    own = [
        Press(1, at(clock), key, line)
        for line, (key, clock) in enumerate((one.split(" ") for one in presses.split(", ")), start=1)
    ]

    assert understand(own, {1: OFFICE}, LIMITS) == meant
    assert understand(own, {}, LIMITS) == {}, "without a part the key stands"


def test_press_belongs_to_the_nearest_part_across_midnight():
    night, day = Part(at("21.00"), at("07.00", 1)), Part(at("14.00", 1), at("21.00", 1))
    own = [Press(1, at("20.55"), "in", 1), Press(1, at("07.05", 1), "in", 2), Press(1, at("13.55", 1), "in", 3)]

    assert understand(own, {1: [night, day]}, LIMITS) == {2: Understood("out", BY_DAY)}


def test_entry_on_record_is_never_given_another_meaning():
    own = [Press(1, at("07.30"), "in", 1), Press(1, at("16.05"), "in")]

    assert understand(own, {1: OFFICE}, LIMITS) == {}


def test_of_check_ins_the_first_is_kept_and_of_check_outs_the_last():
    own = [
        Press(1, at("07.30"), "in", 1), Press(1, at("07.34"), "in", 2), Press(1, at("07.36"), "in", 3),
        Press(1, at("16.00"), "out", 4), Press(1, at("16.05"), "out", 5), Press(2, at("07.31"), "in", 6),
        Press(1, at("07.31"), "out", 7),
    ]  # fmt: skip

    assert repeated(own, timedelta(minutes=5)) == {2, 4}


@pytest.fixture
def cast(db):
    return make_cast()


def test_pin_means_another_person_from_a_day_on(cast):
    hr, terminal = cast.users["hr"], make_terminal()
    emp, other = cast.employees["emp"], cast.employees["col1"]
    assign_pin(by=hr, terminal_id=terminal.pk, pin=" 007", employee=emp, valid_from=date(2026, 1, 1))

    assign_pin(by=hr, terminal_id=terminal.pk, pin="7", employee=other, valid_from=date(2026, 10, 5))

    assert list(TerminalPin.objects.order_by("valid_from").values_list("pin", "employee", "valid_to")) == [
        ("7", emp.pk, date(2026, 10, 4)),
        ("7", other.pk, None),
    ]
    outcome = run(
        attlog("7;2026-10-02 07:20:00;0", "7;2026-10-05 07:20:00;0", "7;2025-12-31 07:20:00;0"),
        terminal,
        accept_valid=True,
    )
    assert [item.code for item in outcome.rejects] == ["pin_not_then"]
    assert list(PresenceEvent.objects.order_by("occurred_at").values_list("employee", flat=True)) == [emp.pk, other.pk]
    with pytest.raises(ValidationError):
        assign_pin(by=hr, terminal_id=terminal.pk, pin="7", employee=emp, valid_from=date(2026, 9, 1))
    with pytest.raises(ValidationError):
        assign_pin(by=hr, terminal_id=terminal.pk, pin="A7", employee=emp, valid_from=date(2026, 9, 1))
    last = TerminalPin.objects.get(employee=other)
    assert end_pin(by=hr, pin_id=last.pk, last_day=date(2026, 10, 31)).valid_to == date(2026, 10, 31)


def test_terminal_with_entries_keeps_code_and_zone(cast):
    hr, terminal = cast.users["hr"], make_terminal()
    give_pins(terminal, cast.employees["emp"])
    run(attlog("1;2026-10-05 07:20:00;0"), terminal)

    for values in ({"code": "NEU"}, {"zone": "Asia/Jayapura"}):
        with pytest.raises(ValidationError) as refused:
            save_terminal(by=hr, terminal_id=terminal.pk, values=values)
        assert list(refused.value.message_dict) == list(values)
    save_terminal(by=hr, terminal_id=terminal.pk, values={"name": "Pintu belakang"})
    with pytest.raises(PermissionDenied):
        save_terminal(by=cast.users["head"], terminal_id=None, values={"code": "X"})


def test_clock_of_the_terminal_runs_in_its_zone_and_bad_times_are_told(cast):
    terminal = make_terminal(zone="Asia/Jayapura")
    give_pins(terminal, cast.employees["emp"])

    outcome = run(
        attlog(
            "1;2026-10-05 07:20:00;0", "1;2000-01-01 00:00:31;0", "1;2226-10-05 07:00:00;0", "1;2026-02-30 07:00:00;0",
            "1;2026-10-05 25:00:00;0", "1;2026-10-05 08:00:00;4",
        ),
        terminal,
        accept_valid=True,
    )  # fmt: skip

    assert [(item.row, item.code) for item in outcome.rejects] == [
        (2, "clock_reset"), (3, "date_wrong"), (4, "date_impossible"), (5, "time_impossible"), (6, "key_wrong"),
    ]  # fmt: skip
    assert PresenceEvent.objects.get().occurred_at == datetime(2026, 10, 4, 22, 20, tzinfo=UTC)


def test_list_with_headings_is_read_as_well(cast):
    terminal = make_terminal()
    give_pins(terminal, cast.employees["emp"])

    content = b"PIN;TANGGAL;JAM;STATUS\n1;05/10/2026;07.21;masuk\n1;05/10/2026;16.10;pulang\n"

    assert fates(run(content, terminal))["new"] == 2


def test_upload_on_the_page_is_checked_first_and_then_imported(client, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    terminal = make_terminal()
    give_pins(terminal, cast.employees["emp"])
    client.force_login(cast.users["hr"])
    file = SimpleUploadedFile("attlog.dat", attlog("1;2026-10-05 07:20:00;0", "1;2026-10-05 16:20:00;0"))

    sent = client.post(reverse("attendance:terminal_upload", args=[terminal.pk]), {"kind": "presence", "file": file})

    assert sent.status_code == 302
    made = ImportRun.objects.get()
    run_import(run_id=made.pk)
    page = client.get(sent.url)
    assert page.status_code == 200
    assert PresenceEvent.objects.count() == 0
    client.post(reverse("organization:import_start", args=[made.pk]), {"action": "import"})
    run_import(run_id=made.pk)
    assert list(PresenceEvent.objects.order_by("occurred_at").values_list("direction", "pressed")) == [
        ("in", ""),
        ("out", "in"),
    ]


def test_connected_system_sends_presses_and_is_told_of_each(client, cast):
    terminal = make_terminal()
    give_pins(terminal, cast.employees["emp"])
    client.force_login(cast.users["hr"])
    entries = [
        {"pin": "1", "at": "2026-10-05T07:20:00", "key": "in"},
        {"pin": "1", "at": "2026-10-05T07:20:04", "key": "in"},
        {"pin": "1", "at": "2026-10-05T16:20:00+08:00", "key": "in"},
        {"pin": "99", "at": "2026-10-05T07:20:00", "key": "in"},
    ]
    address = reverse("api:terminal-entries", args=[terminal.pk])

    first = client.post(address, {"entries": entries}, content_type="application/json").json()
    second = client.post(address, {"entries": entries}, content_type="application/json").json()

    assert [row["fate"] for row in first["entries"]] == ["accepted", "repeated", "understood", "rejected"]
    assert first["entries"][2]["direction"] == "out"
    assert [row["fate"] for row in second["entries"]] == ["known", "repeated", "known", "rejected"]
    assert PresenceEvent.objects.count() == 2


def test_silent_working_day_between_busy_ones_is_suggested(cast):
    terminal = make_terminal()
    people = [cast.employees[name] for name in ("emp", "col1", "col2")]
    give_pins(terminal, *people)
    run(attlog("1;2026-10-05 07:20:00;0", "2;2026-10-07 07:20:00;0", "3;2026-10-09 07:20:00;0"), terminal)

    found = silences([terminal], on=date(2026, 10, 12))

    assert [one.day for one in found] == [date(2026, 10, 8), date(2026, 10, 6)]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_number_of_questions(client, cast, number, django_assert_max_num_queries):
    for place in range(number):
        give_pins(make_terminal(f"T-{place}"), *[cast.employees[name] for name in ("emp", "col1", "col2")])
    client.force_login(cast.users["hr"])

    with django_assert_max_num_queries(15):
        assert client.get(reverse("attendance:terminal_list")).status_code == 200

"""The export of a month of a real terminal, and files like it: every line is accounted for."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.models import PresenceEvent, StaleDay, TerminalPin
from organization.enums import ImportKind
from tests.attendance.terminal_kit import DATA, attlog, fates, give_pins, make_terminal, run
from tests.organization.importing import import_bytes
from tests.world import make_world

pytestmark = pytest.mark.django_db
FIVE = timedelta(minutes=5)
CLOCK = "%Y-%m-%d %H:%M:%S"


@pytest.fixture
def terminal():
    import_bytes((DATA / "pegawai.csv").read_bytes())
    made = make_terminal()
    run((DATA / "pegawai.csv").read_bytes(), made, kind=ImportKind.TERMINAL_PINS)
    return made


def expected_of_the_file() -> tuple[Counter, dict[tuple[int, str, str], tuple[str, str]]]:
    """Counted by hand-written rules that share nothing with the importer: fates, and (PIN, time, key) -> direction.

    An office day of this file has its check-ins before noon and its check-outs after 15.00.
    """
    found: Counter = Counter()
    days = defaultdict(list)
    for line in (DATA / "attlog.dat").read_bytes().decode().split("\r\n")[:-1]:
        parts = line.split("\t")
        try:
            at = datetime.strptime(parts[1], CLOCK)  # noqa: DTZ007  (the clock of the terminal)
        except (IndexError, ValueError):
            found["rejected" if line.strip() else "blank"] += 1
            continue
        if at.year == 2000 or parts[0].strip() == "9999":
            found["rejected"] += 1
            continue
        days[int(parts[0]), at.date()].append((at, parts[3]))
    kept = {}
    for (pin, _day), presses in days.items():
        presses.sort()
        own: list[tuple[Any, Any]] = []
        for at, key in presses:
            if own and own[-1][1] == key and at - own[-1][0] <= FIVE:
                found["repeated"] += 1
            else:
                own.append((at, key))
        for at, key in own:
            wrong = key == "0" and at.hour >= 15
            found["understood"] += wrong
            found["new"] += 1
            kept[pin, at.strftime(CLOCK), key] = ("out" if wrong or key == "1" else "in", "in" if wrong else "")
    return found, kept


def recorded() -> dict[tuple[int, str, str], tuple[str, str]]:
    pins = dict(TerminalPin.objects.values_list("employee_id", "pin"))
    zone = ZoneInfo("Asia/Makassar")
    return {
        (
            int(pins[event.employee_id]),
            event.occurred_at.astimezone(zone).strftime(CLOCK),
            "0" if (event.pressed or event.direction) == "in" else "1",
        ): (event.direction, event.pressed)
        for event in PresenceEvent.objects.all()
    }


def test_personnel_list_gives_the_pins_by_its_numbers(terminal):
    rows = list(csv.reader(io.StringIO((DATA / "pegawai.csv").read_text("utf-8-sig")), delimiter=";"))
    header = next(row for row in rows if row[0] == "NO")
    listed = {row[0]: row[1] for row in rows[rows.index(header) + 1 :] if row and row[0].isdigit()}

    assert dict(TerminalPin.objects.values_list("pin", "employee__nip")) == listed
    again = run((DATA / "pegawai.csv").read_bytes(), terminal, kind=ImportKind.TERMINAL_PINS)
    assert (again.counts["created"], again.counts["unchanged"]) == (0, 61)


def test_month_of_a_terminal_is_accounted_for_line_by_line(terminal):
    expected, kept = expected_of_the_file()

    checked = run((DATA / "attlog.dat").read_bytes(), terminal, dry_run=True)
    assert PresenceEvent.objects.count() == 0
    refused = run((DATA / "attlog.dat").read_bytes(), terminal)
    assert not refused.is_saved
    assert PresenceEvent.objects.count() == 0, "nothing is half-imported"
    outcome = run((DATA / "attlog.dat").read_bytes(), terminal, accept_valid=True)

    assert fates(outcome) == fates(checked) == {"known": 0, **expected}
    assert expected == {"new": 2517, "understood": 40, "repeated": 138, "rejected": 4, "blank": 1}
    lines = fates(outcome)
    assert lines["new"] + lines["repeated"] + lines["rejected"] + lines["blank"] == 2660
    assert recorded() == kept
    assert [(item.row, item.column, item.code) for item in outcome.rejects] == [
        (11, "PIN", "pin_unknown"),
        (12, "WAKTU", "clock_reset"),
        (13, "WAKTU", "date_impossible"),
        (14, "PIN", "line_unreadable"),
    ]
    assert {item.code for item in outcome.warnings} == {"key_meant_out_day"}
    assert StaleDay.objects.exists(), "their days are built again"


def test_importing_twice_changes_nothing(terminal):
    run((DATA / "attlog.dat").read_bytes(), terminal, accept_valid=True)
    before = recorded()

    again = run((DATA / "attlog.dat").read_bytes(), terminal, accept_valid=True)

    assert fates(again) == {"new": 0, "known": 2517, "understood": 0, "repeated": 138, "rejected": 4, "blank": 1}
    assert recorded() == before


def test_two_halves_in_any_order_are_the_whole(terminal):
    lines = (DATA / "attlog.dat").read_bytes().splitlines(keepends=True)
    _expected, kept = expected_of_the_file()

    mornings = [line for line in lines if b" 07:" in line]
    run(b"".join(mornings), terminal, accept_valid=True)
    run(b"".join(lines), terminal, accept_valid=True)

    assert recorded() == kept


def test_command_says_what_became_of_every_line_and_leaves_the_rejects(terminal, tmp_path, capsys):
    rejects = tmp_path / "rejects.csv"
    with pytest.raises(CommandError):
        call_command("import_presence", DATA / "attlog.dat", "--terminal", "CAMAT-1", "--rejects", rejects)
    assert PresenceEvent.objects.count() == 0
    with pytest.raises(CommandError):
        call_command(
            "import_presence", DATA / "attlog.dat", "--terminal", "CAMAT-1", "--accept-valid", "--rejects", rejects
        )
    assert PresenceEvent.objects.count() == 2517
    rows = list(csv.reader(io.StringIO(rejects.read_text("utf-8"))))
    assert [row[:3] for row in rows[1:]] == [
        ["11", "PIN", "     9999"],
        ["12", "WAKTU", "2000-01-01 00:00:31"],
        ["13", "WAKTU", "2026-10-35 07:00:00"],
        ["14", "PIN", "garbage"],
    ]


def test_unknown_terminal_is_named():
    with pytest.raises(CommandError, match="TIDAK-ADA"):
        call_command("import_presence", DATA / "attlog.dat", "--terminal", "TIDAK-ADA")


# Files like it ---------------------------------------------------------------------------------------------------

ODDITIES = ["", "garbage", "\t\t\t", '"', "1\t2026-10-05", "abc\t2026-10-05 07:00:00\t1\t0\t1\t0", "\x00\x01"]
press = st.builds(
    lambda pin, day, minute, second, key: (
        f"{pin};2026-10-{day:02d} {minute // 60:02d}:{minute % 60:02d}:{second:02d};{key}"
    ),
    st.sampled_from([1, 2, 3, 77]),
    st.integers(0, 35),
    st.integers(0, 1500),
    st.integers(0, 61),
    st.sampled_from([0, 0, 1, 1, 2, 5]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(press | st.sampled_from(ODDITIES), min_size=1, max_size=40))
def test_files_like_it_are_accounted_for_and_change_nothing_the_second_time(people, lines):
    content = attlog("1;2026-10-01 07:00:00;0", *lines)

    first = fates(run(content, people, accept_valid=True))
    stored = set(PresenceEvent.objects.values_list("client_id", "direction", "pressed"))
    second = fates(run(content, people, accept_valid=True))

    assert first["new"] + first["known"] + first["repeated"] + first["rejected"] + first["blank"] == len(lines) + 1
    assert (second["new"], second["understood"]) == (0, 0)
    assert second["known"] == first["new"] + first["known"]
    assert (second["repeated"], second["rejected"]) == (first["repeated"], first["rejected"])
    assert set(PresenceEvent.objects.values_list("client_id", "direction", "pressed")) == stored


@pytest.fixture
def people():
    world = make_world()
    terminal = make_terminal("KOTA-1")
    give_pins(terminal, world.employees["emp"], world.employees["col1"], world.employees["col2"])
    return terminal

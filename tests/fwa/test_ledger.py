"""The ledger names what was done to it by SQL behind its back, with the triggers switched off."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from fwa import ledger
from fwa.ledger import macs
from fwa.models import LedgerEntry, LedgerHead, Request
from organization.models import RoleGrant, User

pytestmark = pytest.mark.django_db

CHAIN = "request:1"
DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _anchor_dir(tmp_path: Path, settings) -> None:
    settings.LEDGER_ANCHOR_DIR = tmp_path / "anchors"


@pytest.fixture
def chains() -> None:
    """Two requests with four and two entries."""
    with transaction.atomic():
        for code in ("request.submitted", "step.approved", "step.approved", "request.approved"):
            ledger.append(Request(pk=1), code, by=None, payload={"step": 7, "ground": "quota"})
        for code in ("request.submitted", "request.withdrawn"):
            ledger.append(Request(pk=2), code, by=None)


def sql(*statements: str) -> None:
    """Run statements as somebody who may switch the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def found(anchor: Path | None = None) -> list[tuple[str, int, str]]:
    return [(finding.chain, finding.seq, str(finding.kind)) for finding in ledger.verify(anchor)]


FORGE = (
    "INSERT INTO fwa_ledgerentry (chain, seq, code, actor_id, acting_for_id, payload, at, previous_mac, mac)"
    " SELECT '{chain}', {seq}, 'request.approved', NULL, NULL, '{{}}', now(), mac, repeat('a', 64)"
    " FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq = {after}"
)
SHIFT = "UPDATE fwa_ledgerentry SET seq = seq + 100 WHERE chain = 'request:1' AND seq >= {seq}"
BACK = "UPDATE fwa_ledgerentry SET seq = seq - {by} WHERE chain = 'request:1' AND seq > 100"


def test_untouched_ledger_has_no_finding(chains: None) -> None:
    assert ledger.verify() == []
    assert ledger.verify(ledger.write_anchor(DAY)) == []


def test_chain_is_linked_and_head_follows(chains: None) -> None:
    entries = list(LedgerEntry.objects.filter(chain=CHAIN))
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_mac for entry in entries] == ["", *(entry.mac for entry in entries[:-1])]
    head = LedgerHead.objects.get(chain=CHAIN)
    assert (head.seq, head.mac) == (4, entries[-1].mac)
    opened = LedgerEntry.objects.filter(chain=ledger.REGISTRY).values_list("payload__chain", flat=True)
    assert list(opened) == ["request:1", "request:2"]


TAMPERING: dict[str, tuple[list[str], tuple[str, int, str]]] = {
    "code changed": (
        ["UPDATE fwa_ledgerentry SET code = 'request.rejected' WHERE chain = 'request:1' AND seq = 2"],
        (CHAIN, 2, "updated"),
    ),
    "actor changed": (
        ["UPDATE fwa_ledgerentry SET actor_id = 99 WHERE chain = 'request:1' AND seq = 3"],
        (CHAIN, 3, "updated"),
    ),
    "moment changed": (
        ["UPDATE fwa_ledgerentry SET at = at + interval '1 microsecond' WHERE chain = 'request:1' AND seq = 1"],
        (CHAIN, 1, "updated"),
    ),
    "payload changed": (
        ["UPDATE fwa_ledgerentry SET payload = '{\"step\": 8}' WHERE chain = 'request:1' AND seq = 4"],
        (CHAIN, 4, "updated"),
    ),
    "link changed": (
        ["UPDATE fwa_ledgerentry SET previous_mac = repeat('0', 64) WHERE chain = 'request:1' AND seq = 2"],
        (CHAIN, 2, "updated"),
    ),
    "overwritten with a copy of another entry": (
        [
            "UPDATE fwa_ledgerentry t SET (code, payload, at, previous_mac, mac) ="
            " (s.code, s.payload, s.at, s.previous_mac, s.mac) FROM fwa_ledgerentry s"
            " WHERE t.chain = 'request:1' AND t.seq = 2 AND s.chain = t.chain AND s.seq = 1"
        ],
        (CHAIN, 2, "updated"),
    ),
    "entry deleted": (
        ["DELETE FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq = 2"],
        (CHAIN, 2, "deleted"),
    ),
    "entry deleted and the rest moved up": (
        ["DELETE FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq = 2", SHIFT.format(seq=3), BACK.format(by=101)],
        (CHAIN, 2, "deleted"),
    ),
    "tail deleted": (
        ["DELETE FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq >= 3"],
        (CHAIN, 3, "deleted"),
    ),
    "tail deleted and the head set back": (
        [
            "DELETE FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq >= 3",
            "UPDATE fwa_ledgerhead h SET seq = 2, mac = e.mac FROM fwa_ledgerentry e"
            " WHERE h.chain = 'request:1' AND e.chain = h.chain AND e.seq = 2",
        ],
        (CHAIN, 2, "head"),
    ),
    "entries of a chain deleted": (["DELETE FROM fwa_ledgerentry WHERE chain = 'request:1'"], (CHAIN, 1, "deleted")),
    "whole chain deleted with its head": (
        [
            "DELETE FROM fwa_ledgerentry WHERE chain = 'request:1'",
            "DELETE FROM fwa_ledgerhead WHERE chain = 'request:1'",
        ],
        (CHAIN, 1, "deleted"),
    ),
    "head deleted": (["DELETE FROM fwa_ledgerhead WHERE chain = 'request:1'"], (CHAIN, 4, "head")),
    "inserted at the end": ([FORGE.format(chain=CHAIN, seq=5, after=4)], (CHAIN, 5, "inserted")),
    "inserted in the middle": (
        [SHIFT.format(seq=3), FORGE.format(chain=CHAIN, seq=3, after=2), BACK.format(by=99)],
        (CHAIN, 3, "inserted"),
    ),
    "a chain put in": ([FORGE.format(chain="request:9", seq=1, after=1)], ("request:9", 1, "inserted")),
    "two entries swapped": (
        [
            "UPDATE fwa_ledgerentry SET seq = 100 WHERE chain = 'request:1' AND seq = 2",
            "UPDATE fwa_ledgerentry SET seq = 2 WHERE chain = 'request:1' AND seq = 3",
            "UPDATE fwa_ledgerentry SET seq = 3 WHERE chain = 'request:1' AND seq = 100",
        ],
        (CHAIN, 2, "reordered"),
    ),
    "two entries swapped with their links": (
        [
            "UPDATE fwa_ledgerentry t SET (code, payload, at, mac) = (s.code, s.payload, s.at, s.mac)"
            " FROM fwa_ledgerentry s WHERE t.chain = 'request:1' AND s.chain = t.chain"
            " AND ((t.seq = 2 AND s.seq = 3) OR (t.seq = 3 AND s.seq = 2))"
        ],
        (CHAIN, 2, "reordered"),
    ),
    "moved away": (
        ["UPDATE fwa_ledgerentry SET seq = 9 WHERE chain = 'request:1' AND seq = 2"],
        (CHAIN, 2, "reordered"),
    ),
    "registry entry deleted": (
        ["DELETE FROM fwa_ledgerentry WHERE chain = 'registry' AND seq = 2"],
        (ledger.REGISTRY, 2, "deleted"),
    ),
    "whole registry deleted": (
        ["DELETE FROM fwa_ledgerentry WHERE chain = 'registry'", "DELETE FROM fwa_ledgerhead WHERE chain = 'registry'"],
        (ledger.REGISTRY, 1, "deleted"),
    ),
}


@pytest.mark.parametrize(("statements", "expected"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_named(chains: None, statements: list[str], expected: tuple[str, int, str]) -> None:
    sql(*statements)
    assert found() == [expected]


def test_several_broken_chains_are_each_named(chains: None) -> None:
    sql(
        "UPDATE fwa_ledgerentry SET code = 'x' WHERE chain = 'request:1' AND seq = 2",
        "DELETE FROM fwa_ledgerentry WHERE chain = 'request:2' AND seq = 2",
    )
    assert found() == [(CHAIN, 2, "updated"), ("request:2", 2, "deleted")]


def test_older_state_with_its_own_heads_shows_against_the_anchor(chains: None) -> None:
    """Tail and head put back to a state that once was genuine: only the anchor tells."""
    head = LedgerHead(chain=CHAIN, seq=2, mac=LedgerEntry.objects.get(chain=CHAIN, seq=2).mac)
    anchor = ledger.write_anchor(DAY)
    sql(
        "DELETE FROM fwa_ledgerentry WHERE chain = 'request:1' AND seq >= 3",
        f"UPDATE fwa_ledgerhead SET seq = 2, mac = '{head.mac}', head_mac = '{macs.head_mac(head)}'"
        " WHERE chain = 'request:1'",
    )
    assert found() == []
    assert found(anchor) == [(CHAIN, 3, "deleted")]
    with transaction.atomic():
        ledger.append(Request(pk=1), "request.rejected", by=None)
    assert found(anchor) == [(CHAIN, 4, "deleted")]
    with transaction.atomic():
        ledger.append(Request(pk=1), "request.rejected", by=None)
    assert found(anchor) == [(CHAIN, 4, "updated")]
    # The next day's anchor does not make it good.
    assert found(ledger.write_anchor(date(2026, 11, 25))) == [(CHAIN, 4, "updated")]


def test_emptied_ledger_shows_against_the_anchor(chains: None) -> None:
    anchor = ledger.write_anchor(DAY)
    sql("DELETE FROM fwa_ledgerentry", "DELETE FROM fwa_ledgerhead")
    assert found() == []
    assert found(anchor) == [(ledger.REGISTRY, 1, "deleted"), (CHAIN, 1, "deleted"), ("request:2", 1, "deleted")]


def test_chain_begun_again_after_its_deletion_is_named(chains: None) -> None:
    sql("DELETE FROM fwa_ledgerentry WHERE chain = 'request:1'", "DELETE FROM fwa_ledgerhead WHERE chain = 'request:1'")
    with transaction.atomic():
        ledger.append(Request(pk=1), "request.submitted", by=None)
    assert found() == [(CHAIN, 1, "deleted")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fwa_ledgerhead SET seq = 2 WHERE chain = 'request:1'",
        "DELETE FROM fwa_ledgerhead WHERE chain = 'request:1'",
    ],
)
def test_work_goes_on_after_a_changed_head_but_stays_named(chains: None, statement: str) -> None:
    sql(statement)
    with transaction.atomic():
        ledger.append(Request(pk=1), "arrangement.ended", by=None)
    assert found() == [(CHAIN, 5, "head")]
    assert LedgerEntry.objects.get(chain=CHAIN, seq=6).code == "arrangement.ended"


def test_long_chain_names_neighbours_that_were_swapped() -> None:
    with transaction.atomic():
        for number in range(60):
            ledger.append(Request(pk=1), "step.approved", by=None, payload={"step": number})
    sql(
        "UPDATE fwa_ledgerentry SET seq = 100 WHERE chain = 'request:1' AND seq = 50",
        "UPDATE fwa_ledgerentry SET seq = 50 WHERE chain = 'request:1' AND seq = 51",
        "UPDATE fwa_ledgerentry SET seq = 51 WHERE chain = 'request:1' AND seq = 100",
    )
    assert found() == [(CHAIN, 50, "reordered")]


@pytest.mark.parametrize("action", ["update", "delete"])
def test_entries_are_append_only_by_trigger(chains: None, action: str) -> None:
    rows = LedgerEntry.objects.filter(chain=CHAIN)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete() if action == "delete" else rows.update(code="x")


@pytest.mark.parametrize("value", ["a text with blanks", 1.5, b"bytes", object()])
def test_texts_cannot_get_into_the_ledger(value: object) -> None:
    with pytest.raises(ValueError), transaction.atomic():
        ledger.append(Request(pk=1), "request.submitted", by=None, payload={"reason": value})
    assert not LedgerEntry.objects.exists()


def test_payload_keeps_dates_ids_and_lists() -> None:
    with transaction.atomic():
        entry = ledger.append(Request(pk=1), "x", by=None, payload={"days": (DAY,), "n": 3, "ok": True, "none": None})
    entry.refresh_from_db()
    assert entry.payload == {"days": ["2026-11-24"], "n": 3, "ok": True, "none": None}
    assert ledger.verify() == []


def test_digest_is_salted() -> None:
    assert ledger.digest("text", "a") != ledger.digest("text", "b")
    assert len(ledger.digest("text", "a")) == 64


def test_rolled_back_decision_leaves_no_entry(chains: None) -> None:
    with transaction.atomic():
        ledger.append(Request(pk=3), "request.submitted", by=None)
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.filter(chain="request:3").exists()
    assert found() == []


def _drop_mac(content: dict) -> None:
    del content["mac"]


def _raise_total(content: dict) -> None:
    content["total"] += 1


def _lower_head(content: dict) -> None:
    content["heads"][CHAIN][0] = 2


@pytest.mark.parametrize("change", [_drop_mac, _raise_total, _lower_head])
def test_forged_anchor_is_named(chains: None, change: Callable[[dict], None]) -> None:
    anchor = ledger.write_anchor(DAY)
    content = json.loads(anchor.read_text())
    change(content)
    anchor.write_text(json.dumps(content))
    assert found(anchor) == [("anchor", 0, "anchor")]
    assert ledger.latest_anchor() is None


def test_anchor_file_is_private_and_complete(chains: None) -> None:
    anchor = ledger.write_anchor(DAY)
    assert anchor.name == "anchor-2026-11-24.json"
    assert anchor.stat().st_mode & 0o077 == 0
    content = json.loads(anchor.read_text())
    assert content["day"] == "2026-11-24"
    assert content["total"] == 8
    assert set(content["heads"]) == {CHAIN, "request:2", ledger.REGISTRY}
    assert ledger.write_anchor(DAY) == anchor  # a second time is harmless
    assert ledger.latest_anchor() == anchor


def test_command_is_quiet_about_a_sound_ledger(chains: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_ledger")
    assert "3" in capsys.readouterr().out


def test_command_names_the_entry_and_exits_with_1(chains: None, capsys: pytest.CaptureFixture[str]) -> None:
    anchor = ledger.write_anchor(DAY)
    sql("UPDATE fwa_ledgerentry SET code = 'x' WHERE chain = 'request:1' AND seq = 2")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_ledger", anchor=str(anchor))
    assert stop.value.code == 1
    assert "request:1" in capsys.readouterr().out


def test_command_refuses_a_missing_anchor_file(chains: None, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        call_command("verify_ledger", anchor=str(tmp_path / "none.json"))
    assert stop.value.code == 1


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("hr_admin", 403), ("", 403)])
def test_page_is_for_auditors(chains: None, client, role: str, status: int) -> None:
    user = User.objects.create(username="u", is_active=True)
    if role:
        RoleGrant.objects.create(user=user, role=role, valid_from=date(2020, 1, 1))
    client.force_login(user)
    assert client.get(reverse("fwa:ledger")).status_code == status
    assert client.post(reverse("fwa:ledger")).status_code == status


def test_page_verifies_on_demand_and_names_the_entry(chains: None, client) -> None:
    user = User.objects.create(username="u", is_active=True)
    RoleGrant.objects.create(user=user, role="auditor", valid_from=date(2020, 1, 1))
    client.force_login(user)
    assert client.post(reverse("fwa:ledger")).context["findings"] == []
    ledger.write_anchor(DAY)
    sql("UPDATE fwa_ledgerentry SET code = 'x' WHERE chain = 'request:1' AND seq = 2")
    response = client.post(reverse("fwa:ledger"))
    assert "request:1" in response.content.decode()
    assert response.context["anchor"].day == "2026-11-24"

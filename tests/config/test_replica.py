"""DATABASE_REPLICA_URL against a real streaming replica, made from the embedded programs; and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from config import replica
from config.embedded import paths, postgres
from config.embedded.paths import REPOSITORY, Home
from tests.config import own_servers
from tests.template import fill

SERVERS = [pytest.mark.servers, pytest.mark.xdist_group("servers")]
PEOPLE = 5


@pytest.fixture(scope="module")
def seen(template_name):
    """What the scenario saw, step by step."""
    with own_servers.folders():
        home = own_servers.start_primary()
        try:
            fill(home, template_name)
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "tests.config.fault_settings",
                "DATABASE_URL": home.database_url,
                "DATABASE_REPLICA_MAX_LAG_S": "1",
                "DEBUG": "0",
                "LOG_LEVEL": "WARNING",
                "OWN_STATE_FOLDER": str(paths.STATE_FOLDER),
            }
            scenario = [sys.executable, "-m", "tests.config.replica_scenario"]
            subprocess.run([*scenario, "prepare"], cwd=REPOSITORY, env=environment, check=True)
            environment["DATABASE_REPLICA_URL"] = own_servers.start_replica(home).database_url
            done = subprocess.run(
                [*scenario, "observe"], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr[-3000:]
            yield json.loads(done.stdout.splitlines()[-1])
        finally:
            postgres.stop(Home("replica"))
            postgres.stop(home)


class TestStreaming:
    pytestmark = SERVERS

    def test_what_was_just_written_is_read(self, seen):
        assert seen["keeps_up"] == {"found": 30, "lag": "ok", "reasons": []}

    def test_a_transaction_reads_what_it_wrote_and_the_replica_takes_no_writes(self, seen):
        assert seen["in_a_transaction"] == {
            "inside": "default", "told": "replica", "writable": False, "reasons": []
        }  # fmt: skip

    @pytest.mark.parametrize("step", ["serves_a_run", "back"])
    def test_a_run_reads_its_people_from_the_replica(self, seen, step):
        assert seen[step]["asked"] == {"default": 0, "replica": 1}
        assert seen[step]["reasons"] == []

    @pytest.mark.parametrize(
        ("step", "reasons"),
        [
            ("behind", ["more than 1 s behind"] * 2),
            ("cancelled", ["OperationalError"]),
            ("away", ["away: OperationalError"] * 2),
        ],
    )
    def test_the_primary_does_what_the_replica_cannot(self, seen, step, reasons):
        assert seen[step]["asked"]["default"] == 1
        assert seen[step]["reasons"] == reasons

    @pytest.mark.parametrize("step", ["serves_a_run", "behind", "cancelled", "away", "back"])
    def test_a_run_is_whole_and_says_up_to_when_it_looked(self, seen, step):
        found = {name: seen[step][name] for name in ("people", "stored", "exported", "facts_are_new")}

        assert found == {"people": PEOPLE, "stored": PEOPLE, "exported": PEOPLE, "facts_are_new": True}

    def test_monitoring_is_told(self, seen):
        assert [seen[step].get("lag") for step in ("behind", "away", "back", "promoted")] == [
            "behind", "away", "ok", "away"
        ]  # fmt: skip

    def test_nothing_is_read_from_a_replica_that_was_promoted(self, seen):
        assert seen["promoted"]["alias"] == "default"
        assert "accepts writes" in seen["promoted"]["reasons"][0]


def test_without_a_replica_everything_is_read_from_the_primary():
    assert replica.source().alias == "default"
    assert replica.lag() is None

"""DATABASE_POOLED behind a real PgBouncer in transaction mode, with fewer connections than threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from config.embedded import postgres
from config.embedded.paths import REPOSITORY
from tests.config import own_servers
from tests.config.test_deployment import PRODUCTION, known_variables
from tests.template import fill

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


@pytest.fixture(scope="module")
def seen(template_name):
    with own_servers.folders():
        home = own_servers.start_primary()
        try:
            fill(home, template_name)
            with own_servers.pooler(home) as url:
                environment = os.environ | {
                    "DJANGO_SETTINGS_MODULE": "tests.config.fault_settings",
                    "DATABASE_URL": url,
                    "DATABASE_POOLED": "1",
                    "DATABASE_CONN_MAX_AGE": "60",
                    "DEBUG": "0",
                    "LOG_LEVEL": "ERROR",
                }
                done = subprocess.run(
                    [sys.executable, "-m", "tests.config.pooler_scenario"],
                    cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False,
                )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            yield json.loads(done.stdout.splitlines()[-1])
        finally:
            postgres.stop(home)


def flat(rounds):
    return [value for thread in rounds for value in thread]


def test_history_names_the_one_who_wrote(seen):
    assert len(flat(seen["history"])) >= 40
    assert all(flat(seen["history"]))


def test_requests_go_their_way(seen):
    assert set(flat(seen["requests"])) == {"withdrawn"}


def test_runs_read_and_export_everybody(seen):
    assert set(flat(seen["runs"])) == {5}


def test_every_session_has_the_time_zone_django_expects(seen):
    assert set(flat(seen["sessions"])) == {"UTC"}


@pytest.mark.parametrize("pooled", [True, False])
def test_nothing_lives_on_in_a_session_behind_a_pooler(pooled):
    clean = {name: value for name, value in os.environ.items() if name not in known_variables()}
    code = (
        "from config.settings.production import DATABASES as d; import json;"
        "print(json.dumps([[x['DISABLE_SERVER_SIDE_CURSORS'], x['OPTIONS'].get('prepare_threshold', 'absent')]"
        " for x in (d['default'], d['replica'])]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True,
        env=clean | PRODUCTION | {
            "DATABASE_POOLED": str(int(pooled)), "DATABASE_REPLICA_URL": "postgresql://u:p@replica.example/fleksibel"
        },
    )  # fmt: skip

    assert json.loads(done.stdout) == [[pooled, None if pooled else "absent"]] * 2

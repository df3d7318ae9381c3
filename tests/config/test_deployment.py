"""The files around the code agree with it: compose file, README, lock files, production settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = ["SECRET_KEY", "LEDGER_KEY", "EVIDENCE_KEY", "POSTGRES_PASSWORD"]
KEY = "dGVzdC1vbmx5LWxlZGdlci1rZXktMzItYnl0ZXMtLS0="
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": KEY * 2,
    "LEDGER_KEY": KEY,
    "EVIDENCE_KEY": KEY,
    "ALLOWED_HOSTS": "fleksibel.example",
    "BASE_URL": "https://fleksibel.example",
    "DATABASE_URL": "postgresql://user:password@database.example/fleksibel",
    "REDIS_URL": "redis://redis.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
}


def known_variables() -> set[str]:
    sources = [*(ROOT / "config" / "settings").glob("*.py"), ROOT / "config" / "gunicorn.py"]
    reads = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
    return {name for source in sources for name in reads.findall(source.read_text())}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def own_services(compose):
    return {name: service for name, service in compose["services"].items() if "fleksibel:" in service["image"]}


def test_settings_read_what_the_test_can_see():
    assert set(env.KNOWN) - {name for name in env.KNOWN if name.startswith("X_")} <= known_variables()


def test_compose_sets_only_variables_that_the_settings_know(compose):
    services = own_services(compose)
    assert set(services) == {"migrate", "web", "worker", "beat"}
    for name, service in services.items():
        assert set(service["environment"]) <= known_variables(), name


def test_compose_sets_every_variable_that_production_requires(compose):
    environment = set(own_services(compose)["web"]["environment"])
    assert set(PRODUCTION) - {"DJANGO_SETTINGS_MODULE"} <= environment


def test_compose_has_no_default_secret():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        uses = re.findall(r"\$\{" + name + r"([^}]*)\}", text)
        assert uses, name
        assert all(use.startswith(":?") for use in uses), name


def test_compose_checks_the_health_of_every_service(compose):
    for name, service in compose["services"].items():
        assert "healthcheck" in service, name


def test_compose_shares_private_media_between_web_and_worker(compose):
    services = compose["services"]
    assert services["web"]["volumes"] == services["worker"]["volumes"]


def test_compose_adds_web_nodes_and_workers_by_scale(compose):
    """Nothing of them can be there only once: no name, no port of the machine, no address."""
    for name in ("web", "worker"):
        service = compose["services"][name]
        assert not {"container_name", "hostname", "ports", "mac_address"} & set(service), name
        assert service["networks"] == ["inside"], name
        assert service["read_only"], name
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert "--hostname=worker@%h" in compose["services"]["worker"]["command"]
    assert re.search(r"dynamic a \{\s+name web\s+port 8000\s", (ROOT / "deploy" / "Caddyfile").read_text())


def test_compose_starts_one_clock(compose):
    clocks = [name for name, service in compose["services"].items() if "beat" in service.get("command", ())]
    assert clocks == ["beat"]
    assert compose["services"]["beat"]["deploy"] == {"replicas": 1}
    assert not {"-B", "--beat"} & set(compose["services"]["worker"]["command"])


def test_example_names_every_value_that_compose_demands():
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE))
    assert set(example) == demanded
    assert not any(example.values())


def test_readme_lists_every_variable():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert table == known_variables()


@pytest.mark.parametrize("name", ["runtime", "local", "solver", "dev"])
def test_lock_file_has_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE)
    pins = re.findall(r"^[A-Za-z0-9]\S*==", text, re.MULTILINE)
    blocks = re.findall(r"^[A-Za-z0-9]\S*==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) == len(blocks) > 0


def run_check(environment):
    clean = {name: value for name, value in os.environ.items() if name not in known_variables()}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"DJANGO_SETTINGS_MODULE"}))
def test_production_does_not_start_without(missing):
    done = run_check({name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert f"Environment variable {missing} is not set" in done.stderr


def test_production_starts_with_all_of_them():
    done = run_check(PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_every_scheduled_task_exists():
    from config.celery import app

    app.loader.import_default_modules()
    missing = {entry["task"] for entry in app.conf.beat_schedule.values()} - set(app.tasks)
    assert not missing

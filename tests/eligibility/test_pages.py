"""The pages of the rules: who sees them, and that they show what the engine says."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from eligibility.enums import article
from eligibility.models import PolicyVersion, Screening
from eligibility.screening import replays_identically
from eligibility.services import run_screening
from eligibility.services.screenings import perform_run
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def run(world):
    made = run_screening(by=world.users["hr"], policy_code="location", as_of=timezone.localdate())
    return perform_run(made.pk)


def page(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(f"eligibility:{name}", args=args))


@pytest.mark.parametrize("name", ["policy_list", "terms", "screening_me"])
def test_everybody_with_a_record_reads_the_rules(client, world, name):
    assert page(client, world.users["emp"], name).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("id", "Perpres 21/2023 Pasal 8 ayat (3)"), ("en", "Perpres 21/2023 Art. 8(3)")]
)
def test_an_article_is_named_as_the_language_does(language, words):
    with translation.override(language):
        assert article("Perpres 21/2023 Ps. 8(3)") == words


def test_a_version_shows_each_rule_with_its_article(client, world):
    version = PolicyVersion.objects.get(policy__code="location")

    text = page(client, world.users["emp"], "policy_version", "location", version.number).content.decode()

    with translation.override("id"):
        articles = [escape(article(rule.legal_basis)) for rule in version.rules.all()]
    assert [words for words in articles if words not in text] == []


@pytest.mark.parametrize(("name", "status"), [("emp", 403), ("hr", 200)])
def test_only_hr_screens_others(client, world, name, status):
    assert page(client, world.users[name], "run_create").status_code == status


def test_a_run_stores_one_verdict_a_person_that_replays(client, world, run):
    assert Screening.objects.filter(run=run).count() == 5
    assert all(replays_identically(row) for row in Screening.objects.filter(run=run))
    assert page(client, world.users["hr"], "run", run.pk).status_code == 200
    stored = Screening.objects.filter(run=run).first()
    assert page(client, world.users["hr"], "screening", stored.pk).status_code == 200


def test_a_colleague_does_not_see_a_run(client, world, run):
    assert page(client, world.users["col1"], "run", run.pk).status_code in (403, 404)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_run_can_be_downloaded(client, world, run, file_format):
    answer = page(client, world.users["hr"], "run_export", run.pk, file_format)

    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content) if answer.streaming else answer.content) > 100


def test_the_command_writes_everybody_as_csv_and_json(world, tmp_path):
    for file_format in ("csv", "json"):
        out = tmp_path / f"screen.{file_format}"
        call_command("screen", "--policy", "location", "--format", file_format, "--out", str(out))
        text = out.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))[1:] if file_format == "csv" else json.loads(text)
        people = rows if isinstance(rows, list) else next(value for value in rows.values() if isinstance(value, list))
        assert len(people) == 5

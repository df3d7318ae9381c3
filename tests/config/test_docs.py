"""What the pages for developers point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
CODE_PATH = re.compile(r"`([a-z_]+/[\w./-]*?)(?:: \w+)?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_named_in_a_page_exist(page):
    # A first part that is no folder of ours makes it something else: a role of a file in any app, an address, a key.
    named = {path for path in CODE_PATH.findall(page.read_text()) if (ROOT / path.split("/")[0]).is_dir()}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_every_decision_record_is_listed():
    records = {path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md")}
    assert records == set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text()))

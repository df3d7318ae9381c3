"""A real Chromium against a live server on the real database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

# Playwright runs its own event loop in this thread; Django would otherwise refuse every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

PASSWORD = "rahasia-sekali-1"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Visitor:
    """Somebody at a browser: knows how to log in, and what went wrong on the way."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context = context
        self.base_url = base_url
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and "422" not in message.text and "409" not in message.text:
            self.problems.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.problems.append(f"asked {request.url}")

    def go(self, path: str) -> Page:
        self.page.goto(self.base_url + path)
        return self.page

    def log_in(self, name: str) -> Page:
        self.context.clear_cookies(name="sessionid")
        self.go("/accounts/login/")
        self.page.fill("[name=login]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(self.base_url + "/")
        return self.page

    def fits(self) -> bool:
        """Nothing scrolls sideways."""
        self.page.wait_for_load_state()
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    opened: list[BrowserContext] = []

    def open_one(*, size: ViewportSize = DESK, language: str = "id", javascript: bool = True) -> Visitor:
        context = browser.new_context(viewport=size, locale="id-ID", java_script_enabled=javascript)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        opened.append(context)
        return Visitor(context, live_server.url)

    yield open_one
    for context in opened:
        context.close()

"""A real browser for all acceptance tests; without Chromium they are skipped and say what to install."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from mulmok_testing.pictures import ARGUMENTS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: make setup installs it"
    )
    if CHROMIUM is None and not os.environ.get("MULMOK_REQUIRE_BROWSER"):
        pytest.skip("no Chromium here: install it (Debian, Ubuntu: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield browser
        browser.close()

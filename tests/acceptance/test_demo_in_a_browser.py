"""`mulmok demo` as a newcomer sees it, in a real browser: it lives, an event comes, and is acknowledged."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mulmok_testing.pictures import ARGUMENTS, free_port

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: make setup installs it"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("MULMOK_REQUIRE_BROWSER"),
        reason="no Chromium here: install it (Debian, Ubuntu: apt install chromium)",
    ),
]


@dataclass
class Demo:
    address: str
    name: str
    password: str


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "mulmok.cli",
            "demo",
            "--port",
            str(port),
            "--lang",
            "en",
            "--speed",
            "120",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    words = ""
    while "Ctrl-C" not in words:
        line = process.stdout.readline()
        assert line, words
        words += line
    found = re.search(r"Sign in as (\S+) with (\S+)", words)
    assert found is not None
    yield Demo(f"http://127.0.0.1:{port}", found[1], found[2])
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait(20) == 0
    assert "ended" in rest
    process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


def signed_in(browser, demo: Demo, **options):
    page = browser.new_context(locale="en", **options).new_page()
    page.goto(demo.address + "/sign-in")
    page.fill("input[name=name]", demo.name)
    page.fill("input[name=password]", demo.password)
    page.click("button.main")
    page.wait_for_url(demo.address + "/")
    return page


def test_nobody_sees_the_works_without_signing_in(browser, demo: Demo):
    page = browser.new_context().new_page()
    page.goto(demo.address + "/")
    assert "/sign-in" in page.url
    page.fill("input[name=name]", demo.name)
    page.fill("input[name=password]", "wrong")
    page.click("button.main")
    assert "/sign-in" in page.url
    page.context.close()


def test_values_live_an_alarm_rises_and_is_acknowledged(browser, demo: Demo):
    page = signed_in(browser, demo)
    row = page.locator('[data-channel="inlet.ec"]').first
    before = row.inner_text()
    sync_api.expect(row).not_to_have_text(before, timeout=20_000)

    assert page.locator('[data-alarm="inlet-event"]').count() == 0
    alarm = page.locator('.state-unack[data-alarm="inlet-event"]').first
    # No reload: the tanker's alarm comes to the page by itself.
    alarm.wait_for(timeout=150_000)
    assert "unacknowledged" in alarm.inner_text()
    sync_api.expect(page.locator("main")).to_contain_text("livestock", timeout=60_000)
    alarm.get_by_role("button", name="Acknowledge").click()
    alarm = page.locator('[data-alarm="inlet-event"]').first
    sync_api.expect(alarm).to_contain_text(f"acknowledged by {demo.name}", timeout=15_000)

    alarm.locator("summary").click()
    alarm.locator("input[name=why]").fill("announced by the tanker's driver")
    alarm.get_by_role("button", name="Shelve now").click()
    page.goto(demo.address + "/alarms")
    sync_api.expect(page.locator('.state-shlvd[data-alarm="inlet-event"]')).to_contain_text(
        "announced by the tanker's driver"
    )
    page.context.close()


def test_the_trend_draws_and_the_language_changes(browser, demo: Demo):
    page = signed_in(browser, demo, viewport={"width": 390, "height": 844})
    page.goto(demo.address + "/trend?channel=inlet.nh4_n")
    page.locator("canvas").first.wait_for(timeout=20_000)
    page.goto(demo.address + "/")
    page.get_by_role("button", name="한국어").click()
    sync_api.expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert "유입" in page.inner_text("main")
    # Nothing sticks out of a phone's screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.close()


def test_no_page_asks_another_host_for_anything(browser, demo: Demo):
    page = browser.new_context(locale="en").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.address + "/sign-in")
    page.fill("input[name=name]", demo.name)
    page.fill("input[name=password]", demo.password)
    page.click("button.main")
    for path in ("/", "/alarms", "/trend?channel=inlet.ph", "/api/docs"):
        page.goto(demo.address + path)
        page.wait_for_timeout(500)
    assert len(asked) > 10
    assert all(url.startswith((demo.address, "data:")) for url in asked)
    page.context.close()

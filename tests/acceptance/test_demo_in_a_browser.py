"""`mulmok demo` as a newcomer sees it, in a real browser: it lives, an event comes, and is acknowledged."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mulmok_testing.pictures import free_port

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: make setup installs it"
)
pytestmark = pytest.mark.browser


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
    sync_api.expect(alarm).to_contain_text("acknowledged since", timeout=15_000)
    sync_api.expect(alarm).to_contain_text(f"by {demo.name}")

    alarm.locator("summary").click()
    # The button that opened the form is still a button, not a bar across the card.
    page.wait_for_function(
        "() => { const button = document.querySelector('details.shelve[open] > summary');"
        " return button && button.offsetWidth < button.closest('li').offsetWidth / 2; }"
    )
    alarm.locator("input[name=why]").fill("announced by the tanker's driver")
    # Leaving at once could overtake the command on its way.
    with page.expect_response("**/shelve"):
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
    for path in ("/", "/alarms", "/trend?channel=inlet.nh4_n", "/api/docs"):
        page.goto(demo.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.context.close()


def test_the_page_does_not_jump_when_the_headline_grows(browser, demo: Demo):
    page = signed_in(browser, demo, viewport={"width": 1280, "height": 900})
    height = "document.querySelector('.top').offsetHeight"
    heights = [
        page.evaluate(f"document.querySelector('#sentence [role=status]').textContent = {words!r}")
        and page.evaluate(height)
        for words in ("Normal", "Inlet conductivity high and what else there is: " * 4)
    ]
    assert heights[0] == heights[1] > 0
    page.context.close()


def test_limits_stand_beside_the_curve_and_the_pointer_tells_of_the_readings(browser, demo: Demo):
    page = signed_in(browser, demo, viewport={"width": 1280, "height": 900})
    page.goto(demo.address + "/trend?channel=inlet.nh4_n")
    chart = page.locator("#chart[data-drawn]")
    chart.wait_for(timeout=20_000)
    # The chart's own area ends before the labels begin.
    box, over = chart.bounding_box(), page.locator(".u-over").bounding_box()
    assert box is not None
    assert over is not None
    assert box["x"] + box["width"] - over["x"] - over["width"] > 40
    page.mouse.move(over["x"] + over["width"] / 2, over["y"] + over["height"] / 2)
    sync_api.expect(page.locator("#read")).to_contain_text("mean")
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

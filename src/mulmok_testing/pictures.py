"""`python -m mulmok_testing.pictures FOLDER`: pictures of the pages of a demo works in an event.

Starts `mulmok demo`, waits for its tanker to raise the alarm, and takes each page in both languages,
at a desk and on a phone. Needs an installed Chromium.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
PAGES = {
    "works": "/",
    "alarms": "/alarms",
    "trend": "/trend?channel=inlet.nh4_n&span=6h",
    "instruments": "/instruments",
}
#: Seconds after which the tanker has arrived and been judged, at 60 times real time.
_PATIENCE_S = 110


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "-m", "mulmok.cli", "demo", "--port", str(port), "--lang", "en"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        words = ""
        while "Ctrl-C" not in words:
            words += demo.stdout.readline() if demo.stdout else ""
        found = re.search(r"Sign in as (\S+) with (\S+)", words)
        if found is None:
            return 1
        time.sleep(_PATIENCE_S)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
            )
            for language in ("ko", "en"):
                for size in SIZES:
                    _take(browser, port, found[1], found[2], language, size, folder)
            browser.close()
    finally:
        demo.send_signal(2)
        demo.wait(20)
    return 0


def _take(
    browser: Browser, port: int, name: str, password: str, language: str, size: str, folder: Path
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, device_scale_factor=1
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.click("button.main")
    page.wait_for_url(f"http://127.0.0.1:{port}/")
    for title, path in PAGES.items():
        page.goto(f"http://127.0.0.1:{port}{path}")
        page.wait_for_timeout(2500)
        page.screenshot(path=folder / f"{title}-{language}-{size}.png", full_page=True)
    page.locator("#events article .shelve summary").first.click()
    over = page.locator("#chart .u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    if box is not None:
        page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    page.screenshot(path=folder / f"trend-pointer-{language}-{size}.png", full_page=True)
    page.goto(f"http://127.0.0.1:{port}/")
    page.locator('.event a[href^="/events/"]').first.click()
    page.wait_for_timeout(1000)
    page.screenshot(path=folder / f"event-{language}-{size}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main())

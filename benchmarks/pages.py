"""Pages of a works with a month of history, as a browser asks for them: time on the server."""

from __future__ import annotations

import datetime as dt
import http.cookiejar
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

_MONTH = dt.timedelta(days=30)


def measure() -> list[tuple[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = subprocess.Popen(
        [sys.executable, "-m", "mulmok.cli", "demo", "--port", str(port), "--lang", "en"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        words = ""
        while "Ctrl-C" not in words and demo.stdout:
            words += demo.stdout.readline()
        found = re.search(r"Sign in as (\S+) with (\S+)", words)
        assert found is not None, words
        browser = _signed_in(f"http://127.0.0.1:{port}", found[1], found[2])
        now = dt.datetime.now(dt.UTC)
        span = urllib.parse.urlencode(
            {
                "channel": "inlet.ph",
                "start": (now - _MONTH).isoformat(),
                "end": now.isoformat(),
                "buckets": 1000,
            }
        )
        pages = {
            "first page": "/",
            "alarm page": "/alarms",
            "a month of one channel for the trend": f"/api/v1/series?{span}",
        }
        return [
            (f"{name}, median", f"{_median(browser, f'http://127.0.0.1:{port}{path}'):.1f} ms")
            for name, path in pages.items()
        ]
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


def _signed_in(address: str, name: str, password: str) -> urllib.request.OpenerDirector:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{address}/sign-in").read().decode()
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert token is not None
    fields = {"csrf": token[1], "name": name, "password": password}
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(fields).encode())
    return browser


def _median(browser: urllib.request.OpenerDirector, address: str) -> float:
    took = []
    for _ in range(30):
        begun = time.perf_counter()
        answer = browser.open(address)
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.url == address, answer.url
    return statistics.median(took)

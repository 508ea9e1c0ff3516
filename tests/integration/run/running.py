"""A works that runs in a process of its own, as `mulmok run` starts it."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse
from pathlib import Path

SMALLEST = Path(__file__).parents[3] / "examples/smallest.toml"
TOKEN = "only-for-this-test"


PUSHING = '\n[http]\ntoken = "env:MULMOK_TEST_TOKEN"\n'


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Works:
    """A works in a process of its own; in a folder where one has been before it goes on from there."""

    def __init__(self, folder: Path, site_file: str | None = None, port: int | None = None) -> None:
        site = folder / "site.toml"
        words = SMALLEST.read_text(encoding="utf-8") if site_file is None else site_file
        site.write_text(words + PUSHING, encoding="utf-8")
        self.data = folder / "data"
        new = not self.data.exists()
        self.port = port or free_port()
        command = [sys.executable, "-m", "mulmok.cli", "run", str(site), "--data", str(self.data)]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env={**os.environ, "MULMOK_TEST_TOKEN": TOKEN},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"mulmok is on http://127.0.0.1:{self.port}\n"
        self.password = ""
        if new:
            first = re.search(r"operator / (\S+)", self.process.stdout.readline())
            assert first is not None
            self.password = first[1]

    def stop(self) -> int:
        """Tell it to stop as a service manager does; gives its exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, method: str, path: str, body: str = "", **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def push(self, at: int) -> int:
        """Push one reading; gives its place in the journal."""
        reading = {
            "channel": "inlet.ph",
            "at": f"2026-01-05T00:{at // 60:02d}:{at % 60:02d}Z",
            "value": 7.0,
        }
        status, _, said = self.ask(
            "POST",
            "/api/v1/readings",
            json.dumps({"readings": [reading]}),
            **{"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        assert status == 200, said
        return json.loads(said)["seq"]

    def sign_in(self, name: str, password: str) -> str:
        """Give the cookies of somebody signed in."""
        _, headers, page = self.ask("GET", "/sign-in")
        cookies = cookies_of(headers)
        csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert csrf is not None
        form = {"csrf": csrf[1], "name": name, "password": password, "next": "/"}
        status, headers, _ = self.ask(
            "POST",
            "/sign-in",
            urllib.parse.urlencode(form),
            **{"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert status == 303
        return cookies_of(headers)

    def status(self, cookies: str) -> int:
        return self.ask("GET", "/", Cookie=cookies)[0]


def cookies_of(headers) -> str:
    return "; ".join(
        value.partition(";")[0] for name, value in headers.items() if name.lower() == "set-cookie"
    )

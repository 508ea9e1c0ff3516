"""The example of pushed readings, run as `mulmok run` runs it, with a logger that pushes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.store.query import Query

EXAMPLE = Path(__file__).parents[3] / "examples/push.toml"
TOKENS = {"MULMOK_TOKEN": "of the works", "LOGGER_TOKEN": "of the logger"}


@pytest.fixture
def port(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    works = subprocess.Popen(
        [sys.executable, "-m", "mulmok.cli", "--lang", "en", "run", str(EXAMPLE), "--data",
         str(tmp_path / "data"), "--port", str(number)],
        env={**os.environ, **TOKENS}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert works.stdout is not None
    assert works.stdout.readline() == f"mulmok is on http://127.0.0.1:{number}\n"
    yield number
    works.terminate()
    assert works.wait(30) == 0
    works.stdout.close()


def push(port: int, token: str, channel: str, value: float | None) -> tuple[int, dict]:
    at = datetime.now(UTC).replace(microsecond=0).isoformat()
    body = {"readings": [{"channel": channel, "at": at, "value": value}]}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/readings",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def test_the_logger_pushes_what_is_its_own_and_the_works_token_all(port, tmp_path):
    assert push(port, TOKENS["LOGGER_TOKEN"], "inlet.ph", 7.1)[0] == 200
    status, said = push(port, TOKENS["LOGGER_TOKEN"], "effluent.tss", 5.0)
    assert status == 403
    assert said["error"]["field"] == "channel"
    assert push(port, TOKENS["MULMOK_TOKEN"], "effluent.tss", 5.0)[0] == 200
    assert push(port, "of nobody", "inlet.ph", 7.1)[0] == 401
    (database,) = (tmp_path / "data").glob("*.sqlite")
    with Query.open(database) as query:
        kept = {name: row.value for name, row in query.latest().items()}
    assert kept == {"inlet.ph": 7.1, "effluent.tss": 5.0}


def test_the_example_is_right():
    (source,) = load_site(EXAMPLE).sources
    assert (source.id, source.channels) == ("logger", ("inlet.ph", "inlet.ec"))

"""What services and tables offer is proposed as channels: what is printed is a right piece of a site file."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from integration.source.pull_peers import free_port
from integration.source.sql_desk import File, local

from mulmok.config.load import load_site
from mulmok.run.clock import SystemClock
from mulmok.run.peers import build_peers, serve_peers

EXAMPLES = Path(__file__).parents[3] / "examples"
WORKS = '[works]\nid = "w"\nname = "W"\nzone = "Asia/Seoul"\n\n'


def discovered(folder: Path, driver: str, *where: str, **secrets: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mulmok.cli", "discover", driver, *where, "--lang", "en"],
        cwd=folder,
        env={**os.environ, **secrets},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def beside(tmp_path: Path):
    """The peer of an example, serving; gives its port."""
    stop, threads = threading.Event(), []

    def begin(driver: str, port: str, more: str = "") -> str:
        words = (EXAMPLES / f"{driver}.toml").read_text(encoding="utf-8")
        mine = free_port()
        words = words.replace(f":{port}/", f":{mine}/").replace('driver = "', f'{more}driver = "')
        (tmp_path / "site.toml").write_text(words, encoding="utf-8")
        site, ready = load_site(tmp_path / "site.toml"), threading.Event()

        async def serve() -> None:
            peers = build_peers(site, driver, "127.0.0.1", 1, SystemClock(), tmp_path)
            serving = asyncio.create_task(serve_peers(peers, lambda _: ready.set()))
            while not stop.is_set():  # noqa: ASYNC110 - another thread says so
                await asyncio.sleep(0.02)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

        threads.append(threading.Thread(target=lambda: asyncio.run(serve())))
        threads[-1].start()
        assert ready.wait(30)
        return mine

    yield begin
    stop.set()
    for thread in threads:
        thread.join(30)


def site_of(folder: Path, found: str):
    (folder / "found.toml").write_text(WORKS + found, encoding="utf-8")
    return load_site(folder / "found.toml")


def test_datastreams_are_proposed_with_their_unit_and_newest_value(tmp_path, beside, monkeypatch):
    monkeypatch.setenv("T", "s3cret")
    port = beside("sensorthings", "8472", 'token = "env:T"\n')
    url = f"url=http://127.0.0.1:{port}/FROST-Server/v1.1"
    code, found, _ = discovered(tmp_path, "sensorthings", url, "token=env:T", T="s3cret")
    assert code == 0
    site = site_of(tmp_path, found)
    assert [channel.id for channel in site.channels] == [
        "inlet.ph",
        "inlet.ec",
        "inlet.temperature",
    ]
    assert tomllib.loads(found)["source"][0]["token"] == "env:T", "a secret stays where it is"
    assert "s3cret" not in found
    code, _, said = discovered(tmp_path, "sensorthings", url)
    assert code == 1
    assert "wants a sign-in (401)" in said


def test_numbers_of_a_document_are_proposed_with_their_time(tmp_path, beside):
    port = beside("http_pull", "8471")
    url = f"url=http://127.0.0.1:{port}/v1/values?from=2026-01-01T00:00:00Z&to=2036-01-01T00:00:00Z"
    code, found, _ = discovered(tmp_path, "http_pull", url)
    assert code == 0
    own = [channel["source"] for channel in tomllib.loads(found)["channel"]]
    assert {"id": "http_pull", "path": "map(&ph, rows)", "time_path": "map(&at, rows)"} in own
    assert site_of(tmp_path, found).channels


def test_tags_of_a_table_are_proposed_and_its_address_stays_where_it_is(tmp_path):
    File(tmp_path).long(*((local(n), tag, n / 10) for n in range(9) for tag in ("PH_IN", "EC_IN")))
    code, found, _ = discovered(tmp_path, "sql", "url=env:H", H="sqlite:///historian.db")
    assert code == 0
    assert tomllib.loads(found)["source"][0]["url"] == "env:H"
    assert [channel.id for channel in site_of(tmp_path, found).channels] == ["inlet.ec", "inlet.ph"]
    code, _, said = discovered(tmp_path, "sql", "url=sqlite:///nowhere.db")
    assert code == 1
    assert "unable to open database file" in said

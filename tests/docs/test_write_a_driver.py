"""The how-to's driver is built, installed and run as an outsider would, from the page's own words."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-driver.md"
FILES = ("pyproject.toml", "mulmok_lineph/decode.py", "mulmok_lineph/driver.py", "site.toml")


def blocks() -> list[str]:
    """The page's pieces of TOML and Python, in their order."""
    words = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^```(?:toml|python)\n(.*?)^```$", words, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """The installed package, in a folder of its own."""
    folder = tmp_path_factory.mktemp("outsider")
    source = folder / "mulmok-lineph"
    (source / "mulmok_lineph").mkdir(parents=True)
    (source / "mulmok_lineph/__init__.py").write_text("", encoding="utf-8")
    for name, words in zip(FILES, blocks(), strict=True):
        (source / name).write_text(words, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
    ]
    more = ["--no-index", "--disable-pip-version-check", "--target", str(folder / "installed")]
    done = subprocess.run([*command, *more, str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def transmitter(*answers: bytes):
    """The device: answers each question with the next answer, the last one for ever."""
    left, listener = list(answers), socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                while line.recv(64):
                    line.sendall(left.pop(0) if len(left) > 1 else left[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def mulmok(package: Path, *words: str, port: int = 4001) -> subprocess.CompletedProcess[str]:
    site = (package / "mulmok-lineph/site.toml").read_text(encoding="utf-8")
    (package / "site.toml").write_text(site.replace("4001", str(port)), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mulmok.cli", *words, "--lang", "en"],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package / "installed")},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_page_has_a_block_for_each_file_of_the_package():
    assert len(blocks()) == len(FILES)


def test_a_site_file_that_names_it_is_right_and_a_wrong_setting_is_told_with_its_line(package):
    assert mulmok(package, "check", "site.toml").returncode == 0
    site = package / "mulmok-lineph/site.toml"
    words = site.read_text(encoding="utf-8")
    try:
        site.write_text(words.replace("host =", "hots ="), encoding="utf-8")
        told = mulmok(package, "check", "site.toml")
    finally:
        site.write_text(words, encoding="utf-8")
    assert told.returncode == 2
    assert (
        'site.toml:12 channel.inlet.ph.source.hots: unknown key; did you mean "host"?'
        in told.stderr
    )


def test_probe_shows_its_bytes_number_and_round_trip(package):
    with transmitter(b"PH=7.12;OK\r\n") as port:
        told = mulmok(package, "probe", "site.toml", "--json", port=port)
    (one,) = json.loads(told.stdout)
    assert (one["value"], one["status"], one["raw"]) == (7.12, "NORMAL", "PH=7.12;OK")
    assert one["place"] == f"127.0.0.1:{port}"
    assert one["took_ms"] > 0
    assert told.returncode == 0


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"PH=---;ERR\r\n", None),
        (b"what?\r\n", "answers nonsense: 77 68 61 74"),
        (b"x" * 64, "answers nonsense"),
    ],
)
def test_what_is_wrong_with_the_device_is_told(package, answer, fault):
    with transmitter(answer) as port:
        told = mulmok(package, "probe", "site.toml", "--json", port=port)
    (one,) = json.loads(told.stdout)
    assert one["value"] is None
    assert told.returncode == 1
    assert (one["fault"] is None) if fault is None else (fault in one["fault"])
    if fault is None:
        assert one["status"] == "DEVICE_FAULT"


def test_its_decoder_gives_the_same_however_its_bytes_are_cut(package, monkeypatch):
    monkeypatch.syspath_prepend(str(package / "installed"))
    from mulmok_lineph.decode import decode

    whole = b"PH=7.12;CAL\r\n"
    for cut in range(len(whole)):
        assert decode(whole[:cut]) is None
    assert decode(whole) == decode(whole + b"PH=") == (7.12, 3, len(whole))

"""A demo that is told to stop leaves nothing behind, whatever it is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mulmok_testing.pictures import free_port

#: The command as people run it. With `python -m` a signal that falls into an `exec` of the standard library
#: (a dataclass is made by one) ends the interpreter by that signal, though it was caught.
MULMOK = Path(sys.executable).with_name("mulmok")


@pytest.mark.parametrize("when", ["judging its month", "living"])
def test_a_demo_told_to_stop_takes_its_folder_with_it(tmp_path: Path, when: str):
    process = subprocess.Popen(
        [MULMOK, "demo", "--port", str(free_port()), "--lang", "en"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    try:
        if when == "living":
            said = ""
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
        while not list(tmp_path.glob("mulmok-demo-*/mulmok.sqlite")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert list(tmp_path.iterdir()) == []
    assert (process.returncode, rest) == ((0, "ended\n") if when == "living" else (130, ""))

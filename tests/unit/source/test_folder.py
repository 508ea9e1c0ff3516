"""A folder is listed cheaply, not beyond itself, and not waited for without end."""

from __future__ import annotations

import asyncio
import threading

import pytest
from unit.source.dropping import HEAD, ROW

from mulmok.model.errors import SourceError
from mulmok.source.files import folder as folders
from mulmok.source.files.folder import Folder, may_be_readings
from mulmok.source.files.reach import Reach


@pytest.mark.parametrize(
    "name", ["a.csv", "A.CSV", "2026.01.05.csv", "tmp.csv", "part.txt", "유입.XLSX"]
)
def test_names_of_readings_files(name):
    assert may_be_readings(name)


def test_folders_are_looked_into_so_deep_and_no_deeper(tmp_path, works):
    deep = tmp_path
    for number in range(folders.DEPTH + 1):
        deep /= str(number)
        deep.mkdir()
        (deep / "a.csv").write_text(HEAD + ROW)
    assert len(Folder(tmp_path, recursive=True).listed({})) == folders.DEPTH


def test_links_are_not_followed_out_of_the_folder(tmp_path, works):
    outside, incoming = tmp_path / "outside", tmp_path / "incoming"
    outside.mkdir()
    incoming.mkdir()
    (outside / "a.csv").write_text(HEAD + ROW)
    (incoming / "real.csv").write_text(HEAD + ROW)
    (incoming / "away.csv").symlink_to(outside / "a.csv")
    (incoming / "within.csv").symlink_to(incoming / "real.csv")
    (incoming / "nowhere.csv").symlink_to(incoming / "not.csv")
    (incoming / "folder").symlink_to(outside)
    (incoming / "round").symlink_to(incoming)
    assert list(Folder(incoming, recursive=True).listed({})) == ["real.csv", "within.csv"]


def test_a_look_at_fifty_thousand_old_files_asks_a_few(tmp_path):
    for number in range(3_000):
        (tmp_path / f"{number:05d}.csv").touch()
    place = Folder(tmp_path)
    settled = place.listed({})
    assert len(settled) == 3_000
    grown = tmp_path / "02999.csv"
    grown.write_text(HEAD + ROW)
    looks = 0
    while (now := place.listed(settled))["02999.csv"] == settled["02999.csv"]:
        looks += 1
        assert looks <= 3_000 // folders._ASKED + 1, "each has its turn"
    assert list(now) == list(settled), "and all are there at each look"
    (tmp_path / "new.csv").write_text(HEAD)
    assert place.listed(settled)["new.csv"][0] == len(HEAD), "what is new is seen at once"


def test_a_drive_that_does_not_answer_is_a_failure_and_is_not_asked_twice():
    release, asked = threading.Event(), []

    def hang():
        asked.append(1)
        release.wait(30)

    async def play():
        reach_ = Reach("/mnt/scada", patience_s=0.05)
        for _ in range(3):
            with pytest.raises(SourceError, match=r"/mnt/scada has not answered for 0.05 s"):
                await reach_.ask(hang)
        assert asked == [1]
        release.set()
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await reach_.ask(lambda: 5) == 5
                except SourceError:
                    await asyncio.sleep(0.01)
                else:
                    return

    asyncio.run(play())
